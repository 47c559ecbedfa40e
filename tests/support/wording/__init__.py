"""Words and texts that the list of sensitive words is tried on."""
