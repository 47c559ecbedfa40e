"""What editors write and see of their own articles."""
