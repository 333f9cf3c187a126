"""`manage.py create_account`: an account, made by whoever runs the server."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bankruptcy.people import accounts
from bankruptcy.people.accounts import BadFields


class Command(BaseCommand):
    """Idempotent with --if-missing, so that a demonstration may be started twice."""

    help = "Make an account; --court for court staff, who may open cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--password-file", type=Path, required=True, help="its first line")
        parser.add_argument("--court", action="store_true")
        parser.add_argument("--display-name", help="the user name if not given")
        parser.add_argument("--if-missing", action="store_true", help="no error if it is there")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        if options["if_missing"] and accounts.exists(name):
            return
        try:
            password = options["password_file"].read_text("utf-8").split("\n", 1)[0]
            accounts.create(
                name,
                password,
                options["display_name"] or name,
                court=options["court"],
                check=False,
            )
        except OSError as error:
            raise CommandError(f"the password file cannot be read: {error.strerror}") from None
        except BadFields as refused:
            raise CommandError("; ".join(refused.fields.values())) from None
