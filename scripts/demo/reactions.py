"""What the demo's people think of an article: likes, collections, reports, readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from common.models import ArticleStatistic, Attitude, Collection, Report, User
from common.utils.constants import AttitudeKind, ReportKind, ReportStatus
from scripts.demo import readings
from scripts.demo.articles import Plan
from scripts.demo.chance import between, dice, skewed, some
from scripts.demo.people import DEMO_READER

Row = dict[str, Any]

_LIKES: Final = 6.0
_MOST_LIKES: Final = 26
_DISLIKES: Final = 0.5
_MOST_DISLIKES: Final = 3
_COLLECTIONS: Final = 2.5
_MOST_COLLECTIONS: Final = 12
_SHARES: Final = 3.0
_MOST_SHARES: Final = 20
_REPORTED: Final = 0.04  # share of the articles
_DEMO_READER_COLLECTS: Final = 0.07  # likewise
_READINGS: Final = 160.0  # of a grown-up article that nobody likes; most of them by visitors
_READINGS_PER_LIKE: Final = 25.0
_GROWN_UP: Final = timedelta(days=2)
_REPORT_KINDS: Final = (
    ReportKind.EXAGGERATED_TITLE,
    ReportKind.MANY_TYPOS,
    ReportKind.REPEATED,
    ReportKind.ADVERTORIAL,
    ReportKind.OTHER,
)
_REPORT_REMARK: Final = "第二段的数字和配图里的不一致，请核对一下。"


class _Crowd(NamedTuple):
    """Who may react to one article, and until when."""

    plan: Plan
    readers: list[int]
    cup: Random
    now: datetime

    def pick(self, mean: float, most: int) -> list[int]:
        return some(self.cup, self.readers, skewed(self.cup, mean=mean, most=most))

    def row(self, user_id: int, **values: Any) -> Row:
        at = between(self.cup, self.plan.published_at, self.now)
        times = {"create_time": at, "update_time": at}
        return {"user_id": user_id, "article_id": self.plan.article_id} | times | values


def add(
    session: Session,
    plans: Sequence[Plan],
    *,
    user_ids: Mapping[str, int],
    comments: Mapping[int, int],
    now: datetime,
) -> None:
    """Write the reactions to these articles and the counters that follow from them.

    :param comments: how many comments each article has
    """
    attitudes: list[Row] = []
    collections: list[Row] = []
    reports: list[Row] = []
    statistics: list[Row] = []
    for plan in plans:
        readers = [id_ for id_ in user_ids.values() if id_ != plan.author_id]
        crowd = _Crowd(plan, readers, dice("reactions to", plan.text.title), now)
        opinions = _attitudes(crowd)
        kept = _collections(crowd, user_ids[DEMO_READER])
        attitudes += opinions
        collections += kept
        reports += _reports(crowd)
        likes = Counter(row["attitude"] for row in opinions)
        statistics.append(
            {
                "article_id": plan.article_id,
                "read_count": _readings(crowd, likes[AttitudeKind.LIKE]),
                "like_count": likes[AttitudeKind.LIKE],
                "dislike_count": likes[AttitudeKind.DISLIKE],
                "collect_count": len(kept),
                "repost_count": skewed(crowd.cup, mean=_SHARES, most=_MOST_SHARES),
                "fans_comment_count": comments[plan.article_id],
            }
        )
    for model, rows in ((Attitude, attitudes), (Collection, collections), (Report, reports)):
        if rows:
            session.execute(insert(model), rows)
    session.execute(insert(ArticleStatistic), statistics)
    _credit_authors(session, plans, statistics)
    reads = {row["article_id"]: row["read_count"] for row in statistics}
    readings.add(session, plans, reads, now=now)


def _attitudes(crowd: _Crowd) -> list[Row]:
    liking = crowd.pick(_LIKES, _MOST_LIKES)
    disliking = crowd.pick(_DISLIKES, _MOST_DISLIKES)
    return [
        *(crowd.row(user_id, attitude=AttitudeKind.LIKE) for user_id in liking),
        *(
            crowd.row(user_id, attitude=AttitudeKind.DISLIKE)
            for user_id in disliking
            if user_id not in liking
        ),
    ]


def _collections(crowd: _Crowd, demo_reader_id: int) -> list[Row]:
    keeping = set(crowd.pick(_COLLECTIONS, _MOST_COLLECTIONS)) - {demo_reader_id}
    if crowd.cup.random() < _DEMO_READER_COLLECTS:
        keeping.add(demo_reader_id)
    return [crowd.row(user_id, is_deleted=False) for user_id in sorted(keeping)]


def _reports(crowd: _Crowd) -> list[Row]:
    cup = crowd.cup
    if cup.random() >= _REPORTED:
        return []
    kind = cup.choice(_REPORT_KINDS)
    return [
        {
            "user_id": cup.choice(crowd.readers),
            "article_id": crowd.plan.article_id,
            "type": kind,
            "remark": _REPORT_REMARK if kind == ReportKind.OTHER else None,
            "status": ReportStatus.OPEN,
            "create_time": between(cup, crowd.plan.published_at, crowd.now),
        }
    ]


def _readings(crowd: _Crowd, likes: int) -> int:
    """More for what is liked, and less for what is new."""
    growth = min(1.0, (crowd.now - crowd.plan.published_at) / _GROWN_UP)
    interest = _READINGS * crowd.cup.lognormvariate(0, 0.7) + _READINGS_PER_LIKE * likes
    at_least = likes + 2 * len(crowd.plan.remarks)  # whoever reacts has read
    return at_least + round(interest * growth)


def _credit_authors(session: Session, plans: Sequence[Plan], statistics: Sequence[Row]) -> None:
    """Readings have no other source than these columns; the other figures follow from SQL."""
    readings: Counter[int] = Counter()
    for plan, row in zip(plans, statistics, strict=True):
        readings[plan.author_id] += row["read_count"]
    for author_id, count in readings.items():
        session.execute(
            update(User).where(User.user_id == author_id).values(read_count=User.read_count + count)
        )
