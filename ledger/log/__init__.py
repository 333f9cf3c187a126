"""Core of the ledger: formats and proofs, pure (no Django, no I/O)."""
