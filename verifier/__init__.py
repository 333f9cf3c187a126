"""The court's verifier: replays a bundle, trusts nobody, and does nothing but read files."""
