"""Ballots: casting, closing, trustees, the live board."""

from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "voting"
    label = "voting"
    default_auto_field = "django.db.models.BigAutoField"
