"""Identifiers: numbers of at most 15 digits that nobody has to ask a store for.

A process leases a worker number in SQL (`worker_leases`), issues ids from the clock and that
number (`issuer`), and names by kind what an id is for (`identifiers`). design.md §5.
"""
