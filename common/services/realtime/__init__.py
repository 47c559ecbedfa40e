"""Connections of clients: whose they are, and how long they may last (contract/realtime.md §3)."""
