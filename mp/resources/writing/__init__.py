"""What stands beside the text of an own article: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.writing import autosaves, previews, reviews, revisions

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/articles/<id:article_id>/autosave", autosaves.ArticleAutosaveResource),
    ("/v1_0/autosaves", autosaves.AutosaveListResource),
    ("/v1_0/autosaves/<id:autosave_id>", autosaves.AutosaveResource),
    ("/v1_0/articles/<id:article_id>/revisions", revisions.RevisionListResource),
    ("/v1_0/articles/<id:article_id>/revisions/<version:version>", revisions.RevisionResource),
    (
        "/v1_0/articles/<id:article_id>/revisions/<version:version>/diff",
        revisions.RevisionDiffResource,
    ),
    (
        "/v1_0/articles/<id:article_id>/revisions/<version:version>/restore",
        revisions.RevisionRestoreResource,
    ),
    ("/v1_0/articles/<id:article_id>/previews", previews.PreviewResource),
    ("/v1_0/articles/<id:article_id>/reviews", reviews.ReviewListResource),
    ("/v1_0/articles/<id:article_id>/appeals", reviews.AppealListResource),
]
