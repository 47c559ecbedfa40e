"""The schedule process: relays in every replica, jobs in the leading one."""
