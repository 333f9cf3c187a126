"""The second step of a log-in: an authenticator app (TOTP, RFC 6238), recovery codes, a passkey.

An account of the demonstration is everybody's, and has none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Iterator
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.keys import relying_party
from bankruptcy.kinds.schema import Id
from bankruptcy.people import limits, names
from bankruptcy.people.limits import Limit
from bankruptcy.people.models import KeyRequest, RecoveryCode, SecondStep
from bankruptcy.platform import demonstration
from ledger import logs
from ledger.log import jcs
from ledger.log.dsse import pae
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Category, Refused
from ledger.log.suites import PublicKey, RelyingParty, Suite

ISSUER: Final = "Concursus"
LOG_IN_TYPE: Final = "application/vnd.concursus.log-in+json"
STEP: Final = 30
MOST_CODES: Final = 10
RECOVERY_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(Refused):
    """The code is not the app's, was used already, or is none of the recovery codes."""

    slug = "wrong-code"
    category = Category.FORBIDDEN
    zh = "验证码不对或已用过；等应用显示下一个验证码，或用一个恢复码"
    en = "The code is wrong or was used; wait for the app's next one, or use a recovery code"


class SharedAccount(Refused):
    """The account is of the demonstration: a second step would lock everybody else out."""

    slug = "shared-account"
    category = Category.CONFLICT
    zh = "这是大家共用的演示账号，不能设置第二步验证"
    en = "This account of the demonstration is everybody's; it gets no second step"


def shared(user: User) -> bool:
    """Is it an account whose password stands on the front page?"""
    found = demonstration.read(settings.DATA)
    return found is not None and user.username in {login.username for login in found.logins}


def needed(user: User) -> bool:
    """Does the account log in with a second step?"""
    return SecondStep.objects.filter(user=user).exists()


def fresh_secret() -> str:
    """A secret for an authenticator app: 20 random bytes in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def sealed(user: User, secret: str) -> str:
    """The secret as a session keeps it until it is bound."""
    return b64u(names.close(secret, _place(user)))


def unsealed(user: User, text: str) -> str:
    """What `sealed` sealed."""
    return names.read(unb64u(text), _place(user))


def address(user: User, secret: str) -> str:
    """The otpauth:// address that an app opens."""
    return _totp(secret).get_provisioning_uri(user.username, ISSUER)


def bind(user: User, secret: str, code: str) -> list[str]:
    """Turn the second step on; the recovery codes, shown once. Raises WrongCode, SharedAccount."""
    if shared(user):
        raise SharedAccount()
    step = _step_of(secret, code, after=0)
    with transaction.atomic():
        SecondStep.objects.filter(user=user).delete()
        row = SecondStep.objects.create(user=user, sealed_secret=b"", last_step=step)
        row.sealed_secret = names.close(secret, _place(user))
        row.save()
        return _fresh_codes(user)


def end(user: User) -> None:
    """Turn the second step off."""
    with transaction.atomic():
        SecondStep.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()


def check(user: User, code: str) -> None:
    """The app's code of now, or a recovery code, which is then gone. Raises WrongCode, TooOften."""
    limit = Limit("code", str(user.pk), MOST_CODES)
    limits.check(limit)
    row = SecondStep.objects.filter(user=user).first()
    given = "".join(code.split()).replace("-", "").casefold()
    try:
        if row is None:
            raise WrongCode()
        if len(given) == 6 and given.isascii() and given.isdigit():
            check_app(row, given)
        elif not RecoveryCode.objects.filter(user=user, digest=digest(given)).delete()[0]:
            raise WrongCode()
    except WrongCode:
        limits.failed(limit)
        raise
    limits.forget(limit)


def check_app(row: SecondStep, code: str) -> None:
    """A code of the app, each once. Raises WrongCode."""
    step = _step_of(names.read(bytes(row.sealed_secret), _place(row.user)), code, row.last_step)
    if not SecondStep.objects.filter(pk=row.pk, last_step__lt=step).update(last_step=step):
        raise WrongCode()


def passkeys(user: User) -> Iterator[tuple[KeyRequest, RelyingParty]]:
    """The account's passkeys that court or administrator attested and that are good now."""
    rows = KeyRequest.objects.filter(person__user=user, suite=Suite.WEBAUTHN_ES256.value)
    for row in rows.select_related("person"):
        view = PostgresState(row.case)
        key, party = view.get(records.KEYS, row.key), relying_party(view)
        if key is None or key.revoked or party is None or key.holder != Id(row.person.pseudonym):
            continue
        if key.until is None or key.until > logs.now(row.case):
            yield row, party


def check_passkey(user: User, nonce: str, key: str, sig: bytes) -> None:
    """A passkey's signature over what this log-in asked. Raises WrongCode, TooOften."""
    limit = Limit("passkey", str(user.pk), MOST_CODES)
    limits.check(limit)
    message = log_in_message(user.username, nonce)
    for row, party in passkeys(user):
        if row.key == key:
            try:
                PublicKey(Suite.WEBAUTHN_ES256, bytes(row.public_key)).verify(message, sig, party)
            except Refused:
                break
            limits.forget(limit)
            return
    limits.failed(limit)
    raise WrongCode()


def log_in_message(username: str, nonce: str) -> bytes:
    """What a passkey signs at a log-in."""
    return pae(LOG_IN_TYPE, jcs.dumps({"nonce": nonce, "user": username}))


def digest(code: str) -> str:
    """How a code stands in the database."""
    return hmac.new(settings.SECRET_KEY.encode(), code.encode(), hashlib.sha256).hexdigest()


def fresh_code() -> str:
    """Ten letters and digits that nobody mistakes for others, in fives: 49 random bits."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{text[:5]}-{text[5:]}"


def _fresh_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [fresh_code() for _ in range(RECOVERY_CODES)]
    rows = [RecoveryCode(user=user, digest=digest(code.replace("-", ""))) for code in codes]
    RecoveryCode.objects.bulk_create(rows)
    return codes


def _step_of(secret: str, code: str, after: int) -> int:
    """The time step, now or one beside it, whose code this is. Raises WrongCode."""
    now, totp = int(time.time()) // STEP, _totp(secret)
    for step in (now - 1, now, now + 1):
        if step > after and hmac.compare_digest(totp.generate(step * STEP), code.encode()):
            return step
    raise WrongCode()


def _totp(secret: str) -> TOTP:
    # SHA-1 is what authenticator apps compute; in HMAC it is not broken.
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP)


def _place(user: User) -> str:
    return f"second step {user.pk}"
