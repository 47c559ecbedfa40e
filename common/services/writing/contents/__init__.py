"""What an article says: its text made fit to be kept, its pictures, its cover."""
