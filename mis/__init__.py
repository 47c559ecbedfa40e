"""The admin system: the door of operators."""
