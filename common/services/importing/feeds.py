"""RSS and Atom feeds as they are (contract/additions.md §8)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from common.services.importing import dates
from common.services.importing.elements import (
    Element,
    base_of,
    children,
    kind_of,
    text_of,
    text_within,
)
from common.services.importing.findings import Findings
from common.services.importing.items import Identity, Item, link_name
from common.services.importing.media import covers_of
from common.services.importing.texts import ForeignText, as_plain, beginning_of
from common.services.importing.xml_reading import entries_of, root_of
from common.utils.net.addresses import is_web, parts_of, resolved
from common.utils.text.decoding import decode, encoding_of
from common.utils.text.mails import person_in

LARGEST_FEED: Final = 20 * 1024 * 1024  # bytes

_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{1,40})")
_LOOK: Final = 4096  # bytes within which a declaration stands
_GLOBAL: Final = ("urn:", "tag:")  # ids that mean the same in every feed
_WIDE: Final = ("utf-16", "utf-32")  # show what they are, whatever they are called
_CONTENTS: Final = (
    "content:encoded",
    "content",
    "xhtml:body",
    "xhtml:div",
    "body",
    "description",
    "summary",
    "media:description",
    "itunes:summary",
    "dc:description",
)
_TITLES: Final = ("title", "media:title", "dc:title", "itunes:title")
_PEOPLE: Final = ("dc:creator", "author", "itunes:author")
_DATES: Final = (
    *("pubdate", "published", "issued", "dc:date", "dc:issued", "dc:created", "created"),
    *("updated", "modified", "dc:modified", "date"),
)


class _Feed(NamedTuple):
    """What all entries of a feed share."""

    title: str
    link: str
    author: str
    channel: str
    base: str

    @property
    def scope(self) -> str:
        """Within this an id means something; it is the same when the site moves to https."""
        return link_name(self.link) if self.link else self.title


def read(
    data: bytes,
    findings: Findings,
    *,
    channel: str = "",
    url: str = "",
    charset: str = "",
) -> list[Item]:
    """The entries of a feed, the newest first.

    :param channel: empty: the title of the feed
    :param url: where the feed came from; relative addresses are relative to it at last
    :param charset: the encoding that HTTP named
    :raises Unreadable: it declares a document type of its own, or is no feed
    """
    root = root_of(_decoded(data, charset, findings), findings)
    feed = _feed(root, channel, url)
    items = [
        item
        for place, entry in enumerate(entries_of(root))
        if (item := _item(entry, feed, place, findings)) is not None
    ]
    return _with_shared_names(items)


def _decoded(data: bytes, charset: str, findings: Findings) -> str:
    match = _DECLARED.search(data[:_LOOK].replace(b"\0", b""))
    declared = match[1].decode("latin-1") if match is not None else ""
    decoded = decode(data, header=charset, declared=declared)
    label = charset or declared
    if label and not decoded.encoding.startswith(_WIDE) and encoding_of(label) != decoded.encoding:
        findings.repair(f"it is called {label} and read as {decoded.encoding}")
    if decoded.lost:
        findings.repair(f"{decoded.lost} bytes that are no {decoded.encoding} are left out")
    return decoded.text


def _feed(root: Element, channel: str, url: str) -> _Feed:
    head = next((element for element in root.iter() if kind_of(element) == "channel"), root)
    found = children(head)
    title = next((as_plain(text_of(one, feed_base=url)) for one in found.get("title", ())), "")
    link = _link(found, base_of(head, url) or url)
    named = channel or " ".join(title.split()) or (parts_of(link or url).hostname or "")
    return _Feed(title, link, _person(found), named, link or url)


def _item(entry: Element, feed: _Feed, place: int, findings: Findings) -> Item | None:
    found = children(entry)
    link = _link(found, base_of(entry, feed.base) or feed.base) or _permanent_link(found)
    content = _content(entry, found, feed.base)
    title = _title(found, feed.base)
    line = entry.sourceline
    if not title and not content.text.strip():
        findings.skip("it has neither a title nor a text", line=line)
        return None
    return Item(
        title=title or beginning_of(content),
        content=content.text if content.text.strip() else title,
        is_plain=content.is_plain if content.text.strip() else True,
        channel=feed.channel,
        author=_person(found) or _of_source(found) or feed.author or feed.title or feed.channel,
        published_at=_published_at(found, findings, line=line, entry=title),
        covers=covers_of(entry, link or feed.base),
        identity=_identity(feed, _own_id(entry, found), link),
        base=content.base or link or feed.base,
        place=place,
        line=line,
    )


def _identity(feed: _Feed, own_id: str, link: str) -> Identity:
    """The address of the feed itself names no entry of it."""
    own_id, link = (name if name != feed.link else "" for name in (own_id, link))
    is_global = "://" in own_id or own_id.startswith(_GLOBAL)
    return Identity(scope="" if is_global else feed.scope, own_id=own_id, link=link)


def _title(found: dict[str, list[Element]], base: str) -> str:
    for kind in _TITLES:
        for element in found.get(kind, ()):
            if title := " ".join(as_plain(text_of(element, feed_base=base)).split()):
                return title
    return ""


def _content(entry: Element, found: dict[str, list[Element]], base: str) -> ForeignText:
    """The longest of what the entry calls its content: many feeds cut the others short."""
    groups = [children(group) for group in found.get("media:group", ())]
    texts = [
        text_of(element, feed_base=base)
        for elements in (found, *groups)
        for kind in _CONTENTS
        for element in elements.get(kind, ())
        if not _is_elsewhere(element)
    ]
    return max(texts, key=lambda text: len(text.text), default=ForeignText(""))


def _is_elsewhere(element: Element) -> bool:
    """Content of Atom that is only named, or is no text."""
    kind = (element.get("type") or "").lower()
    return bool(element.get("src")) or kind.startswith(("image/", "video/", "audio/"))


def _link(found: dict[str, list[Element]], base: str) -> str:
    """The page of an entry or a feed: RSS writes it, Atom refers to it."""
    written, referred = [], []
    for element in found.get("link", ()):
        if address := (element.get("href") or "").strip():
            if (element.get("rel") or "alternate") == "alternate":
                referred.append((not _is_page(element), address))
        elif address := text_within(element):
            written.append(address)
    best = [*written, *(address for _, address in sorted(referred, key=lambda one: one[0]))]
    return resolved(best[0], base) if best else ""


def _is_page(element: Element) -> bool:
    return (element.get("type") or "text/html").lower() in ("text/html", "application/xhtml+xml")


def _permanent_link(found: dict[str, list[Element]]) -> str:
    for guid in found.get("guid", ()):
        address = text_within(guid)
        if (guid.get("isPermaLink") or "true").lower() == "true" and is_web(address):
            return resolved(address)
    return ""


def _own_id(entry: Element, found: dict[str, list[Element]]) -> str:
    for kind in ("guid", "id", "dc:identifier"):
        for element in found.get(kind, ()):
            if written := text_within(element):
                return written
    return next((value for name, value in entry.attrib.items() if name.endswith("}about")), "")


def _person(found: dict[str, list[Element]]) -> str:
    """The first name; an address of e-mail is none and is never shown."""
    for kind in _PEOPLE:
        for element in found.get(kind, ()):
            if name := person_in(_name_within(element)):
                return name
    return ""


def _name_within(element: Element) -> str:
    named = [element] if not len(element) else [c for c in element if kind_of(c) == "name"]
    return as_plain(ForeignText(text_within(named[0]))) if named else ""


def _of_source(found: dict[str, list[Element]]) -> str:
    """An entry taken from another feed has the author of that."""
    people = (_person(children(source)) for source in found.get("source", ()))
    return next((name for name in people if name), "")


def _published_at(
    found: dict[str, list[Element]], findings: Findings, *, line: int, entry: str
) -> datetime | None:
    written = [
        text
        for kind in _DATES
        for element in found.get(kind, ())
        if (text := as_plain(ForeignText(text_within(element))))
    ]
    for text in written:
        if (moment := dates.understood(text)) is not None:
            return moment
    if written:
        findings.repair(f"its date is not understood: {written[0][:40]}", line=line, entry=entry)
    return None


def _with_shared_names(items: Sequence[Item]) -> list[Item]:
    """The items; what several of them are called by is marked as identifying none."""
    ids = Counter(item.identity.own_id for item in items)
    links = Counter(link_name(item.identity.link) for item in items)
    return [
        replace(
            item,
            identity=replace(
                item.identity,
                is_id_shared=ids[item.identity.own_id] > 1,
                is_link_shared=links[link_name(item.identity.link)] > 1,
            ),
        )
        for item in items
    ]
