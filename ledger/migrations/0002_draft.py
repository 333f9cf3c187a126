"""Files that are arriving in pieces: whose, how much is there, where it lies.

An ordinary table of the web's own: nothing in it has legal effect, and rows go when they are done.
Neither a name nor a byte of a file stands in it.
"""

from django.db import migrations

TABLE = """
CREATE TABLE ledger_draft (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    log text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size bigint NOT NULL CHECK (size > 0),
    arrived bigint NOT NULL CHECK (arrived BETWEEN 0 AND size),
    file text NOT NULL,
    held bigint NOT NULL,
    media_type text CHECK (media_type IS NULL OR arrived = size),
    touched timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (log, account, sha256)
);
CREATE INDEX ledger_draft_account ON ledger_draft (account) WHERE media_type IS NULL;
CREATE INDEX ledger_draft_touched ON ledger_draft (touched);
"""


class Migration(migrations.Migration):
    """Forward only, as the others."""

    dependencies = (("ledger", "0001_log"),)
    operations = (migrations.RunSQL(TABLE),)
