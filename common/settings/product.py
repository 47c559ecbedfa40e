"""Settings of the product itself; docs/settings.md is made of these descriptions."""

from __future__ import annotations

import hashlib
import ipaddress
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    Field,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    field_validator,
)

# SHA-256 of secrets that circulate in public copies of the product (contract/settings.md §4).
BURNED_SECRETS = frozenset({"14469ea77e61ab9e9659e1be24ffc45d80f316456c43f14adee354ef08fbe7ac"})
MIN_SECRET_BYTES = 32
MIN_DISTINCT_CHARACTERS = 8  # "aaaa…" is long enough and still worthless

EMPTY = SecretStr("")


class Installation(BaseModel):
    """What this installation is."""

    mode: Literal["embedded", "production"] = Field(
        "embedded", description="Whether the stores are the embedded ones or an operator's own."
    )
    demo: Literal["off", "on", "force"] = Field(
        "off",
        description="Demo login code and helpers; `on` only while bound to loopback, `force` "
        "anywhere. Production accepts only `off`.",
    )
    bind_host: str = Field("127.0.0.1", description="Address that the processes listen on.")
    data_dir: Path = Field(
        Path("data"), description="Directory of the embedded stores, local pictures and journals."
    )
    tz: str = Field("Asia/Shanghai", description="Time zone of the product.")
    admin_account: str = Field("admin", description="Account of the first administrator.")
    admin_password: SecretStr = Field(
        EMPTY, description="His password; empty: one is made at random and printed once."
    )

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine reaches the product."""
        try:
            return ipaddress.ip_address(self.bind_host).is_loopback
        except ValueError:
            return self.bind_host == "localhost"

    @field_validator("tz")
    @classmethod
    def _zone_exists(cls, tz: str) -> str:
        try:
            ZoneInfo(tz)
        except (KeyError, ValueError) as error:
            raise ValueError(f"no such time zone: {tz}") from error
        return tz


class Secrets(BaseModel):
    """Secrets and tokens. No secret has a default, so that forgetting one fails the start."""

    jwt_secret: SecretStr = Field(
        description="Signs tokens of readers and editors; at least 32 random bytes."
    )
    mis_jwt_secret: SecretStr = Field(
        description="Signs tokens of administrators; at least 32 random bytes, not `JWT_SECRET`."
    )
    secret_key: SecretStr = Field(
        description="Keys of everything else are derived from it: login codes, sealed papers, "
        "signed addresses; at least 32 random bytes."
    )
    jwt_previous_secrets: list[SecretStr] = Field(
        [], description="Former values of `JWT_SECRET`, whose tokens are still good."
    )
    mis_jwt_previous_secrets: list[SecretStr] = Field(
        [], description="Former values of `MIS_JWT_SECRET`, whose tokens are still good."
    )
    jwt_expiry_hours: PositiveInt = Field(2, description="Life of an access token, in hours.")
    jwt_refresh_days: PositiveInt = Field(14, description="Life of a refresh token, in days.")

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


class RateLimits(BaseModel):
    """Rate limits."""

    ratelimit_enabled: bool = Field(True, description="Whether anything is limited at all.")
    ratelimit_storage_url: SecretStr = Field(
        EMPTY, description="Where limits are counted, as the `limits` library says; empty: STORE."
    )
    ratelimit_strategy: Literal["moving-window", "fixed-window", "sliding-window-counter"] = Field(
        "moving-window", description="How they are counted."
    )
    ratelimit_default: str = Field(
        "",
        description="A limit per address for each endpoint of a door, `200/hour;1000/day`; "
        "empty: the limits of the endpoints alone.",
    )
    read_budget_subject: NonNegativeInt = Field(
        1_200,
        description="Reads a minute that a process serves one reader or device outside of the "
        "demo before it answers 429; 0: any number.",
    )
    read_budget_address: NonNegativeInt = Field(
        6_000, description="The same for one address, which many people may share."
    )


class Texting(BaseModel):
    """Text messages with login codes."""

    sms_driver: Literal["console", "file", "aliyun"] = Field(
        "console", description="Who sends them: nobody, into the log or `DATA_DIR`; or Aliyun."
    )
    sms_daily_cap: PositiveInt = Field(10_000, description="Messages a day, all numbers together.")
    dysms_access_key_id: SecretStr = Field(
        EMPTY, description="Aliyun's key id; empty: the console."
    )
    dysms_access_key_secret: SecretStr = Field(EMPTY, description="Aliyun's key.")
    dysms_sign_name: str = Field("", description="Signature of the messages.")
    dysms_template_code: str = Field("", description="Template with the variable `code`.")


class Captcha(BaseModel):
    """Riddles before login codes."""

    captcha_driver: Literal["off", "geetest", "altcha"] | None = Field(
        None,
        description="What has to be solved before the editors' door sends a code: nothing, "
        "Geetest's puzzle, or a proof of work that needs nobody else; unset: Geetest where "
        "`GEETEST_ID` is set. In demo mode nothing.",
    )
    geetest_id: str = Field("", description="Our account with Geetest (version 3).")
    geetest_key: SecretStr = Field(EMPTY, description="Its key.")
    geetest_url: str = Field(
        "https://api.geetest.com", description="Where Geetest is; a proxy, say."
    )


class Web(BaseModel):
    """What the doors let in and show."""

    cors_origins: list[str] = Field(
        [], description="Origins whose pages may call; in demo mode every one may."
    )
    trusted_proxies: list[str] = Field(
        [], description="Networks whose word about the client's address is taken."
    )
    metrics_allow: list[str] = Field(
        ["127.0.0.0/8", "::1/128"],
        description="Networks that may see `/metrics`, the detail of `/readyz` and, in "
        "production, `/docs`.",
    )
    metrics_port: NonNegativeInt = Field(
        0, description="Port for the metrics of worker and schedule; 0: none."
    )
    process_state: Path | None = Field(
        None,
        description="File in which whoever started the processes names those that cannot be kept "
        "running; `/readyz` reads it. Set by `scripts/run`.",
    )
    route_map: bool | None = Field(
        None, description="Whether `/` lists the routes; unset: in demo mode."
    )
    guest_upload: bool | None = Field(
        None,
        description="Whether `POST /v1_0/upload` takes pictures without a token, for an hour; "
        "unset: in demo mode.",
    )

    @field_validator("trusted_proxies", "metrics_allow")
    @classmethod
    def _are_networks(cls, networks: list[str]) -> list[str]:
        for network in networks:
            ipaddress.ip_network(network, strict=False)
        return networks


class Product(BaseModel):
    """Rules that differ between installations."""

    search_history_size: PositiveInt = Field(
        4, le=20, description="Searches remembered per reader."
    )
    comment_premoderation: bool = Field(
        False, description="Whether every comment waits for an operator."
    )
    sensitive_refuse_weight: PositiveInt = Field(
        10, description="From which weight on a sensitive word refuses an article."
    )


class Background(BaseModel):
    """Ids and background work."""

    id_layout: Literal["compact", "twitter"] = Field(
        "compact",
        description="Layout of ids; `twitter` where existing ids have 64 bits.",
    )
    datacenter_id: NonNegativeInt = Field(0, le=31, description="For the layout `twitter`.")
    worker_id: NonNegativeInt | None = Field(
        None, le=63, description="Number in this process's ids; unset: leased in SQL."
    )
    trace_sink: str = Field(
        "redis",
        pattern=r"^(redis|off|kafka://[^/,\s]+(,[^/,\s]+)*(/[A-Za-z0-9._-]+)?)$",
        description="Where the pages that readers were shown go, for those who learn from them: "
        "`redis`, the stream `stream:impressions` of STORE (its newest million, 200 MB at most); "
        "`kafka://host:port,host:port/topic` (topic `impressions` if none is named); `off`.",
    )
    job_lease_seconds: PositiveInt = Field(
        30, description="How long a leading `schedule` process may be silent, in seconds."
    )


class Logging(BaseModel):
    """The log."""

    logging_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least that is logged."
    )
    logging_format: Literal["json", "console"] = Field(
        "json", description="For collectors, or in columns for people."
    )
    logging_file_dir: str = Field(
        "", description="Directory for log files beside the standard output; empty: none."
    )
    logging_file_max_bytes: PositiveInt = Field(
        314_572_800, description="Size at which a file is rotated, in bytes."
    )
    logging_file_backup: NonNegativeInt = Field(10, description="Rotated files that are kept.")
