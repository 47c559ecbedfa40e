"""The log of what operators do: written with each change, chained, read, verified.

Contract: admin.md §3.1, additions.md §3 (audit chain).
"""
