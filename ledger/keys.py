"""The secret keys of the deployment's own services: one file each under DATA/keys, mode 0600.

Web and worker read `clerk` and `intake`; only the sequencer reads `log`. Whoever needs no more than
the public half reads the `.pub` beside it.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from ledger.log.encoding import unhex32
from ledger.log.note import COSIGNATURE_MLDSA44, ED25519, NoteSigner, VerifierKey
from ledger.log.sign import Ed25519Signer
from ledger.log.suites import PublicKey, Suite
from ledger.wrapping import write_once

SEED_SIZE: Final = 32
NAME_FILE: Final = "name"


class Service(StrEnum):
    """Whose key it is."""

    LOG = "log"
    CLERK = "clerk"
    INTAKE = "intake"


def folder() -> Path:
    """Where the keys lie."""
    return Path(settings.DATA.keys)


def make(service: Service) -> None:
    """Make the service's key if it is not there."""
    seed = unhex32(write_once(_secret(service), _fresh()).decode().strip())
    write_once(_public(service), _hex(Ed25519Signer(seed).key.public_key))


def make_all() -> None:
    """Make what is missing; the supervisor calls it before it starts the services."""
    for service in Service:
        make(service)
    make_log_mldsa()


def public(service: Service) -> PublicKey:
    """The public key; makes the pair if it is not there."""
    if not _public(service).exists():
        make(service)
    return PublicKey(Suite.ED25519, unhex32(_public(service).read_text("ascii").strip()))


def signer(service: Service) -> Ed25519Signer:
    """The service's signer."""
    return _signer(folder(), service)


def log_vkey(origin: str) -> VerifierKey:
    """The public key of a log: named as its origin; all logs of a deployment share the seed."""
    return VerifierKey(origin, ED25519, public(Service.LOG).public_key)


def log_signer(origin: str) -> NoteSigner:
    """What signs the checkpoints of a log. Only the sequencer calls it."""
    return NoteSigner(origin, _seed(folder(), Service.LOG))


def log_mldsa_vkey(origin: str) -> VerifierKey:
    """A log's second public key, ML-DSA-44 of type 06; all logs share its seed, too."""
    if not _mldsa_public().exists():
        make_log_mldsa()
    return VerifierKey(
        origin, COSIGNATURE_MLDSA44, bytes.fromhex(_mldsa_public().read_text("ascii").strip())
    )


def log_mldsa_signer(origin: str) -> NoteSigner:
    """What makes a log's line of type 06. Only the sequencer calls it."""
    return NoteSigner(origin, _mldsa_seed(folder()), COSIGNATURE_MLDSA44)


def make_log_mldsa() -> None:
    """Make the logs' second key if it is not there."""
    signer = NoteSigner("log", _mldsa_seed(folder()), COSIGNATURE_MLDSA44)
    write_once(_mldsa_public(), _hex(signer.vkey.public_key))


@cache
def _mldsa_seed(where: Path) -> bytes:
    return unhex32(write_once(where / "log-mldsa44.key", _fresh()).decode().strip())


def _mldsa_public() -> Path:
    return folder() / "log-mldsa44.pub"


def deployment_name(wanted: str) -> str:
    """The name that begins every origin: `wanted` at the first set-up, the same ever after."""
    return write_once(folder() / NAME_FILE, wanted.encode() + b"\n").decode().strip()


def is_named() -> bool:
    """Has the deployment been set up, so that its name is fixed?"""
    return (folder() / NAME_FILE).exists()


@cache
def _signer(_where: Path, service: Service) -> Ed25519Signer:
    return Ed25519Signer(_seed(_where, service))


@cache
def _seed(_where: Path, service: Service) -> bytes:
    make(service)
    return unhex32(_secret(service).read_text("ascii").strip())


def _secret(service: Service) -> Path:
    return folder() / f"{service.value}.key"


def _public(service: Service) -> Path:
    return folder() / f"{service.value}.pub"


def _fresh() -> bytes:
    return _hex(secrets.token_bytes(SEED_SIZE))


def _hex(data: bytes) -> bytes:
    return data.hex().encode() + b"\n"
