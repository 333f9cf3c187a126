"""Accounts, the people of each case, and keys that wait to be attested.

A person of a case is a pseudonym there; who stands behind it is known here and nowhere in the
log. Roles and enrolled keys are not kept here: they follow from the log (bankruptcy.kinds.records).
"""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings
from django.db import models

from bankruptcy.people import names

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"


def random_id(prefix: str) -> str:
    """`prefix` and ten base32 letters: 50 random bits that tell nothing."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(10))


class Account(models.Model):
    """What an account has besides Django's user: the name it wants to be called."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="account")
    sealed_name = models.BinaryField()

    @property
    def display_name(self) -> str:
        return names.read(bytes(self.sealed_name), f"account {self.user_id}")

    @display_name.setter
    def display_name(self, name: str) -> None:
        self.sealed_name = names.close(names.checked(name), f"account {self.user_id}")


class Person(models.Model):
    """An account in a case, under the pseudonym that stands in the log."""

    case = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="people")
    pseudonym = models.CharField(max_length=64)
    sealed_name = models.BinaryField()
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "user"], name="person_once_a_case"),
            models.UniqueConstraint(fields=["case", "pseudonym"], name="pseudonym_once_a_case"),
        )

    @property
    def display_name(self) -> str:
        """Personal data: for who may see the parties, never for a log line."""
        return names.read(bytes(self.sealed_name), f"person {self.case} {self.pseudonym}")

    @display_name.setter
    def display_name(self, name: str) -> None:
        address = f"person {self.case} {self.pseudonym}"
        self.sealed_name = names.close(names.checked(name), address)


class KeyRequest(models.Model):
    """A key of a browser that its holder wants enrolled; the log says whether it is."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="key_requests")
    case = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    suite = models.CharField(max_length=32)
    public_key = models.BinaryField()
    possession = models.BinaryField()
    asked = models.DateTimeField(auto_now_add=True)
    refused = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "key"], name="key_asked_once"),)
        ordering = ("asked", "pk")
