"""Reading an article: views counted once a reader, the history, and how long it took."""
