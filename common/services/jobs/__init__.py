"""What runs by the clock: which process leads, what each run did, and what is purged.

A job runs in the process that holds the lease (`leadership`), each run leaves a row (`runs`).
contract/jobs.md §4.
"""
