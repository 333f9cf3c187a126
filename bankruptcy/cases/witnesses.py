"""The public keys of the deployment's witnesses, which a new log's policy names."""

from __future__ import annotations

import os

import httpx
from django.conf import settings

from ledger.creating import MLDSA44
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.note import COSIGNATURE_MLDSA44, VerifierKey

_SECONDS = 3.0


class WitnessSilent(Refused):
    """A witness that the new case's policy must name does not tell its key. Fact: `witness`."""

    slug = "witness-silent"
    category = Category.UNAVAILABLE
    zh = "见证方 {witness} 没有答复，暂时不能建立新案件；请稍后再试"
    en = "The witness {witness} does not answer, so no case can be set up now; try again later"


def witness_addresses() -> dict[str, str]:
    """role -> address of its witness.

    From CONCURSUS_WITNESSES ("court=https://…,committee=https://…"), else those that run beside
    this server (DATA/run/witnesses.json); empty where there are none.
    """
    given = os.environ.get("CONCURSUS_WITNESSES")
    if given:
        pairs = (item.partition("=") for item in given.split(","))
        return {role.strip(): address.strip().rstrip("/") for role, _, address in pairs}
    ports = settings.DATA.read_run("witnesses.json") or {}
    return {role: f"http://127.0.0.1:{port}/witness/{role}" for role, port in ports.items()}


def witness_keys() -> dict[str, str]:
    """name in a policy -> vkey, asked of each witness: its role, and MLDSA44 for its second key.

    Raises WitnessSilent.
    """
    found: dict[str, str] = {}
    for role, address in witness_addresses().items():
        for key in _ask(role, address):
            second = key.kind == COSIGNATURE_MLDSA44
            found[f"{role}{MLDSA44}" if second else role] = str(key)
    return found


def _ask(role: str, address: str) -> list[VerifierKey]:
    try:
        answer = httpx.get(f"{address}/vkeys", timeout=_SECONDS)
        answer.raise_for_status()
        return [VerifierKey.parse(line) for line in answer.text.split()]
    except (httpx.HTTPError, Malformed) as error:
        raise WitnessSilent(witness=role) from error
