"""What stands beside the text of an own article: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.writing import previews, reviews

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/articles/<id:article_id>/previews", previews.PreviewResource),
    ("/v1_0/articles/<id:article_id>/reviews", reviews.ReviewListResource),
    ("/v1_0/articles/<id:article_id>/appeals", reviews.AppealListResource),
]
