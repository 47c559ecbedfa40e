"""What sockets are for: chat, and notices."""
