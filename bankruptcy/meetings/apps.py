"""Creditors' meetings, motions, results."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "bankruptcy.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
