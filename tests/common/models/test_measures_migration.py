"""Bodies that existed before there was a count of what there is to read of them."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select, text

from common.models import ArticleContent, schema

BEFORE = "0003"
TABLE = schema.reference_metadata().tables["news_article_content"]
MEASURES = (ArticleContent.article_id, ArticleContent.chars, ArticleContent.pictures)


def _with_bodies(database: Engine, bodies: dict[int, str]) -> None:
    schema.upgrade(database, BEFORE)
    rows = [{"article_id": id_, "content": body} for id_, body in bodies.items()]
    with database.begin() as connection:
        connection.execute(insert(TABLE), rows)


def _measured(database: Engine) -> dict[int, tuple[int, int]]:
    with database.connect() as connection:
        return {
            id_: (chars, pictures) for id_, chars, pictures in connection.execute(select(*MEASURES))
        }


def test_any_number_of_bodies_is_measured(database: Engine):
    _with_bodies(database, {n: f"<p>{'字' * n}</p>" + "<img>" * (n % 3) for n in range(1, 122)})

    schema.upgrade(database)

    assert _measured(database) == {n: (n, n % 3) for n in range(1, 122)}


def test_bodies_without_anything_to_read_are_no_end_of_the_work(database: Engine):
    _with_bodies(database, dict.fromkeys(range(1, 61), "<p> </p>") | {61: "尾"})

    schema.upgrade(database)

    assert _measured(database)[60] == (0, 0)
    assert _measured(database)[61] == (1, 0)


def test_a_migration_killed_half_way_is_completed(database: Engine):
    _with_bodies(database, {1: "一", 2: "二二"})
    schema.upgrade(database)
    with database.begin() as connection:
        connection.execute(text("UPDATE news_article_content SET chars = 0 WHERE article_id = 2"))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))  # noqa: S608 - ours

    schema.upgrade(database)

    assert _measured(database) == {1: (1, 0), 2: (2, 0)}
