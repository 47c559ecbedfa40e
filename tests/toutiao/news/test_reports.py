"""Reporting articles (user-app.md §8.4)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import Report
from common.utils.constants import ArticleStatus, ReportStatus
from tests.factories import ArticleFactory
from tests.support.harness.threads import at_once

REPORTS = "/v1_0/article/reports"


@pytest.fixture
def article(runtime):
    """A published article."""
    return ArticleFactory(published=True)


def report(reader, article, kind=6, **more):
    return reader.post(REPORTS, json={"target": article.article_id, "type": kind, **more})


def rows():
    refresh_view()
    return db.session.scalars(select(Report)).all()


@pytest.mark.parametrize("kind", [0, 8, "6"])
def test_a_report_waits_for_the_operators(reader, article, kind):
    answer = report(reader, article, kind)

    (row,) = rows()
    assert answer.status_code == 201
    assert answer.json["data"] == {"target": article.article_id, "type": int(kind)}
    assert (row.user_id, row.article_id, row.type) == (
        reader.user.user_id,
        article.article_id,
        int(kind),
    )
    assert row.status == ReportStatus.OPEN


def test_a_second_report_of_the_same_article_is_refused_whatever_its_type(reader, article):
    report(reader, article, 1)

    answers = [report(reader, article, kind) for kind in (1, 2)]

    expected = (409, {"message": "User has reported this article."})
    assert [(answer.status_code, answer.json) for answer in answers] == [expected] * 2
    assert [row.type for row in rows()] == [1]


def test_of_many_reports_at_once_one_is_kept(sign_in, reader, article):
    calls = [lambda: report(sign_in(reader.user), article).status_code] * 8

    assert sorted(at_once(*calls)) == [201] + [409] * 7
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, None),
        ({"remark": None}, None),
        ({"remark": ""}, None),
        ({"remark": "  "}, None),
        ({"remark": " 不实 "}, "不实"),
        ({"remark": "长" * 200}, "长" * 200),
    ],
)
def test_a_remark_is_kept_with_every_type(reader, article, sent, kept):
    answer = report(reader, article, 4, **sent)

    assert answer.status_code == 201
    assert [row.remark for row in rows()] == [kept]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"target": "Missing required parameter in the JSON body"}),
        ({"target": 404}, {"type": "Missing required parameter in the JSON body"}),
        ({"target": "x", "type": 9}, {"target": "Invalid target article id."}),
        ({"target": 404, "type": 9}, {"type": "Invalid report type."}),
        ({"target": 404, "type": -1}, {"type": "Invalid report type."}),
        ({"target": 404, "type": "x"}, {"type": "Invalid report type."}),
        ({"target": 404, "type": True}, {"type": "Invalid report type."}),
        ({"target": 404, "type": 1}, {"target": "Invalid target article id."}),
        (
            {"target": 404, "type": 1, "remark": "长" * 201},
            {"remark": 'Value does not match pattern: "^.{0,200}$"'},
        ),
        (
            {"target": 404, "type": 1, "remark": 5},
            {"remark": 'Value does not match pattern: "^.{0,200}$"'},
        ),
    ],
)
def test_a_bad_report_is_refused(reader, body, errors):
    answer = reader.post(REPORTS, json=body)

    assert (answer.status_code, answer.json["errors"]) == (400, errors)


@pytest.mark.parametrize("status", [s for s in ArticleStatus if s != ArticleStatus.APPROVED])
def test_what_readers_cannot_see_they_cannot_report(reader, status):
    answer = report(reader, ArticleFactory(status=status))

    assert answer.status_code == 400


def test_a_visitor_reports_nothing(anonymous, article):
    assert report(anonymous, article).status_code == 401
