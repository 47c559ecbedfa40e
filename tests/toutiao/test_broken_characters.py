"""Texts with half a character, from clients that cut emoji in two: repaired, never refused.

Nothing with a surrogate is stored, cached or sent (contract/security.md row 51).
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.factories import ArticleFactory, CommentFactory
from tests.support.harness.snapshots import snapshot

HALVES = [rb"\ud83d", rb"\uDE00", b"\xed\xa0\xbd", rb"\ud800\ud800"]
SURROGATE = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


@pytest.fixture
def ids(runtime) -> dict[str, int]:
    """What texts are about."""
    article = ArticleFactory(published=True).article_id
    return {"article": article, "comment": CommentFactory(article_id=article).comment_id}


# Each text that readers send, and where the answer repeats it.
TEXTS = {
    "comment": ("POST /v1_0/comments", '{"target": %(article)d, "content": "好~"}'),
    "reply": (
        "POST /v1_0/comments",
        '{"target": %(comment)d, "art_id": %(article)d, "content": "好~"}',
    ),
    "report": (
        "POST /v1_0/article/reports",
        '{"target": %(article)d, "type": 0, "remark": "好~"}',
    ),
    "name": ("PATCH /v1_0/user/profile", '{"name": "好~"}'),
    "intro": ("PATCH /v1_0/user/profile", '{"intro": "好~"}'),
    "real name": ("PATCH /v1_0/user/profile", '{"real_name": "好~"}'),
    "unknown": ("POST /v1_0/article/likings", '{"target": %(article)d, "no~": "好~"}'),
}
# Each member that takes something else: refused with its reason, which is a text, too.
OTHERS = {
    "id": ("POST /v1_0/article/likings", '{"target": "~"}'),
    "mobile": ("POST /v1_0/authorizations", '{"mobile": "~", "code": "123456"}'),
    "code": ("POST /v1_0/authorizations", '{"mobile": "13911111111", "code": "~"}'),
    "birthday": ("PATCH /v1_0/user/profile", '{"birthday": "~"}'),
    "id number": ("PATCH /v1_0/user/profile", '{"id_number": "~"}'),
    "picture": ("PATCH /v1_0/user/profile", '{"photo": "~"}'),
    "channels": ("PUT /v1_0/user/channels", '{"channels": [{"id": "~"}]}'),
}


def send(client: Any, call: tuple[str, str], half: bytes, ids: dict[str, int]) -> Any:
    """The answer to a call with half a character in the place of the wave."""
    verb, path = call[0].split()
    body = (call[1] % ids if "%" in call[1] else call[1]).encode().replace(b"~", half)
    answer = client.open(path, method=verb, data=body)
    assert not SURROGATE.search(answer.data.decode())
    return answer


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_with_half_a_character_is_taken_and_repaired(
    reader, runtime, redis, ids, name, half
):
    answer = send(reader, TEXTS[name], half, ids)

    assert answer.status_code == 201, answer.text
    said = json.dumps(answer.json, ensure_ascii=False)
    assert ("好\ufffd" in said) is (name in ("comment", "reply", "name", "intro", "real name"))
    rows = str(snapshot(runtime))
    assert ("好\ufffd" in rows) is (name != "unknown")
    assert not SURROGATE.search(rows)
    for key in redis.scan_iter():
        key.decode()


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", OTHERS)
def test_half_a_character_where_no_text_belongs_is_refused_with_the_reason(reader, ids, name, half):
    answer = send(reader, OTHERS[name], half, ids)

    assert answer.status_code == 400
    assert answer.json.keys() <= {"message", "errors"}


@pytest.mark.parametrize("bytes_", ["%ED%A0%BD", "%FF", "%C3", "%F0%9F%98"])
@pytest.mark.parametrize("raw", [False, True])
def test_a_query_that_is_no_text_is_repaired(reader, ids, bytes_, raw):
    sent = bytes.fromhex(bytes_.replace("%", "")).decode("latin-1") if raw else bytes_

    for path in ("/v1_0/search?q=好{}", "/v1_0/suggestion?q=好{}"):
        query = path.format(sent).partition("?")[2]
        answer = reader.get(
            path.partition("?")[0],
            environ_overrides={
                "QUERY_STRING": query.encode().decode("latin-1")
                if not raw
                else query.replace("好", "%E5%A5%BD")
            },
        )
        assert answer.status_code == 200
        assert not SURROGATE.search(answer.data.decode())
    words = reader.get("/v1_0/search/histories").json["data"]["keywords"]
    assert [word.startswith("好\ufffd") for word in words] == [True]


@pytest.mark.parametrize(
    "path",
    ["/v1_0/users/%ED%A0%80", "/v1_0/articles/1%FF", "/v1_0/sms/codes/%ED%A0%801391111111", "/%FF"],
)
def test_a_path_that_is_no_text_does_not_exist(reader, path):
    answer = reader.get(path)

    assert answer.status_code == 404
    assert not SURROGATE.search(answer.data.decode())


@pytest.mark.parametrize(
    "header", ["User-Agent", "Trace", "Authorization", "X-Request-Id", "Idempotency-Key"]
)
def test_a_header_that_is_no_text_harms_nothing(anonymous, ids, header):
    answer = anonymous.get(
        f"/v1_0/articles/{ids['article']}", headers={header: b"x\xed\xa0\x80\xff".decode("latin-1")}
    )

    assert answer.status_code == 200
