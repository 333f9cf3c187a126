"""manage.py trustee: a tally trustee's work without a browser.

The work is a program of its own (trustee/, `python -m trustee`), which knows the server by its
addresses alone and may run on any other machine; here it is only called.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from trustee.command import main


class Command(BaseCommand):
    """Everything after the name is the program's; its exit status is passed on."""

    help = "A tally trustee's work without a browser; `trustee STEP --help` says more."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main(argv[2:]))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("arguments", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(main(options["arguments"]))
