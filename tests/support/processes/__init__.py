"""Processes of the product, and of tests, that are started, stopped and killed."""
