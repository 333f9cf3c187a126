"""The append-only ledger: `log` is the pure core, the rest keeps it in PostgreSQL."""
