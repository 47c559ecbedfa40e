"""What readers searched for lately; kept in STORE alone (contract/redis.md §3)."""

from __future__ import annotations

import time
from contextlib import suppress

from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.schemas.search import SearchHistory
from common.settings import Settings
from common.utils.parameters.phrases import Phrase

_REMEMBER = load_script(__file__, "histories")


class _Configured:
    """What the process was configured with."""

    size = 4


_configured = _Configured()


def init(settings: Settings) -> None:
    """Set how many phrases are kept."""
    _configured.size = settings.search_history_size


def remember(user_id: int, phrase: Phrase) -> None:
    """Put a phrase in front; best effort, and nobody waits for it (docs/adr/0019)."""
    arguments = (phrase.text, phrase.typed, f"{time.time():.6f}", _configured.size)
    with suppress(DependencyUnavailable):
        store.tell([("EVAL", _REMEMBER, 1, _key(user_id), *arguments)])


def list_phrases(user_id: int) -> SearchHistory:
    """Phrases as they were typed, the latest first; none while STORE is away. One STORE stage."""
    try:
        members = store.read("zset", "ZREVRANGE", _key(user_id), 0, _configured.size - 1)
    except DependencyUnavailable:
        members = None
    return {"keywords": [_typed(member) for member in members or ()]}


def clear(user_id: int) -> None:
    """Forget them all. One STORE stage.

    :raises DependencyUnavailable: STORE is down
    """
    store.command("DEL", _key(user_id))


def _typed(member: bytes) -> str:
    return member.decode(errors="replace").rpartition("\n")[2]


def _key(user_id: int) -> str:
    return f"user:{user_id}:his:searching"
