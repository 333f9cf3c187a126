"""People, their log-ins, roles and device keys."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "bankruptcy.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
