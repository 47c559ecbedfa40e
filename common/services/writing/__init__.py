"""Writing: what editors do with their own articles, from a draft to its end.

A save (`saves`) is one transaction: the article, its body, a revision of the text (`contents`),
and what has to follow. Beside the text stand what its author was typing (`typed`), its former
versions (`history`), preview links, reviews and appeals (`reviewing`); `own` is how he finds them.
Events: ArticleSaved, ArticlesDeleted,
ArticleWithdrawn.
"""
