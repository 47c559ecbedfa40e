"""Figures as editors (contract/media-platform.md §2.27) and operators (admin.md §2.42) get them.

docs/figures.md says what each of them means.
"""

from __future__ import annotations

from typing_extensions import TypedDict


class GenderFigures(TypedDict):
    """Followers by gender."""

    male: int
    female: int


class AgeFigures(TypedDict):
    """Followers by completed years of age."""

    le18: int
    le23: int
    le30: int
    le40: int
    le50: int
    gt50: int


class DeviceFigures(TypedDict):
    """Followers by the device of their last login."""

    ios: int
    android: int


class FollowerFigures(TypedDict):
    """Who follows an author."""

    gender: GenderFigures
    age: AgeFigures
    device: DeviceFigures
    total: int


class ArticleTotals(TypedDict):
    """What is counted of all of an author's articles together."""

    article_count: int
    read_count: int
    comment_count: int
    like_count: int
    collect_count: int
    repost_count: int


class Conversion(TypedDict):
    """From being shown to being talked about."""

    reco_count: int
    read_count: int
    unique_count: int
    fans_read_count: int
    comment_count: int


class Origin(TypedDict):
    """Reads by what led to them; ``outter`` is how clients spell it."""

    recommend: int
    channel: int
    relation: int
    outter: int
    other: int


class Completed(TypedDict):
    """Readings by how much was read: above 80 %, up to 80 %, below 20 %."""

    gt80: int
    lt80: int
    lt20: int


class ArticleFigures(TypedDict):
    """How one article is read."""

    avg_read_proc: float
    bounce_rate: float
    time_spent: int
    conversion: Conversion
    origin: Origin
    completed: Completed


class SpanFigures(TypedDict):
    """What happened in some days."""

    read_count: int
    comment_count: int
    fans_count: int


class Overview(TypedDict):
    """What happened lately; ``week`` is the last seven days, today included."""

    today: SpanFigures
    yesterday: SpanFigures
    week: SpanFigures


class BasicCard(TypedDict):
    """A basic figure: of today, on average and in all; changes in percent."""

    day_count: int
    week_percent: float
    day_percent: float
    day_average: float
    total_days: int
    total_count: int


BasicOverview = dict[str, BasicCard]  # by kind


class MonthPoint(TypedDict):
    """A basic figure of a month, 1 to 12."""

    month: int
    count: int


class DayPoint(TypedDict):
    """A basic figure of a day."""

    date: str
    count: int


class HourPoint(TypedDict):
    """A basic figure of the hour that begins then; with a blank between day and time."""

    date_time: str
    count: int


class KeywordRow(TypedDict):
    """What was searched for; ``week_percent`` is of its users."""

    keyword: str
    user_count: int
    count: int
    week_percent: float


class KeywordList(TypedDict):
    """A page of them."""

    keywords: list[KeywordRow]
    total_count: int


class MissedKeywordRow(TypedDict):
    """What was searched for and found nothing, by how many and how often."""

    keyword: str
    user_count: int
    count: int


class MissedKeywordList(TypedDict):
    """A page of them."""

    keywords: list[MissedKeywordRow]
    total_count: int


class SearchTotals(TypedDict):
    """People who have searched, searches, and users."""

    search_user_count: int
    count: int
    user_count: int


class AreaSales(TypedDict):
    """Sales of an area, in fen."""

    area: int
    area_name: str
    money: int


class SalesTotals(TypedDict):
    """Sales of all areas, in fen."""

    area_sales: list[AreaSales]
    total_money: int


class ReadSourceRow(TypedDict):
    """Readings by how much was read: below 20 %, up to 80 %, above."""

    source: int
    source_name: str
    count: int
    count_20_down: int
    count_20_80: int
    count_80_up: int


class ReadSources(TypedDict):
    """Readings of all sources."""

    read_sources: list[ReadSourceRow]
    total_read_count: int
