"""What an author is typing, and has not saved."""
