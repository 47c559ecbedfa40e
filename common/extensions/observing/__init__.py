"""What operators see of a process: whether it is ready, and its figures."""
