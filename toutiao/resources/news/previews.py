"""Articles that are not published yet, for whoever was given a link."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, Literal, NoReturn

from flask import Response, abort

from common.schemas.writing.previews import PreviewPage
from common.services.writing.reviewing import previews
from common.utils.http.describing import describes
from common.utils.output import Resource

Shown = Literal[HTTPStatus.OK]
HIDDEN: Final = {"X-Robots-Tag": "noindex"}


class PreviewResource(Resource):
    """An article behind a preview link."""

    @describes(errors=(404,))
    def get(self, token: str) -> tuple[PreviewPage, Shown, dict[str, str]]:
        """The article as its author saved it last; once it is live, the way to it."""
        opened = previews.open_preview(token)
        if opened.page is None:
            _send_to_article(opened.article_id)
        return opened.page, HTTPStatus.OK, HIDDEN


def _send_to_article(article_id: int) -> NoReturn:
    # Relative: the address holds behind every proxy and prefix.
    location = {"Location": f"../articles/{article_id}"}
    abort(Response(status=HTTPStatus.FOUND, headers={**location, **HIDDEN}))
