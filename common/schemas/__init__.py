"""Values that cross layers: frozen, without I/O. Wire names are translated here, once."""
