"""The Celery application: `celery -A bankruptcy.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bankruptcy.settings")

app = Celery("concursus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
