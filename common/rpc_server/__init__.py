"""The ``rpc`` process: the services of contract/rpc.md, as thin as resources."""
