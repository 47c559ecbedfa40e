"""Whatever attacks are made of, put together at random: a browser's parser finds nothing active.

Contract: security.md rows 56 and 59. The parser is lexbor's, another one than the sanitiser's own.
"""

from __future__ import annotations

import random
import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from common.utils.text.html import sanitise
from common.utils.text.markup import names
from tests.common.utils.text.test_html import EXECUTING

SEEDS = 40
TEXTS_PER_SEED = 50
MOST_PIECES = 9

ELEMENTS = frozenset(
    names(
        "a abbr b blockquote body br caption code col colgroup dd del div dl dt em figcaption "
        "figure h1 h2 h3 h4 h5 h6 head hr html i img input ins kbd label li mark ol p pre q s samp "
        "small span strong sub sup table tbody td tfoot th thead tr u ul var"
    )
)
ATTRIBUTES = frozenset(
    names(
        "href title class src alt width height checked disabled type start colspan rowspan align "
        "data-type data-checked rel"
    )
)
ADDRESS = re.compile(r"https?://|mailto:|/media/")
WRAPPERS = [
    "table", "td", "svg", "math", "mtext", "mglyph", "annotation-xml", "desc", "foreignObject",
    "style", "title", "textarea", "noscript", "template", "select", "option", "p", "a", "ul", "b",
    "form", "xmp", "plaintext", "iframe", "!--", "![CDATA[",
]  # fmt: skip
GLUE = ["", " ", "<", ">", "</", "/>", "--", "-->", "]]>", '"', "'", "`", "&lt;", "&#x3c;"]
GLUE += ["\0", "=", "文", ' class="ql-indent-1 x" ']


def _broken(chance: random.Random) -> str:
    """A piece of an attack, cut anywhere, so that what begins in one ends in another."""
    vector = chance.choice(EXECUTING)[:400]
    first, last = sorted(chance.randint(0, len(vector)) for _ in range(2))
    return chance.choice([vector, vector[first:], vector[:last], vector[first:last]])


def _attack(chance: random.Random) -> str:
    text = ""
    for _ in range(chance.randint(1, MOST_PIECES)):
        text += chance.choice(GLUE) + _broken(chance)
        if chance.random() < 0.5:
            wrapper = chance.choice(WRAPPERS)
            text = f"<{wrapper}>{text}" + (f"</{wrapper}>" if chance.random() < 0.7 else "")
    return text


def _active(html: str) -> list[str]:
    """What a browser would find in ``html`` that an article may not have."""
    found: list[str] = []
    for node in LexborHTMLParser(html).root.traverse(include_text=False):
        if node.tag.startswith("-"):  # comments, the document type
            found.append(node.tag)
            continue
        if node.tag not in ELEMENTS:
            found.append(f"<{node.tag}>")
        for name, value in node.attributes.items():
            if name not in ATTRIBUTES:
                found.append(f"{node.tag} {name}")
            elif name in ("href", "src") and not ADDRESS.match(value or ""):
                found.append(f"{node.tag} {name}={value}")
        if node.tag == "input" and "disabled" not in node.attributes:
            found.append("a living input")
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_browser_finds_nothing_active(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(TEXTS_PER_SEED):
        attack = _attack(chance)

        kept = sanitise(attack)

        assert (attack, _active(kept)) == (attack, [])
        assert (attack, sanitise(kept)) == (attack, kept)


def test_the_parser_sees_what_is_active() -> None:
    seen = [vector for vector in EXECUTING if _active(vector)]

    assert len(seen) > 0.9 * len(EXECUTING)
