"""Deliberate changes of an own article: saved, submitted, merged, scheduled, deleted."""
