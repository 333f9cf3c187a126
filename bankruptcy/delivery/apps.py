"""What all pages and addresses share: problems, base pages, template tags."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "bankruptcy.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
