"""Two changes of one text put together (contract/additions.md §2, conflict).

Each side is a row of edits of what both began with. They are put together unless they overlap:
neighbouring blocks may be changed by different sides. (The library ``merge3`` is under the GPL,
and calls neighbours overlapping.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from common.schemas.writing.texts import MEMBERS, KeptText, Member
from common.services.writing.contents.bodies import may_be_kept
from common.utils.text.blocks import blocks_of
from common.utils.text.matching import Run, common_runs

MOST_TAGS: Final = 20_000


class Merged(NamedTuple):
    """The text with both changes; members in ``conflicts`` are as mine."""

    text: KeptText
    conflicts: list[Member]


class _Edit(NamedTuple):
    """Blocks ``first`` to ``end`` of the base become ``blocks``; none of them: an insertion."""

    first: int
    end: int
    blocks: list[str]


def merge(base: KeptText | None, mine: KeptText, theirs: KeptText) -> Merged:
    """Both changes of ``base``: members changed on one side as there, content block by block.

    :param base: None if nobody knows it any more: then whatever differs is in conflict
    """
    merged: dict[str, Any] = {}
    conflicts: list[Member] = []
    for member in MEMBERS:
        value = _member(member, base, mine, theirs)
        if value is None and getattr(mine, member) != getattr(theirs, member):
            conflicts.append(member)
            value = (getattr(mine, member),)
        merged[member] = getattr(mine, member) if value is None else value[0]
    return Merged(KeptText(**merged), conflicts)


def _member(
    member: Member, base: KeptText | None, mine: KeptText, theirs: KeptText
) -> tuple[Any] | None:
    """The value of a member in a tuple; None: the sides do not agree."""
    ours, other = getattr(mine, member), getattr(theirs, member)
    if ours == other:
        return (ours,)
    if base is None:
        return None
    former = getattr(base, member)
    if former == other:
        return (ours,)
    if former == ours:
        return (other,)
    if member != "content":
        return None
    content = merged_content(former, ours, other)
    return None if content is None else (content,)


def merged_content(base: str, mine: str, theirs: str) -> str | None:
    """The content with the changes of both sides; None: they overlap, or it is too much to do.

    It is done while others wait for the article, and no reader's text has so many tags. Two
    changes that are short enough may come to more than any save could send, or to nothing at all.
    """
    if any(html.count("<") > MOST_TAGS for html in (base, mine, theirs)):
        return None
    blocks = blocks_of(base)
    edits = _both(list(_edits(blocks, mine)), list(_edits(blocks, theirs)))
    if edits is None:
        return None
    written: list[str] = []
    position = 0
    for edit in edits:
        written += blocks[position : edit.first]
        written += edit.blocks
        position = edit.end
    merged = "".join(written + blocks[position:])
    return merged if may_be_kept(merged) else None


def _edits(base: Sequence[str], html: str) -> Iterator[_Edit]:
    """What made ``html`` of ``base``, in order; blanks around blocks are no difference."""
    blocks = blocks_of(html)
    runs = common_runs([block.strip() for block in base], [block.strip() for block in blocks])
    first = start = 0
    for run in [*runs, Run(len(base), len(blocks), 0)]:
        if first < run.left or start < run.right:
            yield _Edit(first, run.left, blocks[start : run.right])
        first, start = run.left + run.length, run.right + run.length


def _both(mine: list[_Edit], theirs: list[_Edit]) -> list[_Edit] | None:
    """The edits of both sides in order, common ones once; None: two of them overlap."""
    edits: list[_Edit] = []
    for edit in sorted(mine + theirs, key=lambda each: (each.first, each.end)):
        if edits and edits[-1] == edit:
            continue  # a side edits no place twice: both did the same
        if edits and _overlap(edits[-1], edit):
            return None
        edits.append(edit)
    return edits


def _overlap(earlier: _Edit, later: _Edit) -> bool:
    """Whether it matters which is done first; both insertions at one place are such a case."""
    if earlier.first == later.first and earlier.end == earlier.first == later.end:
        return True
    return later.first < earlier.end
