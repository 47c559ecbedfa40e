"""Long HTML put in order before a browser's parser sees it, so that its work stays linear.

That parser looks through its open elements at every tag and opens anew whatever was not closed:
a megabyte of ``<div>`` keeps it busy for half a minute. What is short, or decently nested, is
left as it is.
"""

from __future__ import annotations

import html as entities
from collections import Counter
from typing import Final

from common.utils.text.markup import Tag, Text, names, start_tag, tokens

DEEPEST: Final = 256  # elements within one another; deeper tags are left out, their text stays
_SHORT: Final = 8192  # characters: no such text is worth the trouble
_MOST_DISORDER: Final = 8  # tags out of place, before all of it is put in order
_MOST_ATTRIBUTES: Final = 32
_LONGEST_ATTRIBUTE: Final = 4096  # but for pictures that stand in the address itself
_MOST_REFERENCES: Final = 256  # in a row: each is a piece of text that is appended to the rest
_BREAK: Final = "<wbr>"  # between such pieces; no article keeps it

_VOID: Final = names("area base br col embed frame hr img input link meta param source track wbr")
_FOREIGN: Final = frozenset({"math", "svg", "select", "frameset", "template"})  # with own rules
_CLOSES_PARAGRAPH: Final = names(
    "address article aside blockquote center dd details dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table "
    "ul"
)
_IN_TABLE: Final = names("caption col colgroup tbody td tfoot th thead tr")
_CELLS: Final = frozenset({"caption", "td", "th"})
_FRAMES: Final = frozenset({"colgroup", "table", "tbody", "tfoot", "thead", "tr"})
_ROW_GROUPS: Final = frozenset({"tbody", "tfoot", "thead"})
# A start tag that ends its like, up to the element that holds both.
_SIBLINGS: Final = {
    "li": (frozenset({"li"}), frozenset({"ol", "ul"})),
    "dd": (frozenset({"dd", "dt"}), frozenset({"dl"})),
    "dt": (frozenset({"dd", "dt"}), frozenset({"dl"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
    "tr": (frozenset({"tr", "caption", "colgroup"}), frozenset({"table"})),
    "td": (_CELLS, frozenset({"tr"})),
    "th": (_CELLS, frozenset({"tr"})),
    **dict.fromkeys(
        _ROW_GROUPS, (_ROW_GROUPS | {"caption", "colgroup", "tr"}, frozenset({"table"}))
    ),
}
_MAY_STAY_OPEN: Final = names("p li dd dt option colgroup tbody td tfoot th thead tr")


def in_order(html: str) -> str:
    """``html``, or the same well nested and at most ``DEEPEST`` deep if it is long and disorderly.

    Reading and writing it takes time linear in its length; so does every parser afterwards.
    """
    if len(html) <= _SHORT:
        return html
    order = _Order()
    for token in tokens(html):
        if isinstance(token, Text):
            order.text(token)
        elif token.is_end:
            order.end(token.name)
        else:
            order.start(token)
    order.close_all()
    return "".join(order.written) if order.is_needed else html


class _Order:
    """Writes tags anew, each closed where it belongs."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._open: list[str] = []
        self._count: Counter[str] = Counter()  # of the open ones by name
        self._left_out: Counter[str] = Counter()  # start tags whose end tags are left out, too
        self._disorder = 0
        self._is_beyond_measure = False

    @property
    def is_needed(self) -> bool:
        """Whether what came in is better not given to a parser as it is."""
        return self._is_beyond_measure or self._disorder > _MOST_DISORDER

    def text(self, token: Text) -> None:
        """Text, in pieces that a parser can swallow."""
        text = token.text
        if not text.strip():
            self.written.append(text)
            return
        self._leave_table_frame()
        if token.source.count("&") + text.count("<") <= _MOST_REFERENCES:
            self.written.append(entities.escape(text, quote=False))
            return
        self._is_beyond_measure = True
        step = _MOST_REFERENCES
        pieces = (text[first : first + step] for first in range(0, len(text), step))
        self.written.append(_BREAK.join(entities.escape(piece, quote=False) for piece in pieces))

    def start(self, tag: Tag) -> None:
        """A start tag, after the end of what cannot hold it."""
        name = tag.name
        if name in _FOREIGN:
            self._is_beyond_measure = True
        if name in _IN_TABLE:
            if not self._count["table"]:
                self._leave_out(name)
                return
        else:
            self._leave_table_frame()
        if name in _SIBLINGS:
            self._close_siblings(*_SIBLINGS[name])
        if name in _CLOSES_PARAGRAPH and self._count["p"]:
            self._close_through("p", walls=_CELLS)
        if name == "tr" and self._open[-1] == "table":
            self._write_bare("tbody")  # as every parser does; it counts as a level
        self._write_start(tag)

    def end(self, name: str) -> None:
        """An end tag, if what it ends is open."""
        if name in _VOID:
            return
        if self._left_out[name]:
            self._left_out[name] -= 1
        elif not self._close_through(
            name, walls=frozenset() if name in _IN_TABLE or name == "table" else _CELLS
        ):
            self._disorder += 1

    def close_all(self) -> None:
        """The end: whatever is open ends here."""
        self._disorder += sum(name not in _MAY_STAY_OPEN for name in self._open)
        while self._open:
            self._close_last()

    def _write_start(self, tag: Tag) -> None:
        if len(self._open) >= DEEPEST and tag.name not in _VOID:
            self._is_beyond_measure = True
            self._leave_out(tag.name)
            return
        self.written.append(self._with_fewer_attributes(tag))
        if tag.name not in _VOID:
            self._open.append(tag.name)
            self._count[tag.name] += 1

    def _with_fewer_attributes(self, tag: Tag) -> str:
        if not tag.written_attributes.strip("/ "):
            return f"<{tag.name}>"
        found = tag.attributes
        kept = {
            name: value
            for name, value in list(found.items())[:_MOST_ATTRIBUTES]
            if len(value) <= _LONGEST_ATTRIBUTE
            or (value.startswith("data:") and value.count("&") <= _MOST_REFERENCES)
        }
        if len(kept) < len(found):
            self._is_beyond_measure = True
        return start_tag(tag.name, kept)

    def _leave_out(self, name: str) -> None:
        self._disorder += 1
        if name not in _VOID:
            self._left_out[name] += 1

    def _leave_table_frame(self) -> None:
        """What stands between the cells of a table gets a cell of its own, not a place before."""
        if not self._open or self._open[-1] not in _FRAMES:
            return
        self._is_beyond_measure = (
            True  # a parser counts all that stands before the table, each time
        )
        if self._open[-1] == "colgroup":
            self._close_last()
        inside = ("table", "tbody", "tr", "td")
        above = "tbody" if self._open[-1] in _ROW_GROUPS else self._open[-1]
        for name in inside[inside.index(above) + 1 :]:
            self._write_bare(name)

    def _write_bare(self, name: str) -> None:
        self._write_start(Tag(name, is_end=False, written_attributes="", source=f"<{name}>"))

    def _close_siblings(self, siblings: frozenset[str], holders: frozenset[str]) -> None:
        """End the like of what comes, if one is open within the nearest holder."""
        if not any(self._count[name] for name in siblings):
            return
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth] in holders or self._open[depth] == "table":
                return
            if self._open[depth] in siblings:
                self._close_to(depth)

    def _close_through(self, name: str, *, walls: frozenset[str]) -> bool:
        """End the innermost ``name`` and all within it, unless it is open outside of a wall."""
        if not self._count[name]:
            return False
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth] == name:
                self._close_to(depth)
                return True
            if self._open[depth] in walls:
                return False
        return False

    def _close_to(self, depth: int) -> None:
        while len(self._open) > depth + 1:
            self._disorder += self._open[-1] not in _MAY_STAY_OPEN
            self._close_last()
        self._close_last()

    def _close_last(self) -> None:
        name = self._open.pop()
        self._count[name] -= 1
        self.written.append(f"</{name}>")
