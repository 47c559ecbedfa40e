"""Readers' reports of articles, as operators see them."""

from __future__ import annotations

from typing_extensions import TypedDict


class ReportKindCount(TypedDict):
    """How many reports of an article say the same of it (``ReportKind``)."""

    type: int
    count: int


class Reporter(TypedDict):
    """One report and who filed it.

    ``upheld_share`` is how much of what was found out about this reader's reports of other
    articles spoke for him, 0 to 1: ``upheld_count`` of ``decided_count``; None as long as nothing
    was. Reports that were only marked as handled are neither.
    """

    user_id: int
    name: str
    type: int
    remark: str | None
    status: int
    create_time: str
    decided_count: int
    upheld_count: int
    upheld_share: float | None


class ReportedArticle(TypedDict):
    """All reports of an article that have one status, as one entry.

    ``status`` is that of the article; ``reporters`` are the latest ones, at most ten.
    """

    article_id: int
    title: str
    user_id: int
    name: str
    status: int
    report_count: int
    kinds: list[ReportKindCount]
    first_time: str
    last_time: str
    reporters: list[Reporter]


class ReportedArticleList(TypedDict):
    """A page of entries; ``oldest_at`` is since when the oldest open report waits."""

    reports: list[ReportedArticle]
    total_count: int
    oldest_at: str | None


class ReporterList(TypedDict):
    """A page of the reports of one article, whatever their status."""

    reports: list[Reporter]
    total_count: int


class ReportDecision(TypedDict):
    """What a decision concerned: so many articles, with so many open reports.

    By ``batch_id`` the bans that came with it are taken back; None: there were none.
    """

    count: int
    report_count: int
    batch_id: int | None
