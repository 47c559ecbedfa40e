"""Fetching from addresses that strangers name, without reaching what is ours."""
