"""Every knob of the product, typed and checked before anything starts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from common.settings.product import (
    Background,
    Captcha,
    Installation,
    Logging,
    Product,
    RateLimits,
    Secrets,
    Texting,
    Web,
)
from common.settings.realtime import Realtime
from common.settings.remote import Remote
from common.settings.sources import SecretFiles, WebSettingsFile
from common.settings.stores import Messaging, Redis, Search, Sql, Storage, split

ELASTICSEARCH_PORT: Final = 9200


class Settings(
    Installation,
    Secrets,
    Sql,
    Redis,
    Search,
    Messaging,
    Realtime,
    Remote,
    Storage,
    Texting,
    Captcha,
    Web,
    RateLimits,
    Product,
    Background,
    Logging,
    BaseSettings,
):
    """Every knob of contract/settings.md that some part which stands reads.

    Read once from ``TOUTIAO_<NAME>``.
    """

    model_config = SettingsConfigDict(
        env_prefix="TOUTIAO_", env_nested_delimiter="__", frozen=True, extra="ignore"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order: explicit, environment, secret files, settings file (contract/settings.md §3)."""
        return (
            init_settings,
            env_settings,
            SecretFiles(settings_cls),
            WebSettingsFile(settings_cls),
        )

    @model_validator(mode="after")
    def _secrets_differ(self) -> Self:
        for first, second in combinations(("jwt_secret", "mis_jwt_secret", "secret_key"), 2):
            if getattr(self, first) == getattr(self, second):
                raise ValueError(f"{second.upper()} must not equal {first.upper()}")
        return self

    @model_validator(mode="after")
    def _production_is_complete(self) -> Self:
        if self.mode != "production":
            return self
        if self.demo != "off":
            raise ValueError("DEMO must be off in production")
        required = {
            "DB_PRIMARY_URL": self.db_primary_url.get_secret_value(),
            "REDIS_SENTINELS or REDIS_STORE_URL": self.redis_sentinels
            or self.redis_store_url.get_secret_value(),
            "REDIS_CLUSTER or REDIS_CACHE_URL": self.redis_cluster
            or self.redis_cache_url.get_secret_value(),
            "BROKER_URL": self.broker_url.get_secret_value(),
            "MEDIA_URL": self.media_url,
        }
        missing = [name for name, value in required.items() if not value]
        if missing:
            raise ValueError(f"{', '.join(missing)} required in production")
        return self

    @model_validator(mode="after")
    def _demo_stays_on_loopback(self) -> Self:
        if self.demo == "on" and not self.is_on_loopback:
            raise ValueError("DEMO=on only while bound to loopback; DEMO=force to insist")
        return self

    @property
    def is_demo(self) -> bool:
        """Whether the demo login code and the demo helpers are live."""
        return self.demo != "off"

    @property
    def route_map_enabled(self) -> bool:
        """``ROUTE_MAP``, which follows demo mode when unset."""
        return self.is_demo if self.route_map is None else self.route_map

    @property
    def guest_upload_enabled(self) -> bool:
        """``GUEST_UPLOAD``, which follows demo mode when unset."""
        return self.is_demo if self.guest_upload is None else self.guest_upload

    @property
    def connects_per_minute(self) -> int:
        """``IM_MAX_CONNECTS_PER_MINUTE``; any number in demo mode."""
        return 0 if self.is_demo else self.im_max_connects_per_minute

    @property
    def connections_at_a_time(self) -> int:
        """``IM_MAX_CONNECTIONS``; any number in demo mode."""
        return 0 if self.is_demo else self.im_max_connections

    @property
    def docs_are_open(self) -> bool:
        """Whether everybody may read the description of the API, and not operators alone."""
        return self.mode != "production"

    @property
    def sql_url(self) -> str:
        """Address of the primary: ``DB_PRIMARY_URL`` or the SQLite file in the data directory."""
        configured = self.db_primary_url.get_secret_value()
        return configured or f"sqlite:///{self.data_dir.resolve() / 'toutiao.db'}"

    @property
    def store_url(self) -> str:
        """Address of STORE when there is no Sentinel: configured, or the embedded server's."""
        return self.redis_store_url.get_secret_value() or self.embedded_redis_url

    @property
    def cache_url(self) -> str:
        """Address of CACHE when there is no Cluster: configured, or the embedded server's."""
        return self.redis_cache_url.get_secret_value() or self.embedded_redis_url

    @property
    def embedded_redis_url(self) -> str:
        """The Unix socket on which the embedded Valkey listens."""
        return f"unix://{self.data_dir.resolve() / 'valkey.sock'}"

    @property
    def celery_broker_url(self) -> str:
        """``BROKER_URL``, or database 1 of the embedded Valkey."""
        configured = self.broker_url.get_secret_value()
        return (
            configured or f"redis+socket://{self.data_dir.resolve() / 'valkey.sock'}?virtual_host=1"
        )

    @property
    def elasticsearch_urls(self) -> tuple[str, ...]:
        """The nodes in ``ELASTICSEARCH_URL`` with their ports; none: the embedded index."""
        return tuple(_with_port(each) for each in split(self.elasticsearch_url))

    @property
    def bus(self) -> str:
        """``BUS_URL``, or the embedded Valkey."""
        return self.bus_url.get_secret_value() or self.embedded_redis_url


def _with_port(url: str) -> str:
    parts = urlsplit(url)
    if parts.port is not None:
        return url
    return parts._replace(netloc=f"{parts.netloc}:{ELASTICSEARCH_PORT}").geturl()


def groups() -> Iterator[type[BaseModel]]:
    """The subjects of the settings, in the order in which people read them."""
    yield from (group for group in Settings.__bases__ if group is not BaseSettings)
