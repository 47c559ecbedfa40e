"""Databases as the reference and its forks leave them, to be adopted."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Engine, inspect

_DDL = Path(__file__).with_name("reference.sql").read_text(encoding="utf-8")
_STATEMENTS = dict(re.findall(r"(?ms)^CREATE TABLE `(\w+)` (.*?);$", _DDL))

REFERENCE = tuple(name for name in _STATEMENTS if name != "news_read")
_FORK_LACKS = ("mis_", "statistics_", "recommend_", "user_material", "user_legalize_log")
FORK = tuple(name for name in _STATEMENTS if not name.startswith(_FORK_LACKS))

_COVER = '{"type":0,"images":[]}'

# Rows whose fate an adoption must decide; each names only columns of the reference.
_ROWS = (
    "INSERT INTO user_basic (user_id, mobile, user_name, account) VALUES"
    " (1, '13800000001', '黑马头条', ''), (2, '13800000002', 'Alice', ''),"
    " (1103758222555521024, '13800000003', 'bob', 'bob')",
    "INSERT INTO user_relation (user_id, target_user_id, relation) VALUES (1, 2, 1), (2, 2, 1)",
    "INSERT INTO news_channel (channel_name) VALUES ('python')",
    "INSERT INTO news_article_basic"  # noqa: S608 - our own text
    " (article_id, user_id, channel_id, title, cover, status, create_time, update_time) VALUES"
    f" (1, 1, 1, 'a', '{_COVER}', 2, '2019-03-11 10:00:00', '2019-03-12 00:00:00'),"
    f" (2, 1, 1, 'b', '{_COVER}', 2, '2019-03-11 10:00:00', '2019-03-12 00:00:00'),"
    f" (3, 1, 1, 'c', '{_COVER}', 0, '2019-03-11 10:00:00', '2019-03-12 00:00:00')",
    "INSERT INTO news_article_content (article_id, content) VALUES (1, '<p>文</p>')",
    "INSERT INTO news_comment (comment_id, user_id, article_id, parent_id, content, create_time)"
    " VALUES (1, 1, 1, NULL, 'top', '2019-03-11 10:00:00'),"
    " (2, 2, 1, 1, 'reply', '2019-03-11 10:00:01'),"
    " (3, 1, 1, 2, 'reply to a reply', '2019-03-11 10:00:02')",
    "INSERT INTO mis_administrator_group (group_id, name) VALUES (1, '超级管理员')",
    "INSERT INTO mis_permission (permission_id, name, type, code) VALUES"
    " (1, '首页', 0, ''), (2, '用户', 0, ''), (3, '用户列表', 1, 'userlist-get')",
    "INSERT INTO mis_group_permission (group_id, permission_id) VALUES (1, 3), (1, 3), (1, 99)",
    "INSERT INTO statistics_sales_total (area, money) VALUES (1, 100), (1, 23), (2, 7)",
)


def build(engine: Engine, tables: tuple[str, ...]) -> None:
    """Create ``tables`` with rows in an empty database."""
    with engine.begin() as connection:
        for name in tables:
            body = _STATEMENTS[name]
            if engine.dialect.name == "sqlite":
                body = _for_sqlite(body)
            connection.exec_driver_sql(f"CREATE TABLE `{name}` {body}")
        for row in _ROWS:
            if row.split()[2] in tables:
                connection.exec_driver_sql(row)


def columns(engine: Engine, table: str) -> set[str]:
    """The columns a table has right now."""
    return {column["name"] for column in inspect(engine).get_columns(table)}


def _for_sqlite(body: str) -> str:
    body = re.sub(r",\n  KEY [^\n]*?\)(?=,?\n)", "", body)
    body = re.sub(r"UNIQUE KEY `\w+`", "UNIQUE", body)
    body = re.sub(r"\) ENGINE=.*", ")", body)
    body = re.sub(r"`(\w+)` [^\n]* AUTO_INCREMENT", r"`\1` integer NOT NULL", body)
    body = re.sub(r"(int)\(\d+\)", r"\1", body)  # display widths
    return body.replace(" ON UPDATE CURRENT_TIMESTAMP", "").replace(" unsigned", "")
