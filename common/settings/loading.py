"""Reading the settings, and showing them without their secrets."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr, ValidationError

from common.settings.default import Settings, groups
from common.settings.sources import PREFIX, SETTINGS_FILE_VARIABLE, SettingsError

# What earlier editions read instead of settings; whoever still sets it is told what to set now.
REPLACED = {"TOUTIAO_CELERY_SETTINGS": "TOUTIAO_BROKER_URL"}
MASK = "******"
_BETWEEN_ADDRESSES = re.compile(r",\s*(?=https?://)")


def load(**overrides: Any) -> Settings:
    """Read and check all settings.

    :raises SettingsError: with one line per wrong or missing setting, without values
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error))) from error


def _explain(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "__".join(str(part) for part in problem["loc"]).upper()
        text = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "missing":
            text = "is required"
        lines.append(f"{PREFIX}{name}: {text}" if name else text)
    return lines


def unknown_names() -> list[str]:
    """``TOUTIAO_*`` variables that no setting reads: most likely typing errors."""
    fields = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known = fields | {f"{name}_FILE" for name in fields} | {SETTINGS_FILE_VARIABLE, *REPLACED}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def warnings() -> list[str]:
    """One sentence for each ``TOUTIAO_*`` variable that is set and has no effect."""
    unknown = [f"{name} is not a setting and has no effect" for name in unknown_names()]
    replaced = [
        f"{old} is not read; use {new}" for old, new in REPLACED.items() if old in os.environ
    ]
    return unknown + replaced


def masked(settings: Settings) -> dict[str, Any]:
    """All settings for people to read: secrets hidden, passwords in addresses too."""
    names = (name for group in groups() for name in group.model_fields)
    return {name.upper(): _mask(getattr(settings, name)) for name in names}


def _mask(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return _mask_secret(value.get_secret_value())
    if isinstance(value, list | tuple):
        return [_mask(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _mask_secret(value: str) -> str:
    """An address keeps its host, so that people can see where it points; all else is hidden."""
    if not value:
        return ""
    if not re.match(r"[a-z0-9+.-]+://", value):
        return MASK
    return ",".join(_mask_address(each) for each in _BETWEEN_ADDRESSES.split(value))


def _mask_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.password is None:
        return value
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{MASK}@{host}"))
