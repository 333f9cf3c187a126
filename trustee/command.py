"""The command of a trustee without a browser: python -m trustee, or manage.py trustee."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

from demo.answers import Problem, TookTooLong
from demo.ledger_client import LedgerClient
from demo.session import Session
from ledger.log.errors import Refused
from trustee.folder import Folder
from trustee.office import Checked, Office

_STEPS: Final = {
    "key": "join the case, ask for this device's key to be enrolled, make the key file",
    "publish": "publish the public key for the meeting",
    "check": "open the boxes, complain of false ones, name missing ones, sign after the close",
    "sums": "give the sums over the counted set, once for ever",
    "disclose": "give shares of answers that are disclosed by name or by the court's order",
    "destroy": "destroy the key file when the result is final, and say so on the ledger",
    "status": "say how the vote stands",
}
_NO_SECRET: Final = frozenset({"destroy", "status"})
"""Steps that need neither the key nor a log-in: they read the log, and sign for themselves."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0: done. 1: refused, and nothing of the step was recorded. 3: boxes are still missing."""
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except Refused as refused:
        print(refused.sentence(options.lang), file=sys.stderr)
    except (Problem, TookTooLong, httpx.TransportError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="trustee", description="A tally trustee's work without a browser."
    )
    steps = found.add_subparsers(dest="step", required=True, metavar="STEP")
    chosen = os.environ.get("LANG", "")
    for name, words in _STEPS.items():
        step = steps.add_parser(name, help=words, description=words)
        step.add_argument("--dir", type=Path, required=True, help="the trustee's own folder")
        step.add_argument("--meeting", required=True, help="such as m1")
        if name not in _NO_SECRET:
            step.add_argument("--password-file", type=Path, help="of the account; else asked for")
            step.add_argument("--passphrase-file", type=Path, help="of the key; else asked for")
        step.add_argument(
            "--lang", choices=("zh", "en"), default="zh" if chosen.startswith("zh") else "en"
        )
        if name == "key":
            step.add_argument("--url", help="of the server; at first")
            step.add_argument("--case", help="its id; at first")
            step.add_argument("--username", help="of the trustee's account; at first")
        if name == "publish":
            step.add_argument(
                "--stands-for",
                nargs="*",
                default=[],
                metavar="PSEUDONYM",
                help="creditors whose ballots this trustee does not judge",
            )
        if name == "check":
            step.add_argument(
                "--sign-missing",
                action="store_true",
                help="sign although boxes are missing: they are named, and not counted",
            )
    return found


def _run(options: argparse.Namespace) -> int:
    folder = Folder(options.dir)
    if options.step == "key" and not folder.begun:
        if not (options.url and options.case and options.username):
            parser().error("key: --url, --case and --username are needed at first")
        folder.begin(options.url, options.case, options.username)
    kept = folder.settings
    zh = options.lang == "zh"
    with Session(kept["url"]) as web:
        if options.step not in _NO_SECRET:
            _log_in(web, kept["username"], _secret(options.password_file, "Password: "))
        ledger = LedgerClient(kept["url"])
        try:
            office = Office(folder, web, ledger, lambda chinese, en: print(chinese if zh else en))
            return _step(office, options)
        finally:
            ledger.close()


def _log_in(web: Session, username: str, password: str) -> None:
    """With a code, asked for, where the account has a second step."""
    try:
        web.log_in(username, password)
    except Problem as problem:
        if problem.slug != "second-step-needed":
            raise
        web.log_in(username, password, getpass.getpass("Code of the second step: "))


def _step(office: Office, options: argparse.Namespace) -> int:
    meeting = options.meeting
    if options.step == "status":
        office.stands(meeting)
    elif options.step == "destroy":
        office.destroy(meeting)
    else:
        passphrase = _secret(options.passphrase_file, "Passphrase of the key: ")
        if options.step == "key":
            office.make_key(meeting, passphrase)
        elif options.step == "publish":
            office.publish(meeting, passphrase, options.stands_for)
        elif options.step == "check":
            found = office.check(meeting, passphrase, sign_missing=options.sign_missing)
            _tell_checked(found, options.lang == "zh")
            return 3 if found.missing and not found.signed else 0
        elif options.step == "sums":
            office.sum_up(meeting, passphrase)
        else:
            office.disclose(meeting, passphrase)
    return 0


def _tell_checked(found: Checked, zh: bool) -> None:
    rows = (
        ("份额正确", "boxes that hold", found.good),
        ("提出异议", "complained of", found.complained),
        ("本人或所代表的人，不评判", "own or principals', not judged", found.own),
        ("缺失", "missing", found.missing),
    )
    for chinese, english, count in rows:
        print(f"  {chinese if zh else english}: {count}")


def _secret(path: Path | None, ask: str) -> str:
    """The first line of a file, or what is typed."""
    if path is None:
        return getpass.getpass(ask)
    return path.read_text("utf-8").split("\n", 1)[0]
