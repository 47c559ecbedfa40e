"""What sensitive words do to an article: refuse it, or show reviewers why (admin.md §3.6)."""

from __future__ import annotations

from collections.abc import Sequence

from common.errors import InvalidInput
from common.services.moderation import sensitive_words
from common.services.moderation.sensitive_words import Hit
from common.settings import Settings

REFUSED = "Sensitive word."


class _Policy:
    """What the process was configured with."""

    refuse_weight = 10


_policy = _Policy()


def init(settings: Settings) -> None:
    """Set from which weight on a word refuses an article (``SENSITIVE_REFUSE_WEIGHT``)."""
    _policy.refuse_weight = settings.sensitive_refuse_weight


def screen(*, title: str, content: str) -> list[Hit]:
    """The words that an article contains, each once; reviewers are shown them.

    :param content: HTML, as it is kept
    :raises InvalidInput: one of them weighs too much; that it was held back is counted
    """
    found: dict[int, Hit] = {}
    for member, text in (("title", title), ("content", content)):
        hits = sensitive_words.find(text)
        if any(hit.weight >= _policy.refuse_weight for hit in sensitive_words.refusing(hits)):
            sensitive_words.note_hits(hits)
            raise InvalidInput({member: REFUSED})
        found |= {hit.word_id: hit for hit in hits}
    return list(found.values())


def words_of(hits: Sequence[Hit]) -> list[str] | None:
    """As ``news_article_basic.sensitive_hits`` keeps them; None: there are none."""
    return [hit.word for hit in hits] or None
