"""The whole product with real processes. A package, because its fixtures end with its last test."""
