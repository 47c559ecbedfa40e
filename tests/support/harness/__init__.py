"""Stores and product inside a test's process, waited for, counted and compared."""
