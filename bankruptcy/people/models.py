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
    credential = models.BinaryField(default=b"")
    """A passkey's id at its authenticator, by which a page asks for it."""
    used = models.DateTimeField(null=True)
    """When a page last asked how the key stands, to the minute."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "key"], name="key_asked_once"),)
        ordering = ("asked", "pk")


class SecondStep(models.Model):
    """That an account logs in with a second step, and the secret of its authenticator app."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second")
    sealed_secret = models.BinaryField()
    bound = models.DateTimeField(auto_now_add=True)
    last_step = models.BigIntegerField(default=0)
    """The time step of the last code taken: each is good once (RFC 6238, 5.2)."""


class RecoveryCode(models.Model):
    """A code for who lost his second step; deleted when it is used."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)


class LetIn(models.Model):
    """Court or administrator, who saw to who he is, let somebody into his account again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    made = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(null=True)
