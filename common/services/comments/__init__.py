"""Comments and their replies: writing, reading, deleting, liking.

Events: CommentAdded, CommentDecided, CommentDeleted, CommentPinned, CommentLikingChanged.
contract/user-app.md §9.
"""
