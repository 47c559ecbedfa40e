"""Rate limits counted in STORE, by the scripts of the ``limits`` library.

What STORE loses is noticed: beside the counts it is noted since when they have been kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from limits.storage import RedisStorage, storage_from_string
from limits.strategies import STRATEGIES
from redis.exceptions import ResponseError

from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.settings import Settings
from common.utils import limiter
from common.utils.background import memories

log = structlog.get_logger(__name__)

KEPT: Final = "applied:limits"
SINCE: Final = "since"  # its one member, scored by epoch seconds

CLOCKS_DIFFER_SECONDS: Final = 60

_REPAIR = load_script(__file__, "limiter")
_SINCE = load_script(__file__, "limits_kept")


class StoreStorage(RedisStorage):
    """The library's Redis storage over our STORE edge: its breaker, its failures, its costs."""

    STORAGE_SCHEME = ["toutiao-store"]  # noqa: RUF012 - the library's registry reads a list

    def __init__(self) -> None:
        super(RedisStorage, self).__init__()
        self.lua_moving_window = self._script(self.SCRIPT_MOVING_WINDOW, _REPAIR)
        self.lua_acquire_moving_window = self._script(self.SCRIPT_ACQUIRE_MOVING_WINDOW, _REPAIR)
        self.lua_incr_expire = self._script(self.SCRIPT_INCR_EXPIRE)
        self.lua_sliding_window = self._script(self.SCRIPT_SLIDING_WINDOW)
        self.lua_acquire_sliding_window = self._script(self.SCRIPT_ACQUIRE_SLIDING_WINDOW)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What says that the counts are out of reach."""
        return DependencyUnavailable

    @staticmethod
    def _script(lua: bytes, before: str = "") -> Any:
        text = before + lua.decode()

        def run(keys: Sequence[str], arguments: Sequence[Any]) -> Any:
            try:
                return store.script(text, keys, arguments)
            except ResponseError:  # there is something else than times in it
                store.command("UNLINK", *keys)
                return store.script(text, keys, arguments)

        return run

    def get_connection(self, *_args: Any, **_kwargs: Any) -> Any:
        """For the plain commands of the fixed-window strategies."""
        return store.client

    def prefixed_key(self, key: str) -> str:
        """``LIMITER/<who>/<scope>/<n>/<multiple>/<unit>`` as it is (contract/redis.md §3)."""
        return key


class _Desk:
    """What the process was configured with, and what it has seen of STORE's counts."""

    was_used: Callable[[], bool] | None = None
    were_kept = False


_desk = _Desk()


def _forget() -> None:
    _desk.were_kept = False


memories.register("limits_kept", entries=lambda: int(_desk.were_kept), forget=_forget)


def kept_since() -> float:
    """Epoch seconds since when STORE has kept the counts; 0: it never lost any.

    :raises DependencyUnavailable: nobody can say
    """
    now = time.time()
    latest = now + CLOCKS_DIFFER_SECONDS
    since = store.script(_SINCE, [KEPT], [SINCE, latest, ""])
    if since is None:
        is_loss = _desk.were_kept or (_desk.was_used is not None and _desk.was_used())
        since = store.script(_SINCE, [KEPT], [SINCE, latest, now if is_loss else 0])
        log.warning("limits_kept_anew", is_loss=is_loss)
    _desk.were_kept = True
    return float(since)


def init_limiter(settings: Settings, *, was_used: Callable[[], bool] | None = None) -> None:
    """Choose where limits are counted and how. Connects nothing.

    :param was_used: whether STORE has been in use before: then it has lost its counts if it knows
        nothing of any
    """
    _desk.was_used = was_used
    if not settings.ratelimit_enabled:
        limiter.bind(None)
        return
    url = settings.ratelimit_storage_url.get_secret_value()
    storage = storage_from_string(url, wrap_exceptions=True) if url else StoreStorage()
    counts = STRATEGIES[settings.ratelimit_strategy](storage)
    limiter.bind(counts, kept_since=None if url else kept_since)
