"""Types of parameters: how texts on the wire become values, and what refuses them."""
