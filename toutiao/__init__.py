"""The readers' API."""
