"""Addresses of the vote."""

from __future__ import annotations

from django.urls import path

from voting import views

urlpatterns = [
    path("c/<str:case>/m/<str:meeting>/boxes", views.boxes_page, name="boxes"),
]
