"""scripts/manage: one module per family of commands."""
