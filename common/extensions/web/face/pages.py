"""The page at the root, and an article to read."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import orjson
import structlog
from flask import Response
from markupsafe import Markup
from werkzeug.wrappers import Request

from common.errors import DependencyUnavailable, NotFound
from common.extensions.web.face.rendering import Renderer
from common.extensions.web.pages import not_found
from common.schemas.news import ArticlePage, Headline
from common.utils import media
from common.utils.background import memories
from common.utils.text.html import sanitise

log = structlog.get_logger(__name__)

KEPT_SECONDS: Final = 5.0
HEADLINES: Final = 9
SIMILAR: Final = 6  # articles below one
ROOT_FROM_ARTICLE: Final = "../"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)

Newest = Callable[[int], Sequence[Headline]]
Open = Callable[[int], ArticlePage]


class Login(NamedTuple):
    """How somebody gets in who only wants to look.

    :param account: what to type first, called ``account_name``; then ``secret``
    """

    who: str
    account_name: str
    account: str
    secret_name: str
    secret: str
    remark: str


class Place(NamedTuple):
    """A part of the product, and where it is.

    :param links: text and address relative to the root
    """

    icon: str
    title: str
    text: str
    links: Sequence[tuple[str, str]]


class Face:
    """Makes the pages; the one at the root once in a few seconds, however many look at it.

    :param newest: what is new, for a number of articles
    :param opened: an article as everybody may read it
    :param media_url: where pictures are if not with us (setting ``MEDIA_URL``), or empty
    :param clock: seconds that only grow
    """

    def __init__(
        self,
        *,
        newest: Newest,
        opened: Open,
        places: Sequence[Place],
        logins: Sequence[Login],
        media_url: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._newest = newest
        self._opened = opened
        self._values = {"places": places, "logins": logins, "root": ""}
        self._renderer = Renderer(media_url)
        self._clock = clock
        self._lock = threading.Lock()
        self._kept = ""
        self._fresh_until = 0.0
        _front_pages.add(self)

    def pages_kept(self) -> int:
        """Whether the page at the root is there to be shown again."""
        return int(bool(self._kept))

    def forget(self) -> None:
        """Make it anew for the next who looks."""
        self._kept = ""

    def front(self, request: Request) -> Response:
        """The page at the root."""
        return self._answer(self._current(), request, f"public, max-age={KEPT_SECONDS:.0f}")

    def article(self, request: Request) -> Response:
        """The article whose id ends the path; 404 as everywhere if nobody may read it."""
        number = _NUMBER.fullmatch(request.path.rpartition("/")[2])
        if number is None:
            return not_found()
        try:
            page = self._opened(int(number[0]))
        except NotFound:
            return not_found()
        return self._answer(
            self._renderer.render("article.html", **_readable(page)), request, "no-cache"
        )

    def _current(self) -> str:
        kept = self._kept  # once: it may be forgotten meanwhile
        is_stale = not kept or self._clock() >= self._fresh_until
        # The first ones have to wait; later ones take the old page while one makes the new.
        if is_stale and self._lock.acquire(blocking=not kept):
            try:
                return self._renew()
            finally:
                self._lock.release()
        return kept

    def _renew(self) -> str:
        kept = self._kept
        if kept and self._clock() < self._fresh_until:
            return kept  # somebody did while this one waited
        headlines: Sequence[Headline] = ()
        is_known = True
        try:
            headlines = self._newest(HEADLINES)
        except DependencyUnavailable as error:
            log.warning("headlines_unknown", dependency=error.dependency)
            is_known = False
        if is_known or not kept:
            kept = self._kept = self._renderer.render(
                "front.html", headlines=headlines, is_known=is_known, **self._values
            )
        self._fresh_until = self._clock() + KEPT_SECONDS
        return kept

    def _answer(self, html: str, request: Request, cache: str) -> Response:
        headers = [
            ("Content-Security-Policy", self._renderer.policy),
            ("Cache-Control", cache),
        ]
        response = Response(html, HTTPStatus.OK, headers, content_type="text/html; charset=utf-8")
        response.add_etag(weak=True)
        response.make_conditional(request)
        return response


_front_pages: Final[memories.Family[Face]] = memories.Family(
    "front_page", entries=Face.pages_kept, forget=Face.forget
)


def _readable(page: ArticlePage) -> dict[str, Any]:
    """What the template shows; our own pictures are addressed relative to the page."""
    own, stored = f'src="{media.prefix()}', f'src="{media.LOCAL_PATH}'
    beside = f'src="{media.beside_page("", ROOT_FROM_ARTICLE)}'
    # Bodies are clean since they were written, except in databases that others filled.
    body = sanitise(page["content"].replace(own, stored)).replace(stored, beside)
    photo = page["aut_photo"].removeprefix(media.prefix())
    return {
        "article": page,
        "similar": orjson.loads(orjson.dumps(page["recomments"]))[:SIMILAR],  # it is ready JSON
        "content": Markup(body),  # noqa: S704 - it has just been sanitised
        "photo": photo and media.beside_page(photo, ROOT_FROM_ARTICLE),
        "root": ROOT_FROM_ARTICLE,
    }
