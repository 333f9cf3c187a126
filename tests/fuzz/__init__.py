"""Every decoder under bytes that nobody meant: one table of targets for Hypothesis and atheris."""
