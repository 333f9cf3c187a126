"""Claims, evidence, cross-examination, the register."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "bankruptcy.claims"
    label = "claims"
    default_auto_field = "django.db.models.BigAutoField"
