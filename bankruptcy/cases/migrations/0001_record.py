"""The projection of all cases: one row a record, found by key or by marked attributes."""

from django.db import migrations

TABLE = """
CREATE TABLE cases_record (
    log text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    marks text[] COLLATE "C" NOT NULL,
    record jsonb NOT NULL,
    PRIMARY KEY (log, name, key)
);
-- fastupdate would make readers scan what is not merged yet; acts are small.
CREATE INDEX cases_record_marks ON cases_record USING gin (marks) WITH (fastupdate = off);
REVOKE ALL ON cases_record FROM PUBLIC, concursus_app, concursus_sequencer;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases_record TO concursus_app;
"""


class Migration(migrations.Migration):
    """One table; what follows from the log can be thrown away and built again."""

    initial = True
    dependencies = (("ledger", "0001_log"),)
    operations = (migrations.RunSQL(TABLE, "DROP TABLE cases_record"),)
