"""Engine.IO, revisions 3 and 4: sockets, their two transports, and what may pass through them."""
