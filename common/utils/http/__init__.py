"""Facts about a request that need no product rule: who asks, from where, with which body."""
