"""What the ledger does from time to time: the clerk's part in the directory log, made when the
witnesses can be asked and then kept; and files forgotten that never became whole."""

from __future__ import annotations

import logging

from celery import shared_task

from bankruptcy.cases.witnesses import WitnessSilent, witness_keys
from ledger import arriving, directory, keys, logs
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


@shared_task(name="ledger.arriving")
def shed_uploads() -> int:
    """Forget the files of which nothing came for a day; how many."""
    return arriving.shed()
