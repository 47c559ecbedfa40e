"""The schema on a real MariaDB: migrations, ``init.sql``, adoption, and the locks they take."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, insert, inspect, select, text

from common.models import Article, Comment, GroupPermission, StatisticsSales, User, schema
from common.models.adoption import AdoptionRefused
from tests.support.scenarios import reference
from tests.support.servers.mariadb import empty, rows_of

pytestmark = pytest.mark.topology

# Everything that tells two schemas apart, but the order of columns.
SHAPE = (
    "SELECT table_name, engine, table_collation FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name <> 'alembic_version'",
    "SELECT table_name, column_name, column_type, is_nullable, column_default, extra,"
    " character_set_name, collation_name, generation_expression FROM information_schema.columns"
    " WHERE table_schema = DATABASE()",
    "SELECT table_name, index_name, seq_in_index, column_name, non_unique, sub_part"
    " FROM information_schema.statistics WHERE table_schema = DATABASE()",
    "SELECT table_name, constraint_name, check_clause"
    " FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()",
    "SELECT table_name, constraint_name, referenced_table_name, delete_rule"
    " FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()",
)


def test_an_empty_database_becomes_the_newest_schema(database: Engine):
    adopted = schema.upgrade(database)

    assert adopted == []
    assert schema.is_current(database)
    assert schema.differences(database) == []


def test_upgrading_the_newest_schema_changes_nothing(database: Engine):
    schema.upgrade(database)
    before = _shape(database)

    schema.upgrade(database)

    assert _shape(database) == before


@pytest.mark.parametrize(("revision", "ours"), [("-1", True), ("0001", False)])
def test_migrations_can_be_taken_back_and_repeated(database: Engine, revision, ours):
    schema.upgrade(database)
    newest = _shape(database)

    schema.downgrade(database, revision)
    assert not schema.is_current(database)
    assert inspect(database).has_table("outbox") is ours
    schema.upgrade(database)

    assert _shape(database) == newest


def test_of_names_that_look_alike_the_oldest_owns_the_look(database: Engine):
    schema.upgrade(database, "0002")
    people = {1: "Антон", 2: "Aнтoн", 3: "Tom", 4: "ТОМ", 5: "晚风"}
    with database.begin() as connection:
        connection.execute(
            insert(schema.reference_metadata().tables["user_basic"]),
            [
                {"user_id": n, "user_name": name, "mobile": f"{n:011d}"}
                for n, name in people.items()
            ],
        )

    schema.upgrade(database)

    with database.connect() as connection:
        rows = connection.execute(select(User.user_id, User.user_name, User.name_look)).all()
    assert {row.user_id: row.user_name for row in rows} == people
    assert {row.user_id for row in rows if row.name_look is None} == {2, 4}


def test_every_migration_can_be_taken_back(database: Engine):
    schema.upgrade(database)

    schema.downgrade(database, "base")

    assert inspect(database).get_table_names() == ["alembic_version"]


def test_init_sql_builds_what_the_migrations_build(database: Engine):
    schema.upgrade(database)
    migrated = _shape(database)
    empty(database)

    script = schema.INIT_SQL.read_text(encoding="utf-8")
    with database.begin() as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)

    assert _shape(database) == migrated
    assert schema.is_current(database)
    assert schema.differences(database) == []


@pytest.mark.parametrize("tables", [reference.REFERENCE, reference.FORK], ids=["29", "17"])
def test_an_adopted_database_equals_a_new_one(database: Engine, tables: tuple[str, ...]):
    schema.upgrade(database)
    new = _shape(database)
    empty(database)
    reference.build(database, tables)

    done = schema.upgrade(database)

    assert done
    assert schema.is_current(database)
    assert schema.differences(database) == []
    assert _shape(database) == new
    assert schema.upgrade(database) == []


def test_an_adopted_database_keeps_itsrows_of(database: Engine):
    reference.build(database, reference.REFERENCE)

    schema.upgrade(database)

    with database.connect() as connection:
        users = connection.execute(select(User.user_id, User.user_name).order_by(User.user_id))
        assert users.all() == [(1, "黑马头条"), (2, "Alice"), (1103758222555521024, "bob")]
        articles = connection.execute(
            select(Article.feed_ms, Article.update_time).order_by(Article.article_id)
        ).all()
        assert [feed_ms for feed_ms, _ in articles] == [1_552_269_600_000, 1_552_269_600_001, None]
        assert {str(edited) for _, edited in articles} == {"2019-03-12 00:00:00"}
        roots = select(Comment.root_id).order_by(Comment.comment_id)
        assert connection.scalars(roots).all() == [None, 1, 1]
        edited = select(Comment.update_time == Comment.create_time)
        assert set(connection.scalars(edited)) == {True}
        assert connection.scalars(select(GroupPermission.permission_id)).all() == [3]
        money = select(StatisticsSales.money).order_by(StatisticsSales.area)
        assert connection.scalars(money).all() == [123, 7]


def test_emoji_fit_where_the_reference_failed(database: Engine):
    reference.build(database, reference.REFERENCE)
    schema.upgrade(database)

    with database.begin() as connection:
        connection.execute(text("UPDATE user_basic SET user_name = '😀' WHERE user_id = 1"))
        connection.execute(text("UPDATE user_basic SET user_name = '😁' WHERE user_id = 2"))

    with database.connect() as connection:
        names = select(User.user_name).order_by(User.user_id).limit(2)
        assert connection.scalars(names).all() == ["😀", "😁"]


def test_statements_of_the_reference_still_run(database: Engine):
    schema.upgrade(database)

    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO user_basic (mobile, user_name, status, is_media, is_verified)"
                " VALUES ('13800000001', 'a', 1, 0, 0)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO news_comment (comment_id, user_id, article_id, content, is_top,"
                " status, like_count, reply_count) VALUES (5, 1, 1, 'c', 0, 1, 0, 0)"
            )
        )

    with database.connect() as connection:
        assert connection.scalar(text("SELECT user_id FROM user_basic")) == 1


def test_what_a_fork_made_wider_or_added_stays(database: Engine):
    reference.build(database, reference.FORK)
    with database.begin() as connection:
        for change in (
            "ALTER TABLE user_basic MODIFY introduction VARCHAR(300)",
            "ALTER TABLE news_comment MODIFY content TEXT NOT NULL",
            "ALTER TABLE news_channel ADD slogan VARCHAR(20) NOT NULL",
            "ALTER TABLE user_profile MODIFY gender INT",
            "INSERT INTO user_profile (user_id, gender) VALUES (1, NULL)",
        ):
            connection.execute(text(change))

    schema.upgrade(database)

    columns = {(row[0], row[1]): (row[2], row[3]) for row in rows_of(database, SHAPE[1])}
    assert columns["user_basic", "introduction"] == ("varchar(300)", "YES")
    assert columns["news_comment", "content"] == ("text", "NO")
    assert columns["news_channel", "slogan"] == ("varchar(20)", "YES")  # our INSERTs leave it out
    assert columns["user_profile", "gender"] == ("int(11)", "NO")


def test_names_that_become_equal_in_the_new_collation_refuse_the_adoption(database: Engine):
    reference.build(database, reference.REFERENCE)
    with database.begin() as connection:
        connection.execute(text("UPDATE user_basic SET user_name = 'Ａlice' WHERE user_id = 1"))
    before = _shape(database)

    with pytest.raises(AdoptionRefused, match="user_basic: more than one row with user_name"):
        schema.upgrade(database)

    assert _shape(database) == before
    assert schema.current(database) is None


def test_update_times_are_renewed_by_the_database(database: Engine):
    schema.upgrade(database)

    rows = rows_of(
        database,
        "SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE()"
        " AND column_name = 'update_time' AND extra NOT LIKE 'on update current_timestamp%'",
    )

    assert rows == [("recommend_sensitive_word",)]  # as in the reference


def _shape(engine: Engine) -> list[list[tuple[object, ...]]]:
    return [sorted(rows_of(engine, query), key=repr) for query in SHAPE]
