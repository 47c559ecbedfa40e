"""From a foreign item to the content of one of our articles."""

from __future__ import annotations

import html as entities
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import nh3

from common.services.importing.items import Item
from common.services.importing.pictures import PictureStore
from common.services.importing.places import Places
from common.utils.constants import CoverKind
from common.utils.media import LOCAL_PATH
from common.utils.text.html import is_acceptable_url, pictures_of, sanitise, text_of

_MOST_PICTURES: Final = 10  # of one body; further ones keep their foreign address


Owned = Mapping[str, str] | None  # keys of our own pictures by address; None: we own none


@dataclass(frozen=True)
class Draft:
    """An item that became an article, but for its id. ``cover`` is as SQL keeps it."""

    item: Item
    channel_id: int
    author_id: int
    html: str
    cover: dict[str, Any]


@dataclass(frozen=True)
class _Body:
    """The HTML of an item with its pictures: address as written → absolute address."""

    item: Item
    html: str
    pictures: Mapping[str, str]

    @property
    def wanted(self) -> list[str]:
        """Addresses of the pictures that we would like to own."""
        covers = self.item.covers[: CoverKind.TRIPLE]
        return [*covers, *list(self.pictures.values())[:_MOST_PICTURES]]


def draft_all(items: Sequence[Item], places: Places, pictures: PictureStore | None) -> list[Draft]:
    """The items as articles; one that has nothing left to be shown is left out.

    :param places: knows the channels and authors of all items
    :raises DependencyUnavailable: the object storage is down
    """
    bodies = [_body(item) for item in items]
    owned = None
    if pictures is not None:
        owned = pictures.adopt(
            {url: places.author_ids[body.item.author] for body in bodies for url in body.wanted}
        )
    drafts = [_draft(body, places, owned) for body in bodies]
    return [one for one in drafts if text_of(one.html) or "<img" in one.html]


def _body(item: Item) -> _Body:
    html = item.content if nh3.is_html(item.content) else _paragraphs(item.content)
    sources = dict.fromkeys(pictures_of(html))
    return _Body(item, html, {source: urljoin(item.base, source) for source in sources})


def _paragraphs(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"<p>{entities.escape(line, quote=False)}</p>" for line in lines if line)


def _draft(body: _Body, places: Places, owned: Owned) -> Draft:
    sources = {
        written: LOCAL_PATH + owned[url] if owned and url in owned else url
        for written, url in body.pictures.items()
    }
    return Draft(
        item=body.item,
        channel_id=places.channel_ids[body.item.channel],
        author_id=places.author_ids[body.item.author],
        html=sanitise(body.html, pictures=sources),
        cover=_cover(body, owned),
    )


def _cover(body: _Body, owned: Owned) -> dict[str, Any]:
    """What the source put in front, else the first pictures of the body, in their order."""
    for urls in (body.item.covers, body.pictures.values()):
        usable = (_cover_picture(url, owned) for url in dict.fromkeys(urls))
        images = [image for image in usable if image is not None]
        if images:
            kind = CoverKind.TRIPLE if len(images) >= CoverKind.TRIPLE else CoverKind.SINGLE
            return {"type": int(kind), "images": images[:kind]}
    return {"type": int(CoverKind.NONE), "images": []}


def _cover_picture(url: str, owned: Owned) -> str | None:
    """What SQL keeps: a key; the foreign address only if we own no pictures at all."""
    if owned is not None:
        return owned.get(url)
    return url if is_acceptable_url(url) else None
