"""Benchmarks: each prints its rows alone, as `python -m benchmarks.NAME` from the root."""
