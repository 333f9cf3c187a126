"""Core of voting: the protocol concursus/v1, pure (no Django, no I/O)."""
