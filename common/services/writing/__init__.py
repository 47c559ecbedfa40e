"""Writing: what editors do with their own articles, from a draft to its end.

A save (`saving`) is one transaction: the article, its body, a revision of the text, and what has
to follow. Events: ArticleSaved, ArticlesDeleted, ArticleWithdrawn.
"""
