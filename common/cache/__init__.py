"""Cached read models: one engine, and one module of declarations per domain."""
