"""An article shown before it is published."""

from __future__ import annotations

from typing import NamedTuple

from typing_extensions import TypedDict


class PreviewLink(TypedDict):
    """A link that opens one article; ``expires_at`` is product time."""

    url: str
    expires_at: str


class PreviewPage(TypedDict):
    """An article as its author saved it last."""

    art_id: int
    title: str
    content: str
    aut_id: int
    aut_name: str
    aut_photo: str
    ch_id: int
    expires_at: str


class Opened(NamedTuple):
    """What a link opens: a page, or the article itself, which is live."""

    article_id: int
    page: PreviewPage | None
