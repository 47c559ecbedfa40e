"""What the elements of a feed mean: their names, their texts, and where their addresses lead."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from common.services.importing.texts import ForeignText
from common.utils.net.addresses import resolved

Element = Any  # of a library without types

_PREFIXES: Final = {  # by namespace, without scheme and slash at the end
    "www.w3.org/2005/atom": "",
    "purl.org/atom/ns": "",
    "purl.org/rss/1.0": "",
    "purl.org/net/rss1.1": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dc",
    "purl.org/rss/1.0/modules/content": "content",
    "search.yahoo.com/mrss": "media",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "www.w3.org/1999/xhtml": "xhtml",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
}
_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_ADDRESSES: Final = frozenset({"href", "src", "poster", "data-src", "data-original"})
_VOID: Final = frozenset({"br", "hr", "img", "input", "source", "col", "wbr"})


def kind_of(element: Element) -> str:
    """``title``, ``dc:creator``, ``media:group``: small letters, one prefix per vocabulary.

    RSS and Atom have no prefix, nor has what a feed calls by its default namespace.
    """
    if not isinstance(element.tag, str):
        return ""
    namespace, _, name = element.tag.lower().rpartition("}")
    if not namespace:  # a prefix that nobody declared means what it usually means
        prefix, _, name = name.rpartition(":")
    else:
        address = namespace.lstrip("{").partition("://")[2].rstrip("/#")
        prefix = _PREFIXES.get(address, element.prefix or "")
    return f"{prefix}:{name}" if prefix else name


def children(element: Element) -> dict[str, list[Element]]:
    """The elements within by kind, in their order."""
    found: dict[str, list[Element]] = {}
    for child in element:
        if kind := kind_of(child):
            found.setdefault(kind, []).append(child)
    return found


def is_of_atom(element: Element) -> bool:
    """Whether an element follows Atom's rules about texts."""
    tag = str(element.tag).lower()
    return tag.startswith(("{http://www.w3.org/2005/atom", "{http://purl.org/atom/ns"))


def text_within(element: Element) -> str:
    """All text of an element without markup."""
    return "".join(element.itertext()).strip()


def text_of(element: Element, *, feed_base: str) -> ForeignText:
    """The text of an element that may hold HTML, by the rules of its vocabulary.

    RSS never says whether it is HTML; Atom does (RFC 4287 §3.1).
    """
    base = base_of(element, feed_base)
    if len(element):
        return ForeignText(_markup_within(element, base), base=base)
    text = element.text or ""
    return ForeignText(text, is_plain=is_of_atom(element) and _is_plain(element), base=base)


def _is_plain(element: Element) -> bool:
    kind = (element.get("type") or "text").strip().lower()
    if element.get("mode") == "escaped" and kind in ("text", ""):  # of Atom 0.3
        kind = "html"
    return "html" not in kind and not kind.endswith(("/xml", "+xml"))


def base_of(element: Element, feed_base: str) -> str:
    """What the feed says relative addresses here are relative to; empty: nothing."""
    bases = [base for holder in (element, *element.iterancestors()) if (base := holder.get(_BASE))]
    if not bases:
        return ""
    result = feed_base
    for base in reversed(bases):
        result = resolved(base, result)
    return result


def _markup_within(element: Element, base: str) -> str:
    """Elements written in the feed itself as HTML, their own ``xml:base`` taken into account."""
    return "".join(_pieces(element, base))


def _pieces(element: Element, base: str) -> Iterator[str]:
    bases = [base]
    for event, node in etree.iterwalk(element, events=("start", "end")):
        name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
        if node is element:
            yield html.escape(node.text or "", quote=False) if event == "start" else ""
        elif event == "start":
            own = node.get(_BASE)
            bases.append(resolved(own, bases[-1]) if own else bases[-1])
            is_rebased = bases[-1] != base
            yield f"<{name}{''.join(_attributes(node, bases[-1] if is_rebased else ''))}>"
            yield html.escape(node.text or "", quote=False)
        else:
            bases.pop()
            if name.lower() not in _VOID:
                yield f"</{name}>"
            yield html.escape(node.tail or "", quote=False)


def _attributes(element: Element, base: str) -> Iterator[str]:
    for name, value in element.attrib.items():
        if "}" not in name:
            address = resolved(value, base) if base and name.lower() in _ADDRESSES else value
            yield f' {name}="{html.escape(address)}"'
