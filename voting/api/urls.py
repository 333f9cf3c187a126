"""Addresses of the room and the ballot; `M` of the interface guide is /c/<case>/m/<meeting>."""

from __future__ import annotations

from django.urls import path

from voting.api import views

urlpatterns = [
    path("c/<str:case>/m/<str:meeting>/", views.room, name="room"),
    path("c/<str:case>/m/<str:meeting>/ballot", views.ballot, name="ballot"),
    path("c/<str:case>/m/<str:meeting>/ballot/<str:step>", views.ballot, name="ballot-step"),
    path("c/<str:case>/m/<str:meeting>/practice", views.practice, name="practice"),
    path("c/<str:case>/m/<str:meeting>/practice/<str:step>", views.practice, name="practice-step"),
    path("c/<str:case>/m/<str:meeting>/ballots", views.ballots, name="ballots"),
    path("c/<str:case>/m/<str:meeting>/api/ballots", views.ballots_json, name="ballots-data"),
    path("c/<str:case>/m/<str:meeting>/api/ballot", views.ballot_json, name="ballot-data"),
]
