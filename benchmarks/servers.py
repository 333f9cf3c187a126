"""A whole server in a folder of its own, as `manage.py rehearse` starts one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bankruptcy.platform import processes, starting
from bankruptcy.platform.folder import DataFolder
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import Supervisor


@contextmanager
def running() -> Iterator[tuple[str, Path]]:
    """(its address, a private folder with judge.password); durable, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="concursus-benchmark-") as folder:
        os.environ["CONCURSUS_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "bankruptcy.settings"
        services = Services(DataFolder(Path(folder).resolve()), environment={})
        with Supervisor(services.data, services.addresses()) as supervisor:
            name, port = "benchmark.concursus.example", processes.free_port()
            deployment = starting.prepare(services, name, "127.0.0.1", port)
            starting.start(supervisor, services, deployment)
            yield deployment.url, services.data.people
