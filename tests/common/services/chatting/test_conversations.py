"""What the bot remembers: bounded, for half an hour, whoever says what he is called."""

from __future__ import annotations

import pytest

from common.schemas.chats import MAX_SEEN, Conversation, Wish
from common.services.chatting import conversations

KEY = "chat:7"


def test_it_is_kept_for_half_an_hour_after_the_last_word(redis):
    conversations.keep("7", Conversation(turn=3))
    redis.expire(KEY, 10)
    conversations.keep("7", Conversation(turn=4))

    assert 1790 <= redis.ttl(KEY) <= 1800
    assert conversations.recall("7") == Conversation(turn=4)


@pytest.mark.parametrize("stored", [b"", b"x", b"[]", b'{"turn": "x"}', b'{"shown": [1.5]}'])
def test_what_cannot_be_read_is_forgotten(redis, stored):
    redis.set(KEY, stored)

    assert conversations.recall("7") == Conversation()


def test_a_foreign_key_is_in_nobodys_way(redis):
    redis.lpush(KEY, "x")

    assert conversations.recall("7") == Conversation()
    conversations.keep("7", Conversation(turn=1))
    assert conversations.recall("7").turn == 1


@pytest.mark.parametrize("name", ["x" * 5000, "a b", "../7", "七", "\ud800", "", "7\n"])
def test_strange_names_are_conversations_of_their_own(redis, name):
    conversations.keep(name, Conversation(turn=5))

    (key,) = redis.keys("chat:*")
    assert conversations.recall(name).turn == 5
    assert len(key) == len("chat:") + 64
    assert conversations.recall("7").turn == 0


def test_however_long_one_talks_little_is_kept(redis):
    conversation, wish = Conversation(), Wish(topic="科技")
    for first in range(0, 500, 5):
        conversation = conversation.after(wish, range(first, first + 5))
    conversations.keep("7", conversation)

    assert conversations.recall("7") == conversation
    assert conversation.seen == tuple(range(500 - MAX_SEEN, 500))
    assert redis.strlen(KEY) < 1000
