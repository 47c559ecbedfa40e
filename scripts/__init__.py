"""What people run: starting, testing, checking and managing the product."""
