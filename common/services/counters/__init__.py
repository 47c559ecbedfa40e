"""Figures beside articles and people: live in STORE, copied to SQL, repaired from the rows.

`truths` counts what SQL says, `drift` compares, `rebuilding` puts right, `flushing` keeps durable
copies. contract/redis.md §3, contract/jobs.md §4.
"""
