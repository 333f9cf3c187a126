"""The court's verifier: replays a bundle and trusts nobody. It reads files and does nothing else."""
