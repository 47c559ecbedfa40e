"""What an installation starts with: the admin system's base rows, and the demo."""
