"""How Concursus is set up, started, watched and stopped."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "bankruptcy.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"
