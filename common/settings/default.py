"""Every knob of the product, typed and checked before anything starts."""

from __future__ import annotations

import hashlib
import ipaddress
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    Field,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

# SHA-256 of secrets that circulate in public copies of the product (contract/settings.md §4).
BURNED_SECRETS = frozenset({"14469ea77e61ab9e9659e1be24ffc45d80f316456c43f14adee354ef08fbe7ac"})
MIN_SECRET_BYTES = 32
MIN_DISTINCT_CHARACTERS = 8  # "aaaa…" is long enough and still worthless


class RpcEndpoints(BaseModel):
    """Addresses (host:port) of the gRPC services; empty means the in-process fallback."""

    recommend: str = "127.0.0.1:9999"
    chatbot: str = "127.0.0.1:9999"


class Settings(BaseSettings):
    """Every knob of contract/settings.md, read once from ``TOUTIAO_<NAME>``."""

    model_config = SettingsConfigDict(
        env_prefix="TOUTIAO_", env_nested_delimiter="__", frozen=True, extra="ignore"
    )

    # What this installation is
    mode: Literal["embedded", "production"] = "embedded"
    demo: Literal["off", "on", "force"] = "off"
    bind_host: str = "127.0.0.1"
    data_dir: Path = Path("data")
    tz: str = "Asia/Shanghai"
    admin_account: str = "admin"
    admin_password: SecretStr = SecretStr("")

    # Secrets: no default, so that forgetting one fails the start
    jwt_secret: SecretStr
    mis_jwt_secret: SecretStr
    secret_key: SecretStr
    jwt_previous_secrets: list[SecretStr] = []
    mis_jwt_previous_secrets: list[SecretStr] = []
    jwt_expiry_hours: PositiveInt = 2
    jwt_refresh_days: PositiveInt = 14
    backup_key: SecretStr = SecretStr("")

    # SQL
    db_primary_url: SecretStr = SecretStr("")
    db_replica_urls: list[SecretStr] = []
    db_pool_size: PositiveInt = 10
    db_max_overflow: NonNegativeInt = 10
    db_pool_recycle_seconds: PositiveInt = 3600

    # Redis: STORE (Sentinel) and CACHE (Cluster), or one embedded server for both
    redis_sentinels: list[tuple[str, int]] = []
    redis_sentinel_service_name: str = "mymaster"
    redis_sentinel_password: SecretStr = SecretStr("")
    redis_password: SecretStr = SecretStr("")
    redis_cluster: list[tuple[str, int]] = []
    redis_store_url: SecretStr = SecretStr("")
    redis_cache_url: SecretStr = SecretStr("")
    redis_connect_timeout_ms: PositiveInt = 200
    redis_timeout_ms: PositiveInt = 500
    redis_tracking: bool = True  # keep copies a local Redis vouches for (docs/adr/0004)

    # Broker, bus, streams
    broker_url: SecretStr = SecretStr("")
    bus_url: SecretStr = SecretStr("")
    kafka_servers: list[str] = []
    trace_sink: str = ""

    # Rate limits
    ratelimit_storage_url: SecretStr = SecretStr("")
    ratelimit_strategy: Literal["moving-window", "fixed-window", "sliding-window-counter"] = (
        "moving-window"
    )
    ratelimit_default: str = ""
    ratelimit_enabled: bool = True

    # Search
    elasticsearch_url: SecretStr = SecretStr("")
    elasticsearch_api_key: SecretStr = SecretStr("")
    elasticsearch_ca_file: str = ""

    # Object storage
    storage_driver: Literal["local", "qiniu", "s3"] = "local"
    qiniu_access_key: SecretStr = SecretStr("")
    qiniu_secret_key: SecretStr = SecretStr("")
    qiniu_bucket_name: str = ""
    s3_endpoint: str = ""
    s3_bucket: str = ""
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    media_url: str = ""
    media_prefixes: list[str] = []
    default_avatar: str = "default/avatar.jpg"

    # Providers
    sms_driver: Literal["console", "file", "aliyun"] = "console"
    sms_daily_cap: PositiveInt = 10_000
    dysms_access_key_id: SecretStr = SecretStr("")
    dysms_access_key_secret: SecretStr = SecretStr("")
    dysms_sign_name: str = ""
    dysms_template_code: str = ""
    geetest_id: str = ""
    geetest_key: SecretStr = SecretStr("")

    # gRPC
    rpc: RpcEndpoints = RpcEndpoints()
    rpc_port: PositiveInt = 9999
    feed_rpc_timeout_ms: PositiveInt = Field(default=500, le=5000)
    related_rpc_timeout_ms: PositiveInt = 200
    chat_rpc_timeout_ms: PositiveInt = 3000

    # Web
    cors_origins: list[str] = []
    trusted_proxies: list[str] = []
    metrics_allow: list[str] = ["127.0.0.0/8", "::1/128"]
    metrics_port: NonNegativeInt = 0
    guest_upload: bool | None = None
    route_map: bool | None = None
    error_404_help: bool = False

    # Product
    search_history_size: PositiveInt = Field(default=4, le=20)
    sensitive_refuse_weight: PositiveInt = 10
    comment_premoderation: bool = False

    # Realtime
    im_allow_guest: bool = True
    im_max_connects_per_minute: NonNegativeInt = 20
    im_max_connections: NonNegativeInt = 200

    # Identity and background work
    id_layout: Literal["compact", "twitter"] = "compact"
    datacenter_id: NonNegativeInt = Field(default=0, le=31)
    worker_id: NonNegativeInt | None = Field(default=None, le=63)
    job_lease_seconds: PositiveInt = 30

    # Logging
    logging_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    logging_file_dir: str = ""
    logging_file_max_bytes: PositiveInt = 314_572_800
    logging_file_backup: NonNegativeInt = 10
    logging_format: Literal["json", "console"] = "json"
    sqlalchemy_echo: bool = False

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
        from common.settings.sources import (  # noqa: PLC0415 - sources needs this class
            SecretFiles,
            WebSettingsFile,
        )

        return (
            init_settings,
            env_settings,
            SecretFiles(settings_cls),
            WebSettingsFile(settings_cls),
        )

    @field_validator("jwt_secret", "mis_jwt_secret", "secret_key")
    @classmethod
    def _secret_is_strong(cls, secret: SecretStr) -> SecretStr:
        value = secret.get_secret_value()
        if len(value.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"must have at least {MIN_SECRET_BYTES} bytes")
        if hashlib.sha256(value.encode()).hexdigest() in BURNED_SECRETS:
            raise ValueError("is a published constant; generate a secret of your own")
        if len(set(value)) < MIN_DISTINCT_CHARACTERS:
            raise ValueError("is too regular; generate it at random")
        return secret

    @field_validator("tz")
    @classmethod
    def _zone_exists(cls, tz: str) -> str:
        try:
            ZoneInfo(tz)
        except (KeyError, ValueError) as error:
            raise ValueError(f"no such time zone: {tz}") from error
        return tz

    @field_validator("trusted_proxies", "metrics_allow")
    @classmethod
    def _are_networks(cls, networks: list[str]) -> list[str]:
        for network in networks:
            ipaddress.ip_network(network, strict=False)
        return networks

    @field_validator("media_url")
    @classmethod
    def _ends_in_slash(cls, url: str) -> str:
        return url if not url or url.endswith("/") else url + "/"

    @model_validator(mode="after")
    def _secrets_differ(self) -> Self:
        if self.jwt_secret.get_secret_value() == self.mis_jwt_secret.get_secret_value():
            raise ValueError("MIS_JWT_SECRET must not equal JWT_SECRET")
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
        if self.demo == "on" and self.bind_host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("DEMO=on only while bound to loopback; DEMO=force to insist")
        return self

    @property
    def is_demo(self) -> bool:
        """Whether the demo login code and the demo helpers are live."""
        return self.demo != "off"

    @property
    def guest_upload_enabled(self) -> bool:
        """``GUEST_UPLOAD``, which follows demo mode when unset."""
        return self.is_demo if self.guest_upload is None else self.guest_upload

    @property
    def route_map_enabled(self) -> bool:
        """``ROUTE_MAP``, which follows demo mode when unset."""
        return self.is_demo if self.route_map is None else self.route_map

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
    def bus(self) -> str:
        """``BUS_URL``, or the embedded Valkey."""
        return self.bus_url.get_secret_value() or self.embedded_redis_url
