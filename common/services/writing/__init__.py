"""Writing: what editors do with their own articles, from a draft to its end.

A save (`saving`) is one transaction: the article, its body, a revision of the text, and what has
to follow. Beside the text stand what its author was typing (`autosaves`), its former versions
(`revisions`), preview links, reviews and appeals. Events: ArticleSaved, ArticlesDeleted,
ArticleWithdrawn.
"""
