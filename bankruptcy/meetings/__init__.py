"""Creditors' meetings, motions, results."""
