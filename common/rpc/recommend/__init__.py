"""The recommender: what is agreed with it (contract/rpc.md §1)."""
