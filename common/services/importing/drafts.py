"""From a foreign item to the content of one of our articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from common.services.importing.bodies import Body, readied
from common.services.importing.findings import Findings
from common.services.importing.items import LONGEST_BODY, Item
from common.services.importing.media import Picture, distinct, is_no_picture
from common.services.importing.pictures import Owned, PictureStore, is_inline
from common.services.importing.places import Places
from common.services.importing.texts import as_html
from common.utils.constants import CoverKind
from common.utils.media import LOCAL_PATH
from common.utils.net.addresses import resolved
from common.utils.text.html import is_acceptable_url, sanitise

_MOST_PICTURES: Final = 10  # of one body; further ones keep their foreign address
_MOST_INLINE: Final = 50  # of one body: these have no address to keep
_VISIBLE: Final = re.compile(r"(?:\A|>)\s*[^\s<]")  # a letter outside of tags
_SMALLEST_COVER: Final = 4  # pixels wide and high; what is smaller counts visits

Ours = Mapping[str, Owned] | None  # our own pictures by address; None: we own none


@dataclass(frozen=True)
class Draft:
    """An item that became an article, but for its id. ``cover`` is as SQL keeps it."""

    item: Item
    channel_id: int
    author_id: int
    html: str
    cover: dict[str, Any]


@dataclass(frozen=True)
class _Prepared:
    """An item and its body, before anything is fetched."""

    item: Item
    body: Body
    covers: Sequence[str]

    @property
    def wanted(self) -> list[str]:
        """Addresses of the pictures that we would like to own."""
        inline = [url for url in self.body.addresses if is_inline(url)]
        others = [url for url in self.body.addresses if not is_inline(url)]
        covers = self.covers[: CoverKind.TRIPLE]
        return [*covers, *others[:_MOST_PICTURES], *inline[:_MOST_INLINE]]


def draft_all(
    items: Sequence[Item], places: Places, pictures: PictureStore | None, findings: Findings
) -> list[Draft | None]:
    """The items as articles; None, and a note, for one that has nothing left to be shown.

    :param places: knows the channels and authors of all items
    :raises DependencyUnavailable: the object storage is down
    """
    prepared = [_prepared(item) for item in items]
    ours = None
    if pictures is not None:
        ours = pictures.adopt(
            {url: places.author_ids[one.item.author] for one in prepared for url in one.wanted}
        )
    return [_checked(_draft(one, places, ours), one, ours, findings) for one in prepared]


def _prepared(item: Item) -> _Prepared:
    body = readied(as_html(item.content, is_plain=item.is_plain), base=item.base)
    covers = [resolved(cover, item.base) for cover in item.covers]
    return _Prepared(item, body, [cover for cover in covers if not is_no_picture(cover)])


def _checked(draft: Draft, one: _Prepared, ours: Ours, findings: Findings) -> Draft | None:
    _note_lost_pictures(one, ours, findings)
    if problem := _problem(draft.html):
        findings.skip(problem, line=one.item.line, entry=one.item.title)
        return None
    return draft


def _note_lost_pictures(one: _Prepared, ours: Ours, findings: Findings) -> None:
    """A picture without an address of its own is gone when it is not ours; others stay linked."""
    lost = sum(is_inline(url) and url not in (ours or {}) for url in one.body.addresses)
    if lost:
        reason = f"{lost} of its pictures stand in the text and cannot be kept"
        findings.repair(reason, line=one.item.line, entry=one.item.title)


def _problem(html: str) -> str:
    if len(html) > LONGEST_BODY:
        return f"it is longer than {LONGEST_BODY} characters"
    has_content = "<img" in html or _VISIBLE.search(html.replace("&nbsp;", " "))
    return "" if has_content else "it has no content that may be shown"


def _draft(one: _Prepared, places: Places, ours: Ours) -> Draft:
    sources = {url: LOCAL_PATH + owned.key for url, owned in (ours or {}).items()}
    return Draft(
        item=one.item,
        channel_id=places.channel_ids[one.item.channel],
        author_id=places.author_ids[one.item.author],
        html=sanitise(one.body.html, pictures=sources),
        cover=_cover(one, ours),
    )


def _cover(one: _Prepared, ours: Ours) -> dict[str, Any]:
    """What the source put in front, else the first pictures of the body, in their order."""
    for pictures in (map(Picture, one.covers), one.body.covers):
        images = _images(pictures, ours)
        if images:
            kind = CoverKind.TRIPLE if len(images) >= CoverKind.TRIPLE else CoverKind.SINGLE
            return {"type": int(kind), "images": images[:kind]}
    return {"type": int(CoverKind.NONE), "images": []}


def _images(pictures: Iterable[Picture], ours: Ours) -> list[str]:
    """What SQL keeps: keys; foreign addresses only if we own no pictures at all."""
    found: dict[str, None] = {}
    for picture in distinct(pictures):
        if ours is None:
            if is_acceptable_url(picture.url):
                found[picture.url] = None
        elif (owned := ours.get(picture.url)) is not None and _is_to_be_seen(owned):
            found[owned.key] = None
    return list(found)


def _is_to_be_seen(owned: Owned) -> bool:
    return min(owned.width, owned.height) >= _SMALLEST_COVER
