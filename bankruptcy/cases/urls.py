"""Addresses of cases as such."""

from __future__ import annotations

from django.urls import path

from bankruptcy.cases import clock, documents, pages
from ledger.uploads import document_urls

urlpatterns = [
    path("cases", pages.cases, name="cases"),
    path("cases/new", pages.new, name="case-new"),
    path("c/<str:case>/court/open", pages.resume, name="case-open"),
    path("c/<str:case>/clock", clock.move, name="clock"),
    *document_urls(documents.may_send, documents.may_see),
]
