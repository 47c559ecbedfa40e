"""Rate limits counted in STORE, by the scripts of the ``limits`` library."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask
from limits.storage import RedisStorage, storage_from_string
from limits.strategies import STRATEGIES

from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.settings import Settings
from common.utils import limiter


class StoreStorage(RedisStorage):
    """The library's Redis storage over our STORE edge: its breaker, its failures, its costs."""

    STORAGE_SCHEME = ["toutiao-store"]  # noqa: RUF012 - the library's registry reads a list

    def __init__(self) -> None:
        super(RedisStorage, self).__init__()
        self.lua_moving_window = self._script(self.SCRIPT_MOVING_WINDOW)
        self.lua_acquire_moving_window = self._script(self.SCRIPT_ACQUIRE_MOVING_WINDOW)
        self.lua_incr_expire = self._script(self.SCRIPT_INCR_EXPIRE)
        self.lua_sliding_window = self._script(self.SCRIPT_SLIDING_WINDOW)
        self.lua_acquire_sliding_window = self._script(self.SCRIPT_ACQUIRE_SLIDING_WINDOW)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What says that the counts are out of reach."""
        return DependencyUnavailable

    @staticmethod
    def _script(lua: bytes) -> Any:
        return partial(store.script, lua.decode())

    def get_connection(self, *_args: Any, **_kwargs: Any) -> Any:
        """For the plain commands of the fixed-window strategies."""
        return store.client

    def prefixed_key(self, key: str) -> str:
        """``LIMITER/<who>/<scope>/<n>/<multiple>/<unit>`` as it is (contract/redis.md §3)."""
        return key


def init_limiter(settings: Settings) -> None:
    """Choose where limits are counted and how. Connects nothing."""
    if not settings.ratelimit_enabled:
        limiter.bind(None)
        return
    url = settings.ratelimit_storage_url.get_secret_value()
    storage = storage_from_string(url, wrap_exceptions=True) if url else StoreStorage()
    limiter.bind(STRATEGIES[settings.ratelimit_strategy](storage))


def limit_everything(app: Flask, settings: Settings) -> None:
    """``RATELIMIT_DEFAULT``: a limit per address for all endpoints of a door, if set at all."""
    if settings.ratelimit_default:
        limit = limiter.Limit(settings.ratelimit_default, scope=f"default:{app.name}")
        app.before_request(lambda: limiter.consume((limit, limiter.address_key())))
