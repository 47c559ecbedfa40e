"""Those who talk to the product, and what they send."""
