"""Names that existed before look-alikes were told apart (contract/security.md row 61)."""

from __future__ import annotations

from sqlalchemy import Engine, func, insert, select, text

from common.models import User, schema
from common.utils.text import names

BEFORE = "0002"
TABLE = schema.reference_metadata().tables["user_basic"]


def _with_people(database: Engine, people: dict[int, str]) -> None:
    schema.upgrade(database, BEFORE)
    rows = [
        {"user_id": id_, "user_name": name, "mobile": f"139{id_:08d}"}
        for id_, name in people.items()
    ]
    with database.begin() as connection:
        connection.execute(insert(TABLE), rows)


def _keys(database: Engine) -> dict[int, tuple[str | None, str | None]]:
    query = select(User.user_id, User.name_fold, User.name_look)
    with database.connect() as connection:
        return {row.user_id: (row.name_fold, row.name_look) for row in connection.execute(query)}


def test_everybody_keeps_his_name_and_the_oldest_of_look_alikes_owns_the_look(database: Engine):
    people = {1: "Антон", 2: "Aнтoн", 3: "Tom", 4: "ТОМ", 5: "晚风"}
    _with_people(database, people)

    schema.upgrade(database)

    with database.connect() as connection:
        kept = dict(connection.execute(select(User.user_id, User.user_name)).all())
    assert kept == people
    assert _keys(database) == {
        1: names.keys("Антон"),
        2: (None, None),
        3: names.keys("Tom"),
        4: (None, None),
        5: names.keys("晚风"),
    }
    assert schema.differences(database) == []


def test_any_number_of_names_is_derived(database: Engine):
    _with_people(database, {n: f"读者{n}" for n in range(1, 1203)})

    schema.upgrade(database)

    with database.connect() as connection:
        derived = select(func.count(User.name_look), func.count(func.distinct(User.name_fold)))
        assert connection.execute(derived).one() == (1202, 1202)


def test_a_migration_killed_before_the_names_were_derived_is_completed(database: Engine):
    _with_people(database, {1: "Антон", 2: "晚风"})
    schema.upgrade(database)
    with database.begin() as connection:
        connection.execute(
            text("UPDATE user_basic SET name_fold = NULL, name_look = NULL WHERE user_id = 2")
        )
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))  # noqa: S608 - ours

    schema.upgrade(database)

    assert _keys(database) == {1: names.keys("Антон"), 2: names.keys("晚风")}


def test_what_refers_to_people_is_untouched_by_the_new_shape_of_their_table(database: Engine):
    _with_people(database, {7: "晚风"})
    with database.begin() as connection:
        connection.execute(text("INSERT INTO user_profile (user_id) VALUES (7)"))

    schema.upgrade(database)

    with database.connect() as connection:
        assert connection.scalars(text("SELECT user_id FROM user_profile")).all() == [7]
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
