"""Operators decide about articles: the queue, decisions and their undoing, claims, appeals.

Contract: admin.md §2.36 to §2.38, §3.2, §5.1; additions.md §3. Event: ArticleReviewed.
"""
