"""What the vote keeps besides the log: tests of sealed ballots, for the board."""

from __future__ import annotations

from django.db import models


class BallotTest(models.Model):
    """A ballot opened to test it, as its voter's second device reported it.

    Nothing of who tested or what he chose: the hash of a ballot that counts nowhere, and whether it
    was what he had chosen. It is a count for the board, not a record: whoever makes a ballot to
    throw away can report it, so nothing follows from it by law.
    """

    log = models.CharField(max_length=64)
    meeting = models.CharField(max_length=64)
    ballot = models.CharField(max_length=43)
    """base64url of the body's hash."""
    matched = models.BooleanField()
    reported = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["log", "ballot"], name="test_once_a_ballot"),
        )
        indexes = (models.Index(fields=["log", "meeting"], name="tests_of_a_meeting"),)
