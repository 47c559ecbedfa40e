"""Figures as editors get them (contract/media-platform.md §2.27).

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
