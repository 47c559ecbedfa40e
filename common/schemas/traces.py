"""Trace tokens of feed items: what clients echo when a reader reacts (contract/rpc.md §5)."""

from __future__ import annotations

from collections.abc import Sequence

ALGORITHM = "fallback"  # name of the built-in recommender in traces (contract/rpc.md §4)
ACTIONS = ("click", "collect", "share", "read")

_OPENINGS = tuple((action, f'{{"action":"{action}",') for action in ACTIONS)


def of(subject: str, article_id: int, algorithm: str = ALGORITHM) -> dict[str, str]:
    """The four tokens of an item. ``subject`` is digits or ``anon:<hash>``: nothing to escape."""
    rest = f'"userId":"{subject}","articleId":"{article_id}","algorithmCombine":"{algorithm}"}}'
    return {action: opening + rest for action, opening in _OPENINGS}


def exposure(
    subject: str, article_ids: Sequence[int], algorithm: str = ALGORITHM
) -> dict[str, str]:
    """The parameters of an exposure line: the articles as the text of a JSON array."""
    return {
        "action": "exposure",
        "userId": subject,
        "articleId": str(list(article_ids)),
        "algorithmCombine": algorithm,
    }
