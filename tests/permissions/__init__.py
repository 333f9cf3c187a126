"""Who may do what when, as tables; docs/permissions.md is written from them."""
