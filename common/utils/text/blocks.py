"""An article's HTML cut into the blocks that its author sees: paragraphs, lists, pictures ..."""

from __future__ import annotations

from typing import Final

from common.utils.text.markup import Tag, names, tokens

_VOID: Final = names("br hr img input col wbr")
_BLOCKS: Final = names("blockquote dd div dl dt figure h1 h2 h3 h4 h5 h6 hr li ol p pre table ul")
_WRAPPER: Final = "div"  # some editors put one around everything
_MOST_WRAPPERS: Final = 3  # one within another; each costs another way through the text


def blocks_of(html: str) -> list[str]:
    """The blocks of sanitised HTML in their order; put together again they are ``html``.

    Blanks between blocks belong to the one before. What stands in no element is a block up to the
    next line break. Takes time linear in the length.
    """
    blocks = _cut(html)
    before: list[str] = []
    after: list[str] = []
    while len(blocks) == 1 and len(before) < _MOST_WRAPPERS:
        inside = _unwrapped(blocks[0])
        if inside is None:
            break
        start, content, end = inside
        before.append(start)
        after.append(end)
        blocks = _cut(content)
    return [*before, *blocks, *reversed(after)]


def _cut(html: str) -> list[str]:
    cutting = _Cutting()
    for token in tokens(html):
        if isinstance(token, Tag):
            cutting.tag(token)
        else:
            cutting.text(token.source)
    cutting.end_block()
    return cutting.blocks


class _Cutting:
    """One way through a body."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._open: list[str] = []  # the pieces of the block that is not complete yet
        self._depth = 0

    def text(self, source: str) -> None:
        """Text; between two blocks it may be nothing but the end of the first one."""
        if self._open or not self.blocks or source.strip():
            self._open.append(source)
        else:
            self.blocks[-1] += source

    def tag(self, tag: Tag) -> None:
        """A tag, which may begin a block or complete one."""
        if self._depth == 0 and tag.name in _BLOCKS:
            self.end_block()
        self._open.append(tag.source)
        if tag.name not in _VOID:
            self._depth = max(0, self._depth + (-1 if tag.is_end else 1))
        if self._depth == 0 and (tag.name in _BLOCKS or tag.name == "br"):
            self.end_block()

    def end_block(self) -> None:
        """What was collected is a block."""
        if self._open:
            self.blocks.append("".join(self._open))
            self._open = []


def _unwrapped(block: str) -> tuple[str, str, str] | None:
    """Start tag, content and end tag of a block that is one wrapper; None: it is none."""
    end = f"</{_WRAPPER}>"
    body = block.rstrip()
    if not block.startswith(f"<{_WRAPPER}>") or not body.endswith(end):
        return None
    first, last = len(_WRAPPER) + 2, len(body) - len(end)
    return block[:first], block[first:last], block[last:]
