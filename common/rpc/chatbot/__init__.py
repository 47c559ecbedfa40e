"""The chatbot: what is agreed with it, and how it is asked (contract/rpc.md §2)."""
