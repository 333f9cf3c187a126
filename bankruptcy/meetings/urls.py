"""Addresses of meetings for those who run them; `M` of the interface guide is C/m/<meeting>."""

from __future__ import annotations

from django.urls import path

from bankruptcy.meetings import (
    convene,
    declaring,
    disclosing,
    drawing,
    extending,
    ordering,
    orders,
    preparing,
    publishing,
    verifying,
)

_M = "c/<str:case>/m/<str:meeting>"

urlpatterns = [
    path("c/<str:case>/desk/meetings/new", convene.new_meeting, name="meeting-new"),
    path("c/<str:case>/desk/meetings/notice", convene.notice, name="meeting-notice"),
    path(f"{_M}/motions/new", convene.new_motion, name="motion-new"),
    path(f"{_M}/prepare", preparing.prepare, name="prepare"),
    path(f"{_M}/prepare/draft", preparing.draft, name="prepare-draft"),
    path(f"{_M}/extend", extending.extend, name="extend"),
    path(f"{_M}/draw", drawing.draw, name="draw"),
    path(f"{_M}/declare", declaring.declare, name="declare"),
    path(f"{_M}/declare/draft", declaring.draft, name="declare-draft"),
    path(f"{_M}/weights/draft", publishing.draft, name="weights-draft"),
    path(f"{_M}/weights/table", publishing.table, name="weights-table"),
    path(f"{_M}/court/verify", verifying.verify, name="court-verify"),
    path(f"{_M}/court/trustees", ordering.trustees, name="court-trustees"),
    path(f"{_M}/disclosures", disclosing.disclosures, name="disclosures"),
    path(
        f"{_M}/disclosures/<str:ballot>/<str:line>/<str:motion>",
        disclosing.given_away,
        name="given-away",
    ),
    path(f"{_M}/court", orders.overview, name="court-orders"),
    path(f"{_M}/court/single", orders.single, name="court-single"),
    path(f"{_M}/court/correct", orders.correct, name="court-correct"),
    path(f"{_M}/court/correct/draft", orders.draft, name="correct-draft"),
]
