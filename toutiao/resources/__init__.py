"""Resources of the readers' API: one folder per domain, each with its URL table."""
