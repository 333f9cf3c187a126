"""The ledger's addresses (ledger.md 9.8), under /ledger/."""
