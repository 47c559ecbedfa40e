"""Tasks around text messages."""
