"""The kinds of statement and their rules; pure: server and verifier share them."""
