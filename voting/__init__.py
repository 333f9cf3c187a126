"""Ballots and their tally: `protocol` is the pure core, the rest runs a vote."""
