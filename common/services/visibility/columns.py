"""Looking at many articles for one reader, column by column: no line of Python runs for each.

What everybody can see of an article is its *card*, made once of the article and its author: there
is none unless the one is approved and the other enabled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from common.cache import news, user
from common.cache.engine.derived import Derived
from common.cache.engine.stages import Answer, Stage
from common.cache.guesses import article_authors
from common.schemas.news import ArticleInfo
from common.schemas.users import Profile
from common.services.visibility.verdict import Verdict, verdicts
from common.utils.constants import RelationKind

# As a plain integer: comparing with a member of an enumeration looks its value up each time.
FOLLOWED: Final = int(RelationKind.FOLLOW)


class Card(Protocol):
    """What everybody can see of an article."""

    @property
    def author_id(self) -> int:
        """Who wrote it."""


C = TypeVar("C", bound=Card)

_author_of: Final[Callable[[Any], int]] = attrgetter("author_id")


class Judged(NamedTuple, Generic[C]):
    """Articles as one reader sees them; columns of one length, in the order they were asked for.

    :param cards: None for what nobody can see; the other columns say nothing of those
    :param relations: the reader's to the authors, ``RelationKind``; None for none
    :param attitudes: the reader's to the articles, ``AttitudeKind``; None for none
    """

    cards: list[C | None]
    relations: list[int | None]
    attitudes: list[int | None]
    verdicts: list[Verdict]

    def are_all_shown(self, least: Verdict) -> bool:
        """Whether all of them appear in a place, by the least verdict with which something does:
        nearly always, and found out without a line of Python for each."""
        return all(self.cards) and min(self.verdicts, default=least) >= least

    def shown(self, least: Verdict) -> list[bool]:
        """Which of them do."""
        pairs = zip(self.cards, self.verdicts, strict=True)
        return [card is not None and each >= least for card, each in pairs]


class _Asked(NamedTuple, Generic[C]):
    """What a stage was asked for.

    :param others: how the reader stands to those who turned out to have written the articles
    """

    ask: Stage
    reader_id: int | None
    article_ids: Sequence[int]
    authors: list[int]
    cards: Answer[list[C | None]]
    relations: Answer[list[int | None]]
    others: list[Answer[dict[int, int]]]
    attitudes: Answer[list[int | None]]


def want_judged(
    ask: Stage,
    reader_id: int | None,
    *,
    article_ids: Sequence[int],
    authors: list[int],
    cards: Derived[ArticleInfo, Profile, C],
    variant: str = "",
) -> Answer[Judged[C]]:
    """Ask within a stage that others share; nothing is asked where all of it is known.

    :param authors: who probably wrote the articles, in order; 0 for no idea. A wrong guess costs a
        second stage.
    """
    others: list[Answer[dict[int, int]]] = []

    def along(again: Stage, author_ids: Iterable[int]) -> None:
        if reader_id is not None:
            others.append(user.relations.want(again, reader_id, author_ids))

    asked = _Asked(
        ask,
        reader_id,
        article_ids,
        authors,
        cards.column(ask, article_ids, guess=authors, variant=variant, along=along),
        user.relations.column(ask, reader_id, authors),
        others,
        news.attitudes.column(ask, reader_id, article_ids),
    )
    return partial(_judged, asked)


def _judged(asked: _Asked[C]) -> Judged[C]:
    relations = asked.relations()  # before the cards, which may ask again: then these are known
    cards = asked.cards()
    relations, attitudes = _of_authors(asked, cards, relations), asked.attitudes()
    return Judged(cards, relations, attitudes, verdicts(relations, attitudes))


def _of_authors(
    asked: _Asked[C], cards: Sequence[C | None], relations: list[int | None]
) -> list[int | None]:
    """How the reader stands to the authors, in order.

    :param relations: to those who were guessed
    """
    are_whole = all(cards)  # nearly always: then no line of Python runs for each
    if are_whole:
        authors = list(map(_author_of, cards))
    else:
        authors = [0 if card is None else card.author_id for card in cards]
    is_as_guessed = authors == asked.authors
    if not (is_as_guessed and asked.ask.is_free):
        written = zip(asked.article_ids, authors, strict=True)
        article_authors.learn(
            dict(written) if are_whole else {id_: author for id_, author in written if author}
        )
    if is_as_guessed:
        return relations
    known = dict(zip(asked.authors, relations, strict=True))
    for each in asked.others:
        known.update(each())
    if not asked.others and asked.reader_id is not None:
        # Cards that were copies asked nobody, so nobody asked for these authors.
        unknown = set(authors).difference(known, (0,))
        known.update(user.relations.get_many(asked.reader_id, unknown))
    return list(map(known.get, authors))
