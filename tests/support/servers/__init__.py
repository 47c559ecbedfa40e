"""Servers on loopback: real ones, stubs that play others, and what stands between."""
