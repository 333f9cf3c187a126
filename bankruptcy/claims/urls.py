"""Addresses of the creditor's pages; `C` of the interface guide is /c/<case>."""

from __future__ import annotations

from django.urls import path

from bankruptcy.claims import agents, amending, mine, openings, views

urlpatterns = [
    path("mine", mine.mine, name="mine"),
    path("c/<str:case>/", views.home, name="case-home"),
    path("c/<str:case>/claims/new", views.new, name="claim-new"),
    path("c/<str:case>/claims/<str:claim>", views.claim, name="claim"),
    path("c/<str:case>/claims/<str:claim>/amend", amending.amend, name="claim-amend"),
    path("c/<str:case>/agents", agents.agents, name="agents"),
    path("c/<str:case>/evidence/<str:evidence>", views.evidence, name="evidence"),
    path("c/<str:case>/register", views.register, name="register-of-claims"),
    path("c/<str:case>/me", views.me, name="me"),
    path("c/<str:case>/me/openings/<str:digest>", openings.own_openings, name="own-openings"),
]
