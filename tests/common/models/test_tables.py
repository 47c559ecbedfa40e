"""What the database itself guarantees, whatever a service forgets."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session

from common.models import (
    AdministratorGroup,
    Article,
    ArticleContent,
    Channel,
    Collection,
    GroupPermission,
    JobRun,
    LegalizeLog,
    Permission,
    Relation,
    User,
)
from common.utils import clock
from common.utils.constants import LegalizeKind, LegalizeStatus, PermissionType, UserStatus

LONG_ID = 1_103_758_222_555_521_024  # an imported 64-bit id


def test_a_new_user_is_enabled_and_counts_nothing(session: Session):
    user = _saved(session, User(user_id=1, mobile="13800000001", user_name="a"))

    assert user.status == UserStatus.ENABLED
    assert (user.is_media, user.is_verified) == (False, False)
    assert (user.article_count, user.token_version) == (0, 0)


def test_long_ids_are_kept_exactly(session: Session):
    _saved(session, User(user_id=LONG_ID, mobile="13800000001", user_name="a"))

    assert session.scalars(select(User.user_id)).one() == LONG_ID


def test_names_are_unique_without_regard_to_case(session: Session):
    _saved(session, User(user_id=1, mobile="13800000001", user_name="Alice"))

    session.add(User(user_id=2, mobile="13800000002", user_name="aLICE"))

    with pytest.raises(IntegrityError):
        session.flush()


def test_nobody_relates_to_himself(session: Session):
    session.add(Relation(user_id=1, target_user_id=1))

    with pytest.raises(IntegrityError):
        session.flush()


def test_creation_and_update_times_are_product_time(session: Session):
    with time_machine.travel("2026-03-01T16:30:15Z", tick=False):
        row = _saved(session, Collection(user_id=1, article_id=1))
    assert str(row.create_time) == str(row.update_time) == "2026-03-02 00:30:15"

    with time_machine.travel("2026-03-01T16:31:00Z", tick=False):
        row.is_deleted = True
        session.flush()
        session.refresh(row)

    assert str(row.create_time) == "2026-03-02 00:30:15"
    assert str(row.update_time) == "2026-03-02 00:31:00"


def test_the_id_of_a_deleted_row_is_not_given_away_again(session: Session):
    first = _saved(session, Channel(channel_name="a"))
    number = first.channel_id
    session.delete(first)
    session.flush()

    second = _saved(session, Channel(channel_name="b"))

    assert second.channel_id > number


def test_one_verification_request_of_a_kind_is_in_progress(session: Session):
    first = _saved(session, LegalizeLog(user_id=1, type=LegalizeKind.REAL_NAME))
    _saved(session, LegalizeLog(user_id=1, type=LegalizeKind.QUALIFICATION))
    with pytest.raises(IntegrityError), session.begin_nested():
        _saved(session, LegalizeLog(user_id=1, type=LegalizeKind.REAL_NAME))

    first.status = LegalizeStatus.REJECTED
    session.flush()

    again = _saved(session, LegalizeLog(user_id=1, type=LegalizeKind.REAL_NAME))
    assert again.pending_type == LegalizeKind.REAL_NAME


def test_codes_of_api_permissions_are_unique_and_menus_share_theirs(session: Session):
    for name in ("users", "articles"):
        _saved(session, Permission(name=name, type=PermissionType.MENU, code=""))
    _saved(session, Permission(name="list", type=PermissionType.API, code="user-get"))

    session.add(Permission(name="another", type=PermissionType.API, code="user-get"))

    with pytest.raises(IntegrityError):
        session.flush()


def test_grants_disappear_with_their_group(session: Session):
    group = _saved(session, AdministratorGroup(name="editors"))
    permission = _saved(session, Permission(name="list", code="user-get"))
    _saved(
        session, GroupPermission(group_id=group.group_id, permission_id=permission.permission_id)
    )

    session.delete(group)
    session.flush()

    assert session.scalars(select(GroupPermission)).all() == []


def test_a_job_runs_once_for_a_time(session: Session):
    due = clock.now()
    _saved(session, JobRun(job="purge", scheduled_for=due, fence=1, status=0))

    session.add(JobRun(job="purge", scheduled_for=due, fence=2, status=0))

    with pytest.raises(IntegrityError):
        session.flush()


def test_relations_are_loaded_only_on_request(session: Session):
    article = _saved(
        session, Article(article_id=1, user_id=1, channel_id=1, title="t", cover={"type": 0})
    )
    _saved(session, ArticleContent(article_id=1, content="<p></p>"))

    with pytest.raises(InvalidRequestError):
        _ = article.body


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        (Collection.is_deleted.is_(False), "news_collection.is_deleted = false"),
        (Collection.is_deleted.is_not(True), "news_collection.is_deleted != true"),
        (~Collection.is_deleted, "news_collection.is_deleted = 0"),
    ],
)
def test_conditions_on_flags_are_comparisons_that_an_index_of_mysql_serves(condition, sql):
    assert str(condition.compile(dialect=mysql.dialect())) == sql


def _saved(session: Session, row):
    session.add(row)
    session.flush()
    return row
