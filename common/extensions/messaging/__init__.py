"""Ways out of the process: tasks for workers, pushes to sockets, event streams."""
