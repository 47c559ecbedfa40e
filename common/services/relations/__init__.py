"""Who follows whom, and who has blocked whom; the lists of both.

Event: RelationChanged. contract/user-app.md §5.
"""
