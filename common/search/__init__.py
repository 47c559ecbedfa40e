"""Search: one interface, its drivers."""
