"""Picture files: what their headers say, and making harmless pixels of them."""
