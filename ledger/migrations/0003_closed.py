"""Logs that have ended: nothing is taken into one any more (ledger 4(e), directory.log_closed)."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations

_FIRST = import_module("ledger.migrations.0001_log")

CLOSED = """
CREATE TABLE ledger_closed (
    log text PRIMARY KEY REFERENCES ledger_log (id),
    size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
REVOKE ALL ON ledger_closed FROM PUBLIC, concursus_app, concursus_sequencer;
GRANT SELECT ON ledger_closed TO concursus_app, concursus_sequencer;
GRANT INSERT ON ledger_closed TO concursus_app;
"""


class Migration(migrations.Migration):
    """Forward only, as the first."""

    dependencies = (("ledger", "0002_draft"),)
    operations = (
        migrations.RunSQL(CLOSED),
        migrations.RunSQL(
            _FIRST.APPEND_ONLY.format(table="ledger_closed", events="UPDATE OR DELETE")
        ),
    )
