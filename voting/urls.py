"""Addresses of the vote."""

from __future__ import annotations

from django.urls import path

from voting import views

_MEETING = "c/<str:case>/m/<str:meeting>"

urlpatterns = [
    path(f"{_MEETING}/boxes", views.boxes_page, name="boxes"),
    path(f"{_MEETING}/weights", views.weights_page, name="weights"),
    path(f"{_MEETING}/trustee", views.trustee, name="trustee"),
    path(f"{_MEETING}/board", views.board_page, name="board"),
    path(f"{_MEETING}/board.json", views.board_json, name="board-json"),
    path(f"{_MEETING}/board/vector", views.vector_json, name="board-vector"),
    path(f"{_MEETING}/tests", views.tests, name="ballot-tests"),
    path(f"{_MEETING}/tests/<str:manifest>/<str:ballot>", views.tested_json, name="ballot-tested"),
    path(f"{_MEETING}/results", views.results_page, name="results"),
    path(f"{_MEETING}/results/notice", views.notice_page, name="result-notice"),
    path(f"{_MEETING}/results/notice.txt", views.notice_text, name="result-notice-text"),
    path("verify", views.verify, name="verify"),
]
