"""What distinguishes two texts, block by block (contract/additions.md §2, history)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from common.schemas.writing.texts import MEMBERS, DiffBlock, KeptText, Mark, TextDiff
from common.utils.text.blocks import blocks_of
from common.utils.text.html import text_of
from common.utils.text.matching import Run, common_runs

# Chinese is compared sign by sign, other scripts word by word.
_WORD: Final = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|.", re.DOTALL)
_PARTNERS: Final = 8  # added blocks that are looked at for each removed one
_MOST_LOOKED_AT: Final = 2000  # blocks whose words are compared; nobody reads more marks
MOST_CHARACTERS: Final = 200_000  # of those blocks together: they keep a thread busy for a second
_LEAST_SHARED: Final = 0.3  # of the words of two blocks that are one, changed


class _Block(NamedTuple):
    html: str
    words: list[str]
    amounts: Counter[str]


def difference(before: KeptText, after: KeptText) -> TextDiff:
    """How ``after`` came of ``before``. Takes time linear in the length of both.

    :return: all blocks in order; put together, those that are not removed are ``after``
    """
    return {
        "members": [name for name in MEMBERS if getattr(before, name) != getattr(after, name)],
        "title": _marks(_words(before.title), _words(after.title)),
        "blocks": list(_blocks(blocks_of(before.content), blocks_of(after.content))),
    }


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffBlock]:
    runs = common_runs([block.strip() for block in before], [block.strip() for block in after])
    first = second = looked_at = characters = 0
    for run in [*runs, Run(len(before), len(after), 0)]:
        removed, added = before[first : run.left], after[second : run.right]
        looked_at += len(removed) + len(added)
        characters += sum(map(len, removed)) + sum(map(len, added))
        is_short = looked_at <= _MOST_LOOKED_AT and characters <= MOST_CHARACTERS
        yield from _rewritten(removed, added) if is_short else _exchanged(removed, added)
        first, second = run.left + run.length, run.right + run.length
        for html in after[run.right : second]:
            yield {"kind": "same", "html": html}


def _rewritten(removed: Sequence[str], added: Sequence[str]) -> Iterator[DiffBlock]:
    """Blocks between two common ones: each removed one is that which became most like it."""
    if not removed or not added:
        yield from _exchanged(removed, added)
        return
    news = [_block(html) for html in added]
    position = 0
    for html in removed:
        block = _block(html)
        partner = _partner(block, news[position : position + _PARTNERS])
        if partner is None:
            yield {"kind": "removed", "html": html}
            continue
        yield from _plain("added", added[position : position + partner])
        position += partner
        marks = _marks(block.words, news[position].words)
        yield {"kind": "changed", "before": html, "after": added[position], "marks": marks}
        position += 1
    yield from _plain("added", added[position:])


def _exchanged(removed: Sequence[str], added: Sequence[str]) -> Iterator[DiffBlock]:
    yield from _plain("removed", removed)
    yield from _plain("added", added)


def _plain(kind: Literal["added", "removed"], blocks: Sequence[str]) -> Iterator[DiffBlock]:
    for html in blocks:
        yield {"kind": kind, "html": html}


def _block(html: str) -> _Block:
    words = _words(text_of(html))
    return _Block(html, words, Counter(words))


def _partner(block: _Block, candidates: Sequence[_Block]) -> int | None:
    """Which candidate shares most with a block, if any shares enough."""
    shares = [_shared(block, candidate) for candidate in candidates]
    best = max(shares, default=0.0)
    return shares.index(best) if best >= _LEAST_SHARED else None


def _shared(block: _Block, other: _Block) -> float:
    length = len(block.words) + len(other.words)
    if not length:
        return float(_is_alike(block.html, other.html))
    return 2 * (block.amounts & other.amounts).total() / length


def _is_alike(html: str, other: str) -> bool:
    """Whether blocks without text (pictures, rules) begin with the same element."""
    return html.split(" ", 1)[0] == other.split(" ", 1)[0]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _marks(before: Sequence[str], after: Sequence[str]) -> list[Mark]:
    marks: list[Mark] = []
    first = second = 0
    for run in [*common_runs(before, after), Run(len(before), len(after), 0)]:
        _mark(marks, "removed", before[first : run.left])
        _mark(marks, "added", after[second : run.right])
        first, second = run.left + run.length, run.right + run.length
        _mark(marks, "same", after[run.right : second])
    return marks


def _mark(
    marks: list[Mark], kind: Literal["same", "added", "removed"], words: Sequence[str]
) -> None:
    if words:
        marks.append({"kind": kind, "text": "".join(words)})
