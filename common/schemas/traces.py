"""Trace tokens of what is shown: what clients echo when a reader reacts (contract/rpc.md §5).

Behind its algorithm a token says where it stands (contract/additions.md §1.3).
"""

from __future__ import annotations

from collections.abc import Sequence

ALGORITHM = "fallback"  # name of the built-in recommender in traces (contract/rpc.md §4)
ACTIONS = ("click", "collect", "share", "read")
RECOMMENDED = "rec"  # in 推荐
IN_CHANNEL = "ch"  # in any other channel
RELATED = "rel"  # beside an article

_OPENINGS = tuple((action, f'{{"action":"{action}",') for action in ACTIONS)


def of(
    subject: str, article_id: int, place: str = RECOMMENDED, algorithm: str = ALGORITHM
) -> dict[str, str]:
    """The four tokens of an item. ``subject`` is digits or ``anon:<hash>``: nothing to escape."""
    rest = _rest(subject, article_id, place, algorithm)
    return {action: opening + rest for action, opening in _OPENINGS}


def beside(subject: str, article_id: int, algorithm: str = ALGORITHM) -> str:
    """The one token of an article that is shown beside another one."""
    return _OPENINGS[0][1] + _rest(subject, article_id, RELATED, algorithm)


def _rest(subject: str, article_id: int, place: str, algorithm: str) -> str:
    combined = f"{algorithm};{place}"
    return f'"userId":"{subject}","articleId":"{article_id}","algorithmCombine":"{combined}"}}'


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
