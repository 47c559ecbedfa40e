"""What editors write: texts, and what is kept beside them."""
