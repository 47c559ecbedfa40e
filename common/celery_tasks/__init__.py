"""The worker process: tasks as thin as resources."""
