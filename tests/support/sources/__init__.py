"""The repository itself, looked at from outside."""
