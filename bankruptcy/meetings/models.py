"""What a server keeps of its own times of silence; never part of the record."""

from __future__ import annotations

from django.db import models


class Pulse(models.Model):
    """When the web was last seen to work, for a log with a vote before its close."""

    log = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()
    """By the database's own clock."""
    log_time = models.DateTimeField()
    """By the log's clock, which a demonstration moves."""


class Silence(models.Model):
    """A time in which no process of the web could write, by the log's clock; not yet recorded."""

    log = models.CharField(max_length=64)
    began = models.DateTimeField()
    ended = models.DateTimeField()
