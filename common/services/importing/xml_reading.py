"""The elements of a feed, whatever state its XML is in (contract/security.md row 50)."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from common.services.importing.elements import Element, is_of_atom
from common.services.importing.findings import Findings
from common.services.importing.items import Unreadable
from common.services.importing.xml_mending import (
    with_escaped_leaves,
    with_known_references,
    with_meant_characters,
    without_forbidden,
)

_NOT_A_FEED: Final = "This is not an RSS or Atom feed."
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})
_ROOT_ENDS: Final = ("</rss", "</RSS", "</feed", "</rdf:RDF", "</RDF", "</atom:feed")
_ENTRY: Final = re.compile(r"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"<!\s*(?:ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_EXPECTED: Final = re.compile(r"<\?.*?\?>|<!DOCTYPE[^>]*>|\]>|\s+", re.IGNORECASE | re.DOTALL)
_MOST_SAID: Final = 20  # complaints of the parser


def root_of(text: str, findings: Findings) -> Element:
    """The root element; what had to be mended on the way is noted.

    :raises Unreadable: it is no feed, or declares a document type of its own
    """
    text, forbidden = without_forbidden(text)
    if forbidden:
        findings.repair(f"{forbidden} characters that XML forbids are left out")
    text = with_meant_characters(_body(text, findings))
    return _parsed(text, findings)


def _body(text: str, findings: Findings) -> str:
    """The text from the root element to its end."""
    in_front = _COMMENT.sub(lambda match: " " * len(match[0]), text[: _end_of_prolog(text)])
    match = _ROOT.search(in_front)
    if match is None:
        raise Unreadable(_NOT_A_FEED)
    prolog = text[: match.start()]
    if _DECLARATION.search(in_front[: match.start()]) or _has_subset(in_front[: match.start()]):
        raise Unreadable("A feed must not declare a document type of its own, or entities.")
    if _EXPECTED.sub("", in_front[: match.start()]) or _is_late(prolog):
        findings.repair("what stands in front of the feed is passed over", line=1)
    return "\n" * prolog.count("\n") + _without_tail(text[match.start() :], findings)


def _end_of_prolog(text: str) -> int:
    """How far to look for the root: to the first entry, if there is one."""
    match = _ENTRY.search(text)
    return match.end() if match is not None else len(text)


def _has_subset(prolog: str) -> bool:
    doctype = prolog.lower().find("<!doctype")
    begin = prolog.find("[", doctype) if doctype != -1 else -1
    return begin != -1 and bool(prolog[begin + 1 :].partition("]")[0].strip())


def _is_late(prolog: str) -> bool:
    return "<?xml " in prolog and not prolog.startswith("<?xml ")


def _without_tail(text: str, findings: Findings) -> str:
    """The text without what stands behind the root element."""
    begin = max(text.rfind(end) for end in _ROOT_ENDS)
    end = text.find(">", begin) + 1
    if begin == -1 or not end:
        return text
    if _COMMENT.sub("", text[end:]).strip():
        findings.repair("what stands behind the feed is passed over")
    return text[:end]


def _parsed(text: str, findings: Findings) -> Element:
    root, complaints = _read(text)
    if root is None:
        findings.repair_all(complaints)
        text = with_known_references(text)
        root, complaints = _read(text)
    if root is None:
        text = with_escaped_leaves(text)
        root, complaints = _read(text, recover=True)
        findings.repair_all(complaints[:_MOST_SAID])
    if root is None or name_of(root) not in _ROOTS:
        raise Unreadable(_NOT_A_FEED)
    _drop_broken_end(root, text, findings)
    if root.prefix is not None:
        _drop_prefix(root)
    return root


def _read(text: str, *, recover: bool = False) -> tuple[Element | None, list[tuple[int, str]]]:
    """The root element, if the parser gets that far, and its complaints by line."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,  # a long text is no attack here: the size of the whole is limited
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        return None, [_complaint(error.lineno, error.msg)]
    return root, [_complaint(entry.line, entry.message) for entry in parser.error_log]


def _complaint(line: int, message: str) -> tuple[int, str]:
    return line, f"not well-formed XML: {message.splitlines()[0].partition(', line ')[0]}"


def name_of(element: Element) -> str:
    """The name of an element without its namespace, in small letters."""
    name = element.tag if isinstance(element.tag, str) else ""
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def entries_of(root: Element) -> list[Element]:
    """The items or entries of a feed, in its order; also where wrong ends put one into another."""
    return [element for element in root.iter() if name_of(element) in ("item", "entry")]


def _drop_prefix(root: Element) -> None:
    """A prefix that the root itself has says nothing about what is in it; Atom keeps its own."""
    namespace = root.tag.rpartition("}")[0]
    if not is_of_atom(root):
        for element in root.iter(f"{namespace}}}*"):
            element.tag = element.tag.rpartition("}")[2]


def _drop_broken_end(root: Element, text: str, findings: Findings) -> None:
    """Half an entry would stay half for ever: the next import knows it."""
    marks = [match[1] for match in _ENTRY.finditer(text)]
    entries = entries_of(root)
    if not entries or not marks or marks[-1]:
        return
    broken = entries[-1]
    title = next((element.text for element in broken.iter() if name_of(element) == "title"), "")
    findings.skip("the feed breaks off here", line=broken.sourceline, entry=(title or "").strip())
    broken.getparent().remove(broken)
