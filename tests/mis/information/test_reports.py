"""Operators look at readers' reports and decide about them (admin.md §5.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from common.extensions.db import db, refresh_view, transaction
from common.models import Article, ArticleContent, Report
from common.utils import clock
from common.utils.constants import ReportStatus
from tests.factories import ArticleFactory, ReportFactory, UserFactory
from tests.support.harness.plans import plan_of, selects
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import MIS, operations, told

REPORTS = f"{MIS}/reports"
STORM = 1000
STATEMENTS = 12  # of a decision, however many reports it closes
READER = 5 * 10**12  # ids of readers who exist as numbers only


def storm(article_id, count=STORM, *, first=READER, kind=1):
    """So many reports of an article, a second apart."""
    now = clock.now() - timedelta(hours=1)
    rows = [
        {
            "user_id": first + n,
            "article_id": article_id,
            "type": kind,
            "create_time": now + timedelta(seconds=n),
            "status": ReportStatus.OPEN,
        }
        for n in range(count)
    ]
    with transaction() as session:
        session.execute(insert(Report), rows)


def decide(client, *ids, status=2, **members):
    return client.put(REPORTS, json={"article_ids": list(ids), "status": status, **members})


def entries(client, query=""):
    return client.get(f"{REPORTS}?{query}").json["data"]["reports"]


def statuses(article_id):
    """What became of the reports of an article, the oldest first."""
    refresh_view()
    query = select(Report.status).where(Report.article_id == article_id)
    return list(db.session.scalars(query.order_by(Report.report_id)))


def report(reader, article_id, kind=6):
    return reader.post("/v1_0/article/reports", json={"target": article_id, "type": kind})


def test_a_storm_of_reports_is_one_entry(admin, cost):
    article = ArticleFactory(published=True, title="只有今天")
    article_id, author_id = article.article_id, article.user_id
    storm(article_id)
    ReportFactory(article_id=article_id, type=7, remark="违法")
    admin.get(REPORTS)  # what he may do is known by now

    with cost() as spent:
        data = admin.get(REPORTS).json["data"]

    assert spent.sql == 2
    (entry,) = data["reports"]
    assert (entry["article_id"], entry["title"], entry["user_id"]) == (
        article_id,
        "只有今天",
        author_id,
    )
    assert (entry["report_count"], data["total_count"]) == (STORM + 1, 1)
    assert entry["kinds"] == [{"type": 1, "count": STORM}, {"type": 7, "count": 1}]
    assert data["oldest_at"] == entry["first_time"] < entry["last_time"]
    assert len(entry["reporters"]) == 10
    assert (entry["reporters"][0]["type"], entry["reporters"][0]["remark"]) == (7, "违法")


def test_a_storm_is_decided_in_as_many_statements_as_one_report(admin, cost):
    before, one, many = (ArticleFactory(published=True).article_id for _ in range(3))
    ReportFactory(article_id=before)
    ReportFactory(article_id=one)
    storm(many)
    decide(admin, before)  # the chain of the log has begun

    with cost() as for_one:
        decide(admin, one)
    with cost() as for_many:
        answer = decide(admin, many)

    assert answer.json["data"] == {"count": 1, "report_count": STORM, "batch_id": None}
    assert for_one.sql == for_many.sql <= STATEMENTS
    assert set(statuses(many)) == {ReportStatus.UPHELD}
    assert told()[1:] == [
        f"审核: 举报 文章 {one} 成立，共 1 条",
        f"审核: 举报 文章 {many} 成立，共 {STORM} 条",
    ]
    assert operations()[2].changes == {"report_status": [0, 2]}


def test_each_reporter_is_shown_with_how_often_he_was_right_before(admin):
    right, mixed, new = (UserFactory().user_id for _ in range(3))
    for user_id, outcomes in ((right, (2, 2)), (mixed, (2, 3, 3, 1, 0))):
        for status in outcomes:
            ReportFactory(user_id=user_id, status=status)
    article_id = ArticleFactory(published=True).article_id
    for user_id in (right, mixed, new):
        ReportFactory(user_id=user_id, article_id=article_id)

    (entry,) = entries(admin, f"article_id={article_id}")
    page = admin.get(f"{REPORTS}/{article_id}").json["data"]

    shares = {
        row["user_id"]: (row["upheld_count"], row["decided_count"], row["upheld_share"])
        for row in entry["reporters"]
    }
    assert shares == {right: (2, 2, 1.0), mixed: (1, 3, 0.3333), new: (0, 0, None)}
    assert page == {"reports": entry["reporters"], "total_count": 3}


def test_entries_are_listed_by_status_and_by_page(admin):
    first, second, third = (ArticleFactory(published=True).article_id for _ in range(3))
    for hours, article_id in enumerate((second, third, first)):
        ReportFactory(article_id=article_id, create_time=clock.now() - timedelta(hours=9 - hours))
    decide(admin, third, status=3)

    def ids(query):
        return [entry["article_id"] for entry in entries(admin, query)]

    assert ids("") == [first, second]
    assert ids("order_by=id") == [first, second]
    assert ids("status=3") == [third]
    assert ids("per_page=1&page=2") == [second]
    beyond = admin.get(f"{REPORTS}?per_page=1&page=9").json["data"]
    assert (beyond["reports"], beyond["total_count"]) == ([], 2)


def test_what_is_decided_stays_decided_and_says_who_did_it(admin):
    article_id = ArticleFactory(published=True).article_id
    ReportFactory(article_id=article_id)
    decide(admin, article_id, status=1)
    refresh_view()
    handled_at = db.session.scalar(select(Report.handled_at).where(Report.article_id == article_id))

    again = decide(admin, article_id, status=3)
    unknown = decide(admin, 404)

    time = handled_at.isoformat(timespec="seconds")
    message = f"Report is handled by {admin.user.name} at {time}."
    assert (again.status_code, again.json) == (403, {"message": message})
    assert statuses(article_id) == [ReportStatus.HANDLED]
    assert (unknown.status_code, unknown.json["errors"]) == (
        400,
        {"article_ids": "Invalid article id."},
    )
    assert len(told()) == 1


def test_of_two_who_decide_at_once_one_does(admin, sign_in):
    ids = [ArticleFactory(published=True).article_id for _ in range(20)]
    for article_id in ids:
        ReportFactory(article_id=article_id)

    answers = at_once(
        lambda: decide(admin, *ids), lambda: decide(sign_in(admin.user), *ids[::-1], status=3)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 403]
    assert len({status for id_ in ids for status in statuses(id_)}) == 1
    assert len(told()) == len(ids)


def test_a_text_that_was_found_in_order_cannot_be_reported_to_anybody_again(admin, sign_in):
    article_id = ArticleFactory(published=True).article_id
    report(sign_in(UserFactory()), article_id)
    decide(admin, article_id, status=3, dismiss_version=1)

    later = report(sign_in(UserFactory()), article_id)

    assert later.status_code == 201
    assert statuses(article_id) == [ReportStatus.DISMISSED] * 2
    assert entries(admin) == []
    row = db.session.scalars(select(Report).order_by(Report.report_id.desc())).first()
    assert row.handler_id == admin.user.administrator_id
    assert row.handled_at is not None


@pytest.mark.parametrize(
    "change", [{"title": "另一个标题"}, {"content": "<p>另一段</p>"}, {"cover": {"type": 0}}]
)
def test_another_text_can(admin, sign_in, change):
    article_id = ArticleFactory(published=True).article_id
    report(sign_in(UserFactory()), article_id)
    decide(admin, article_id, status=3, dismiss_version=1)
    with transaction() as session:
        model = ArticleContent if "content" in change else Article
        for name, value in change.items():
            setattr(session.get(model, article_id), name, value)

    report(sign_in(UserFactory()), article_id)

    assert statuses(article_id) == [ReportStatus.DISMISSED, ReportStatus.OPEN]
    decide(admin, article_id, status=2)
    report(sign_in(UserFactory()), article_id)
    assert statuses(article_id)[2] == ReportStatus.OPEN


def test_without_the_word_for_it_later_reports_wait(admin, sign_in):
    article_id = ArticleFactory(published=True).article_id
    report(sign_in(UserFactory()), article_id)
    decide(admin, article_id, status=3)

    report(sign_in(UserFactory()), article_id)

    assert statuses(article_id) == [ReportStatus.DISMISSED, ReportStatus.OPEN]


def test_open_reports_are_counted_in_an_index(admin):
    with selects() as seen:
        admin.get(REPORTS)

    plans = [" | ".join(plan_of(*each)) for each in seen.items() if "news_report" in each[0]]

    assert len(plans) == 2
    for plan in plans:
        assert "SCAN news_report" not in plan, plan
        assert "ix_news_report_status_article_id_create_time (status=?)" in plan, plan


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"status": 2}, "article_ids", "Missing required parameter in the JSON body"),
        ({"article_ids": [1]}, "status", "Missing required parameter in the JSON body"),
        ({"article_ids": [1], "status": 0}, "status",
         "Invalid argument: 0. argument must be within the range 1 - 3"),
        ({"article_ids": [1], "status": 3, "dismiss_version": 2}, "dismiss_version",
         "Invalid argument: 2. argument must be within the range 0 - 1"),
        ({"article_ids": [1], "status": 2, "dismiss_version": 1}, "dismiss_version",
         "Only what is dismissed can be dismissed in future."),
    ],
)  # fmt: skip
def test_a_malformed_decision_is_refused(refuses, body, name, reason):
    refuses("PUT", REPORTS, [({"json": body}, {name: reason})])
