"""Conversations, each for half an hour after its last word, in STORE (contract/redis.md §3).

They live there alone and may get lost: then the bot has forgotten what was said before.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Final

import structlog
from pydantic import ValidationError

from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.schemas.chats import Conversation

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(minutes=30)
NAME: Final = re.compile(r"[A-Za-z0-9:_-]{1,80}", re.ASCII)


def recall(user_id: str) -> Conversation:
    """What is remembered of a conversation; a new one if that is nothing. One STORE stage."""
    try:
        stored = store.read("string", "GET", _key(user_id))
        return Conversation.model_validate_json(stored) if stored else Conversation()
    except DependencyUnavailable:
        return Conversation()
    except ValidationError:  # of another version
        return Conversation()


def keep(user_id: str, conversation: Conversation) -> None:
    """Remember a conversation; best effort. One STORE stage."""
    value = conversation.model_dump_json()
    try:
        store.command("SET", _key(user_id), value, "EX", int(KEPT.total_seconds()))
    except DependencyUnavailable:
        log.info("conversation_not_kept")


def _key(user_id: str) -> str:
    """Whatever a caller says he is: a name of bounded length without surprises."""
    if NAME.fullmatch(user_id) is None:
        user_id = hashlib.sha256(user_id.encode(errors="replace")).hexdigest()
    return f"chat:{user_id}"
