"""Cases and their stages."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "bankruptcy.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
