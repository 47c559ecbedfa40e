"""Settings of what keeps and carries data; docs/settings.md is made of these descriptions."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    Field,
    FilePath,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    field_validator,
)

EMPTY = SecretStr("")


def split(addresses: SecretStr) -> tuple[str, ...]:
    """Addresses with commas between them."""
    found = (each.strip() for each in addresses.get_secret_value().split(","))
    return tuple(each for each in found if each)


class Sql(BaseModel):
    """The database."""

    db_primary_url: SecretStr = Field(
        EMPTY,
        description="`mysql+pymysql://…` of the primary, required in production; empty: the "
        "SQLite file in `DATA_DIR`.",
    )
    db_replica_urls: list[SecretStr] = Field([], description="Addresses of the replicas.")
    db_pool_size: PositiveInt = Field(10, description="Connections kept, per process and server.")
    db_max_overflow: NonNegativeInt = Field(10, description="Connections beyond those, for peaks.")
    db_pool_recycle_seconds: PositiveInt = Field(
        3600, description="Age at which a connection is made anew, in seconds."
    )
    sqlalchemy_echo: bool = Field(
        False, description="Log every statement with its values, personal data among them."
    )


class Redis(BaseModel):
    """Redis: STORE (Sentinel) and CACHE (Cluster), or one embedded server for both."""

    redis_sentinels: list[tuple[str, int]] = Field(
        [],
        description='The Sentinels of STORE, `[["10.0.0.1", 26380], …]`; they or '
        "`REDIS_STORE_URL` are required in production.",
    )
    redis_sentinel_service_name: str = Field(
        "mymaster", description="The name under which the Sentinels know STORE."
    )
    redis_sentinel_password: SecretStr = Field(EMPTY, description="Password of the Sentinels.")
    redis_password: SecretStr = Field(
        EMPTY, description="Password of STORE and CACHE behind Sentinels and Cluster."
    )
    redis_cluster: list[tuple[str, int]] = Field(
        [],
        description='Nodes of CACHE to start from, `[["10.0.0.1", 7000], …]`; they or '
        "`REDIS_CACHE_URL` are required in production.",
    )
    redis_store_url: SecretStr = Field(
        EMPTY, description="STORE on a single server; empty: Sentinels, or the embedded Valkey."
    )
    redis_cache_url: SecretStr = Field(
        EMPTY, description="CACHE on a single server; empty: Cluster, or the embedded Valkey."
    )
    redis_connect_timeout_ms: PositiveInt = Field(
        200, description="Patience with a connection being made, in milliseconds."
    )
    redis_timeout_ms: PositiveInt = Field(
        500, description="Patience with an answer, in milliseconds."
    )
    redis_tracking: bool = Field(
        True,
        description="Keep copies of what a Redis server on this machine vouches for "
        "(docs/adr/0004-tracked-copies.md); off: every read asks it.",
    )


class Search(BaseModel):
    """Where articles are searched."""

    elasticsearch_url: SecretStr = Field(
        EMPTY,
        description="Nodes of Elasticsearch 8 or 9, `https://user:password@host:9200`, several "
        "with commas between them; empty: the embedded index in `DATA_DIR`.",
    )
    elasticsearch_api_key: SecretStr = Field(
        EMPTY, description="API key, as Elasticsearch encodes it; instead of user and password."
    )
    elasticsearch_ca_file: FilePath | None = Field(
        None,
        description="PEM file of who vouches for the nodes' certificates; unset: those whom "
        "browsers trust.",
    )

    @field_validator("elasticsearch_url")
    @classmethod
    def _are_addresses(cls, urls: SecretStr) -> SecretStr:
        for each in split(urls):
            parts = urlsplit(each)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("must be http://host:port or https://host:port")
        return urls


class Messaging(BaseModel):
    """Tasks, the realtime bus, streams."""

    broker_url: SecretStr = Field(
        EMPTY,
        description="Celery's broker, `redis://` or `amqp://`, required in production; empty: "
        "database 1 of the embedded Valkey.",
    )
    bus_url: SecretStr = Field(
        EMPTY,
        description="The bus to the realtime processes, `redis://` or `amqp://`; empty: the "
        "embedded Valkey.",
    )
    kafka_servers: list[str] = Field(
        [], description="Brokers that new articles are announced to; empty: none."
    )


class Storage(BaseModel):
    """Pictures and papers."""

    storage_driver: Literal["local", "qiniu", "s3"] = Field(
        "local", description="Where they are kept; `local`: in `DATA_DIR`."
    )
    media_url: str = Field(
        "",
        description="Public prefix of pictures, required in production; empty: `/media` on the "
        "host that was asked.",
    )
    default_avatar: str = Field(
        "default/avatar-{}.jpg",
        description="Key of the picture of users who have none; with `{}` in it there are 24 "
        "(`00` to `23`), and a user's id says which is his.",
    )
    qiniu_access_key: SecretStr = Field(EMPTY, description="Qiniu's access key.")
    qiniu_secret_key: SecretStr = Field(EMPTY, description="Qiniu's secret key.")
    qiniu_bucket_name: str = Field("", description="Qiniu's bucket.")
    s3_endpoint: str = Field("", description="Address of the S3 API.")
    s3_bucket: str = Field("", description="Its bucket.")
    s3_access_key: SecretStr = Field(EMPTY, description="Its access key.")
    s3_secret_key: SecretStr = Field(EMPTY, description="Its secret key.")

    @field_validator("media_url")
    @classmethod
    def _ends_in_slash(cls, url: str) -> str:
        return url if not url or url.endswith("/") else url + "/"
