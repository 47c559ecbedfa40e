"""Articles: reading one, liking, collecting and reporting it, lists of them, going live.

Whoever writes about an article holds its row (`locks`), so that figures stay exact. Events:
ArticlePublished, ArticleWithdrawn, ArticleEdited, AttitudeChanged, CollectionChanged.
"""
