"""What tests stand on: stores, clients, controls."""
