"""The tables of all logs, what may be done to them, and by whom (ledger.md 4(a) to 4(c)).

Three roles: concursus_owner owns the tables and is used by migrations only; concursus_app enqueues
and reads; concursus_sequencer alone writes entries. Triggers are ENABLE ALWAYS, so that
session_replication_role does not pass them by.
"""

from django.db import migrations

TABLES = """
CREATE TABLE ledger_log (
    id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    origin text COLLATE "C" NOT NULL UNIQUE,
    clock text NOT NULL CHECK (clock IN ('real', 'demonstration')),
    standing timestamptz CHECK ((standing IS NULL) = (clock = 'real')),
    vkey text NOT NULL,
    policy text NOT NULL,
    created timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ledger_pending (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    log text COLLATE "C" NOT NULL REFERENCES ledger_log,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    envelope bytea NOT NULL CHECK (length(envelope) <= 48000),
    kind text NOT NULL,
    received timestamptz NOT NULL,
    UNIQUE (log, digest)
);
CREATE INDEX ledger_pending_received ON ledger_pending (log, received);

CREATE TABLE ledger_entry (
    log text COLLATE "C" NOT NULL,
    n bigint NOT NULL CHECK (n >= 0),
    body bytea NOT NULL CHECK (length(body) <= 48000),
    leaf bytea NOT NULL CHECK (leaf = sha256('\\x00'::bytea || body)),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    kind text NOT NULL,
    received timestamptz NOT NULL,
    at timestamptz NOT NULL CHECK (at >= received),
    PRIMARY KEY (log, n),
    UNIQUE (log, digest)
);
CREATE INDEX ledger_entry_received ON ledger_entry (log, received);

CREATE TABLE ledger_node (
    log text COLLATE "C" NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 62),
    index bigint NOT NULL CHECK (index >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (log, level, index)
);

CREATE TABLE ledger_head (
    log text COLLATE "C" PRIMARY KEY REFERENCES ledger_log,
    size bigint NOT NULL CHECK (size > 0),
    leaf bytea NOT NULL CHECK (length(leaf) = 32),
    peaks bytea NOT NULL CHECK (length(peaks) % 32 = 0),
    at timestamptz NOT NULL
);

CREATE TABLE ledger_checkpoint (
    log text COLLATE "C" NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    note bytea NOT NULL,
    signed timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (log, size)
);

CREATE TABLE ledger_cosignature (
    log text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    witness text NOT NULL,
    line text NOT NULL,
    seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (log, size, witness),
    FOREIGN KEY (log, size) REFERENCES ledger_checkpoint
);

CREATE TABLE ledger_table (
    log text COLLATE "C" NOT NULL REFERENCES ledger_log,
    root bytea NOT NULL CHECK (length(root) = 32),
    rows bigint NOT NULL CHECK (rows >= 0),
    content bytea NOT NULL,
    PRIMARY KEY (log, root)
);
"""

TIME = """
CREATE FUNCTION ledger_now(which text) RETURNS timestamptz
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public AS $$
    -- The one source of a log's time. Call it under the case's lock: what the log holds already
    -- is then a lower bound that stands still.
    SELECT CASE l.clock WHEN 'demonstration' THEN l.standing ELSE greatest(
        clock_timestamp(),
        (SELECT max(p.received) FROM ledger_pending p WHERE p.log = which),
        (SELECT max(e.received) FROM ledger_entry e WHERE e.log = which)
    ) END
    FROM ledger_log l WHERE l.id = which
$$;

CREATE FUNCTION ledger_standing_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.clock <> 'demonstration' OR NEW.standing < OLD.standing
       OR NEW.standing > clock_timestamp()
       OR (NEW.id, NEW.origin, NEW.clock, NEW.vkey, NEW.policy, NEW.created)
          IS DISTINCT FROM (OLD.id, OLD.origin, OLD.clock, OLD.vkey, OLD.policy, OLD.created)
    THEN
        RAISE EXCEPTION 'of a log only a demonstration clock moves, forward, not past real time'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER standing_moves BEFORE UPDATE ON ledger_log
    FOR EACH ROW EXECUTE FUNCTION ledger_standing_moves();
"""

FENCES = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION ledger_entry_links() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE
    broken record;
BEGIN
    -- What the body says of its place is compared with where it stands and what stands before it.
    SELECT a.log, a.n INTO broken
    FROM (SELECT added.*, convert_from(added.body, 'UTF8')::json AS said FROM added) AS a
    LEFT JOIN ledger_entry b ON b.log = a.log AND b.n = a.n - 1
    LEFT JOIN ledger_log l ON l.id = a.log
    WHERE (a.said ->> 'prev') IS DISTINCT FROM encode(
              CASE WHEN a.n = 0 THEN sha256(convert_to(l.origin, 'UTF8')) ELSE b.leaf END, 'hex')
       OR (a.said ->> 'n') IS DISTINCT FROM a.n::text
       OR (a.said ->> 'log') IS DISTINCT FROM l.origin
       OR (a.said ->> 'kind') IS DISTINCT FROM a.kind
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % of % does not follow the one before it', broken.n, broken.log
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER links AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_links();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER links;

CREATE FUNCTION ledger_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.log <> OLD.log OR NEW.size <= OLD.size THEN
        RAISE EXCEPTION 'the head of a log only grows'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grows BEFORE UPDATE OR DELETE ON ledger_head
    FOR EACH ROW EXECUTE FUNCTION ledger_head_grows();
ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER grows;
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON ledger_head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER not_emptied;
ALTER TABLE ledger_log ENABLE ALWAYS TRIGGER standing_moves;
"""

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE {events} ON {table}
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER not_emptied;
"""

ALL = (
    "ledger_log",
    "ledger_pending",
    "ledger_entry",
    "ledger_node",
    "ledger_head",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_table",
)
CHANGE = "UPDATE OR DELETE"
FENCED = (
    *(
        (table, CHANGE)
        for table in (
            "ledger_entry",
            "ledger_node",
            "ledger_checkpoint",
            "ledger_cosignature",
            "ledger_table",
        )
    ),
    ("ledger_log", "DELETE"),
)

GRANTS = """
REVOKE ALL ON {all} FROM PUBLIC, concursus_app, concursus_sequencer;
GRANT SELECT ON {all} TO concursus_app, concursus_sequencer;
GRANT INSERT ON ledger_pending, ledger_log, ledger_table TO concursus_app;
GRANT UPDATE (standing) ON ledger_log TO concursus_app;
GRANT INSERT ON ledger_cosignature TO concursus_app, concursus_sequencer;
GRANT DELETE ON ledger_pending TO concursus_sequencer;
GRANT INSERT ON ledger_entry, ledger_node, ledger_checkpoint TO concursus_sequencer;
GRANT INSERT, UPDATE ON ledger_head TO concursus_sequencer;
REVOKE ALL ON FUNCTION ledger_now(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_now(text) TO concursus_app, concursus_sequencer;
"""


class Migration(migrations.Migration):
    """Forward only: what undoes an append-only table is not an operation of this program."""

    initial = True
    dependencies = ()
    operations = (
        migrations.RunSQL(TABLES),
        migrations.RunSQL(TIME),
        migrations.RunSQL(FENCES),
        *(migrations.RunSQL(APPEND_ONLY.format(table=t, events=e)) for t, e in FENCED),
        migrations.RunSQL(GRANTS.format(all=", ".join(ALL))),
    )
