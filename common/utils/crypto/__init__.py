"""Passwords and sealed values."""
