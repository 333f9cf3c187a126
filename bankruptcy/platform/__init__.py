"""How Concursus is set up, started, watched and stopped."""
