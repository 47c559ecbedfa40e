"""Numbers for operators, and the events they come from."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CHAR, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class StatisticsBasic(Model):
    """One count (``StatisticsKind``) of one hour; absolute, so an hour may be counted again."""

    __tablename__ = "statistics_basic"
    __table_args__ = layout(
        "statistics_basic", unique=("year month day hour type",), index=("type date_time",)
    )

    id: Mapped[t.AutoId]
    year: Mapped[t.Big]
    month: Mapped[t.Big]
    day: Mapped[t.Big]
    hour: Mapped[t.Big]
    type: Mapped[t.Big]
    count: Mapped[t.Big]
    date_time: Mapped[t.Moment]


class StatisticsSearch(Model):
    """How often, and by how many users, a keyword was searched in one hour.

    ``user_count`` is of those who searched for it for the first time on that day, so hours add up.
    ``miss_count`` and ``miss_user_count`` are of searches that found nothing at all.
    """

    __tablename__ = "statistics_search"
    __table_args__ = layout(
        "statistics_search", unique=("year month day hour keyword",), index=("keyword date_time",)
    )

    id: Mapped[t.AutoId]
    year: Mapped[t.Big]
    month: Mapped[t.Big]
    day: Mapped[t.Big]
    hour: Mapped[t.Big]
    keyword: Mapped[str] = mapped_column(t.name_text(100))
    user_count: Mapped[t.Big]
    count: Mapped[t.Big]
    date_time: Mapped[t.Moment]
    miss_user_count: Mapped[t.BigCount]
    miss_count: Mapped[t.BigCount]


class StatisticsSearchTotal(Model):
    """How often, and by how many users, a keyword was searched since the beginning.

    The sums of :class:`StatisticsSearch`: a user counts once on each day.
    """

    __tablename__ = "statistics_search_total"
    __table_args__ = layout(
        "statistics_search_total", unique=("keyword",), index=("count", "miss_user_count")
    )

    id: Mapped[t.AutoId]
    keyword: Mapped[str] = mapped_column(t.name_text(100))
    user_count: Mapped[t.Big]
    count: Mapped[t.Big]
    miss_user_count: Mapped[t.BigCount]
    miss_count: Mapped[t.BigCount]


class StatisticsSearcher(Model):
    """Somebody has searched, ever; ``digest`` tells people apart and says of none who he is."""

    __tablename__ = "statistics_searcher"
    __table_args__ = layout("statistics_searcher")

    digest: Mapped[str] = mapped_column(CHAR(16), primary_key=True)


class StatisticsSales(Model):
    """Sales of one area (``SalesArea``); ``money`` in fen, 1/100 yuan."""

    __tablename__ = "statistics_sales_total"
    __table_args__ = layout("statistics_sales_total", unique=("area",))

    id: Mapped[t.AutoId]
    area: Mapped[t.Big]
    money: Mapped[t.Big]


class StatisticsReadSource(Model):
    """Where readings came from (``ReadSource``) and how far readers got.

    ``count_20_down``, ``count_20_80`` and ``count_80_up`` are readings by completion in percent.
    """

    __tablename__ = "statistics_read_source_total"
    __table_args__ = layout("statistics_read_source_total", unique=("source",))

    id: Mapped[t.AutoId]
    source: Mapped[t.Big]
    count: Mapped[t.Big]
    count_20_down: Mapped[t.Big]
    count_20_80: Mapped[t.Big]
    count_80_up: Mapped[t.Big]


class BehaviourEvent(Model):
    """What a reader or visitor did (``BehaviourKind``); written in batches, kept 90 days.

    ``subject`` is a user id or a hash, ``ip_hash`` never an address. ``n`` of a visit is the
    number of requests of one subject and address. ``completion`` is in percent. ``by_follower``:
    a follower of the author read it, at that time. ``missed``: a search that found nothing at all.
    """

    __tablename__ = "behaviour_event"
    __table_args__ = layout("behaviour_event", index=("at kind", "article_id at"))

    id: Mapped[t.AutoId]
    at: Mapped[t.CreateTimeMs]
    kind: Mapped[t.Code]
    n: Mapped[t.CountFromOne]
    subject: Mapped[t.Str64]
    ip_hash: Mapped[str | None] = mapped_column(CHAR(16))
    article_id: Mapped[t.BigRef | None]
    channel_id: Mapped[t.UIntRef | None]
    author_id: Mapped[t.BigRef | None]
    source: Mapped[t.Code | None]
    seconds: Mapped[t.UInt | None]
    completion: Mapped[t.UnsignedCode | None]
    keyword: Mapped[t.Str50 | None]
    by_follower: Mapped[t.Flag]
    missed: Mapped[t.Flag]


class RollupMark(Model):
    """How far the roll-up of events has come; one row (``ROLLUP``).

    Events up to ``event_id`` are in :class:`ArticleDay` and need not stay. ``seen_id`` is the
    newest one that the last complete run has seen, and ``taken_at`` when that began.
    """

    __tablename__ = "rollup_mark"
    __table_args__ = layout("rollup_mark")

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    event_id: Mapped[t.BigCount]
    seen_id: Mapped[t.BigCount]
    taken_at: Mapped[t.Moment | None]


class ArticleDay(Model):
    """What happened to an article on one day, by the source of its readings (``ReadSource``).

    Filled by the roll-up and kept for ever (contract/additions.md §1.5). Counts are absolute, so
    a day may be counted again. ``impressions``, ``likes``, ``comments`` and ``collects`` have no
    source: they stand in the row of ``ReadSource.OTHER``. ``gt80``, ``mid`` and ``lt20`` are the
    three classes of completion. docs/figures.md says what each of them means.
    """

    __tablename__ = "article_day"
    __table_args__ = layout("article_day", index=("article_id day",))

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    article_id: Mapped[t.GivenId]
    source: Mapped[int] = mapped_column(t.TINY, primary_key=True, autoincrement=False)
    reads: Mapped[t.Count]
    fans_reads: Mapped[t.Count]
    readers: Mapped[t.Count]
    seconds: Mapped[t.BigCount]
    completion_sum: Mapped[t.BigCount]
    bounces: Mapped[t.Count]
    gt80: Mapped[t.Count]
    mid: Mapped[t.Count]
    lt20: Mapped[t.Count]
    impressions: Mapped[t.Count]
    likes: Mapped[t.Count]
    comments: Mapped[t.Count]
    collects: Mapped[t.Count]
