"""What operators see of the product and decide about it."""
