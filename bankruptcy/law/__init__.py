"""Insolvency law as data with its articles, and exact arithmetic over it; pure."""
