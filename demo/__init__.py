"""The demonstration's people: a program of its own that reaches the server over HTTP alone.

It imports the pure floors and httpx, never Django; the server works without it.
"""
