"""Addresses of administrator and court; `C` of the interface guide is /c/<case>."""

from __future__ import annotations

from django.urls import path

from bankruptcy.desk import court, downloads, erasing, facts, objections, publish, queue, review

urlpatterns = [
    path("c/<str:case>/desk", queue.desk, name="desk"),
    path("c/<str:case>/desk/claims/<str:claim>", review.review, name="desk-claim"),
    path("c/<str:case>/desk/register", publish.register, name="desk-register"),
    path("c/<str:case>/desk/objections", objections.objections, name="desk-objections"),
    path("c/<str:case>/desk/splits", facts.splits, name="desk-splits"),
    path("c/<str:case>/court/related", facts.related, name="court-related"),
    path("c/<str:case>/court", court.overview, name="court"),
    path("c/<str:case>/court/amounts", court.amounts, name="court-amounts"),
    path("c/<str:case>/court/erasures", erasing.erasures, name="court-erasures"),
    path("c/<str:case>/court/bundle", downloads.court, name="court-bundle"),
    path("c/<str:case>/bundle", downloads.party, name="bundle"),
]
