"""`manage.py demo` as it is where the program of the demonstration's people was deleted.

python -m tests.apps.hard.bare --port 0
"""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from bankruptcy.platform import processes

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bankruptcy.settings")
    processes.has_people = lambda: False  # type: ignore[assignment]
    execute_from_command_line(["manage.py", "demo", *sys.argv[1:]])
