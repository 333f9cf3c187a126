"""The clerk's part in the directory log: made when the witnesses can be asked, then kept."""

from __future__ import annotations

import logging

from celery import shared_task

from bankruptcy.cases.witnesses import WitnessSilent, witness_keys
from ledger import directory, keys, logs
from ledger.log.directory import ID

_logger = logging.getLogger(__name__)


@shared_task(name="ledger.directory")
def keep_directory() -> int:
    """Say in the directory what is new; how many statements."""
    try:
        logs.log_row(ID)
    except logs.NoSuchLog:
        if not keys.is_named():
            return 0
        try:
            directory.create(keys.deployment_name(""), witness_keys())
        except WitnessSilent as error:
            _logger.warning("%s", error.sentence("en"))
            return 0
    return directory.update()
