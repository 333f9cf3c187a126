"""People, their log-ins, roles and device keys."""
