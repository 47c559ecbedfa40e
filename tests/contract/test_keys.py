"""The keys in STORE and CACHE: names, types and lives (contract/redis.md §2, §3)."""

from __future__ import annotations

import re
import time
from typing import Any, NamedTuple

import pytest

from tests.support.scenarios.day import spend_a_day
from tests.support.sources.citations import PAGES

# Patient with a server that stands still for a moment, as on a busy machine: what is not cached
# while it is away (tests/common/cache) is no matter of this page.
pytestmark = pytest.mark.settings(
    captcha_driver="altcha", redis_timeout_ms=30_000, redis_connect_timeout_ms=30_000
)

# Key, type, life in seconds (least + what chance adds; - without an end), and the life of "there is
# nothing" where that is remembered for another time.
KEYS = """
    announcement                            zset    172800+7200
    announcement:<id>                       string  7200+600     300+60
    art:<id>:comm                           zset    1800+600
    art:<id>:detail                         string  3600+600     300+60
    art:<id>:info                           string  1800+600     300+60
    ch:all                                  string  86400+3600
    ch:user:default                         string  86400+3600
    comm:<id>                               string  1800+600     300+60
    comm:<id>:reply                         zset    1800+600
    mis:admin:<id>                          string  3600+600     300+60
    mis:group:<id>                          string  3600+600     300+60
    search:hot                              string  60+30
    search:learned                          string  300+60
    token:<number>:revoked                  string  3600+600     300+60
    user:<id>:art                           zset    600+120
    user:<id>:art:attitude                  hash    1800+600     300+60
    user:<id>:art:collected                 set     600+120      180+60
    user:<id>:art:collection                zset    600+120
    user:<id>:blacklist                     zset    1800+600
    user:<id>:ch                            string  3600+600     300+60
    user:<id>:comm:liking                   set     600+120      180+60
    user:<id>:fans                          zset    1800+600
    user:<id>:following                     zset    1800+600
    user:<id>:mutual                        set     1800+600     300+60
    user:<id>:profile                       string  1800+600     300+60
    user:<id>:profilex                      string  600+120      300+60
    user:<id>:relationship                  hash    1800+600     300+60
    user:<id>:status                        string  3600+600     300+60
    user:<id>:ver                           string  3600+600     300+60
    inv:{<key>}                             string  6+0

    app:code:<mobile>                       string  300+0
    applied:<topic>                         zset    -
    capt:<mobile>                           string  300+0
    ch:<channel>:art:top                    zset    -
    count:art:collecting                    zset    -
    count:art:comm                          zset    -
    count:art:dislike                       zset    -
    count:art:liking                        zset    -
    count:art:reading                       zset    -
    count:art:reply                         zset    -
    count:comm:liking                       zset    -
    count:dirty                             set     -
    count:user:art:collecting               zset    -
    count:user:arts                         zset    -
    count:user:arts:reading                 zset    -
    count:user:followers                    zset    -
    count:user:followings                   zset    -
    count:user:liked                        zset    -
    chat:<conversation>                     string  1800+0
    feed:<subject>:<channel>:pages          zset    604800+0
    LIMITER/<who>/<endpoint>/<n>/<mult>/<unit>  list  1+86400
    mp:code:<mobile>                        string  300+0
    read:<article>:<subject>                string  60+0
    stream:impressions                      stream  -
    user:<id>:his:reading                   zset    -
    user:<id>:his:searching                 zset    -
"""
NOTHING = b"-1"
EXPIRED = "none"
# On a slow machine the day may end after them.
GONE_IN_SECONDS = {"inv:{<key>}"}


class Kind(NamedTuple):
    """One line of the table."""

    template: str
    type: str
    life: str
    life_of_nothing: str | None

    def has(self, key: str) -> bool:
        """Whether the key is one of these."""
        parts = re.split(r"<(\w+)>", self.template)
        literal, names = map(re.escape, parts[::2]), parts[1::2]
        shapes = [r"\d+" if name in ("id", "number") else r".+?" for name in names] + [""]
        return bool(re.fullmatch("".join(map("".join, zip(literal, shapes, strict=True))), key))


def _kind(line: str) -> Kind:
    template, type_, life, *of_nothing = line.split()
    return Kind(template, type_, life, of_nothing[0] if of_nothing else None)


KINDS = [_kind(line) for line in KEYS.splitlines() if line.strip()]


class Found(NamedTuple):
    """A key as the server has it; ``seconds`` -1: without an end."""

    key: str
    type: str
    seconds: float
    is_nothing: bool

    @property
    def kind(self) -> Kind | None:
        """The line that describes it: of several the one with the most literal text."""
        fitting = [kind for kind in KINDS if kind.has(self.key)]
        return max(fitting, key=lambda kind: len(re.sub("<.*?>", "", kind.template)), default=None)

    def is_as_described(self, age: float) -> bool:
        """Whether type and remaining life are those of the table, ``age`` seconds later at most."""
        kind = self.kind
        if kind is None or kind.type != self.type:
            return False
        life = (kind.life_of_nothing if self.is_nothing else None) or kind.life
        if life == "-":
            return self.seconds == -1
        base, jitter = map(int, life.split("+"))
        return base - age <= self.seconds <= base + jitter


def _found(redis: Any, key: bytes) -> Found:
    type_ = redis.type(key).decode()
    members = {"string": redis.get, "hash": redis.hkeys, "set": redis.smembers}.get(type_)
    content = members(key) if members is not None else None
    is_nothing = content == NOTHING or (content is not None and set(content) == {NOTHING})
    milliseconds = redis.pttl(key)
    return Found(key.decode(), type_, milliseconds / 1000 if milliseconds >= 0 else -1, is_nothing)


@pytest.fixture
def keys(anonymous, sign_in, redis):
    """All keys that a day of use leaves behind, and how many seconds it took."""
    began = time.monotonic()
    spend_a_day(anonymous, sign_in)
    found = [_found(redis, key) for key in redis.keys("*")]
    left = [each for each in found if each.type != EXPIRED]  # the rest: while it was looked at
    return left, time.monotonic() - began


def test_a_day_of_use_leaves_only_known_keys_with_their_types_and_lives(keys):
    found, age = keys

    assert [each for each in found if not each.is_as_described(age)] == []


def test_a_day_of_use_leaves_every_known_key(keys):
    found, _ = keys

    left = {each.kind.template for each in found}
    assert sorted({kind.template for kind in KINDS} - left - GONE_IN_SECONDS) == []


def test_what_is_nothing_is_remembered_for_a_shorter_time(keys):
    found, _ = keys

    kept = {each.kind.template for each in found if each.is_nothing}
    assert kept >= {
        "announcement:<id>",
        "art:<id>:detail",
        "token:<number>:revoked",
        "user:<id>:art:attitude",
        "user:<id>:art:collected",
        "user:<id>:comm:liking",
        "user:<id>:profile",
        "user:<id>:relationship",
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.template)
def test_every_key_is_on_the_page_of_the_contract(kind):
    named = re.findall(r"`([^`\s]+)`", PAGES["redis"].read_text(encoding="utf-8"))

    assert re.sub("<.*?>", "<>", kind.template) in {re.sub("<.*?>", "<>", name) for name in named}
