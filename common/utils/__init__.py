"""Tools that know no product rule."""
