"""Where settings come from besides the environment: secret files and the settings file."""

from __future__ import annotations

import json
import os
import re
import types
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from common.settings.default import Settings

PREFIX = "TOUTIAO_"
SETTINGS_FILE_VARIABLE = "TOUTIAO_WEB_SETTINGS"
# Names that other parts of a deployment use beside the settings proper.
KNOWN_EXTRAS = frozenset({SETTINGS_FILE_VARIABLE, "TOUTIAO_CELERY_SETTINGS"})
MASK = "******"


class SettingsError(Exception):
    """The configuration is missing or wrong; the text names settings, never their values."""


class _FlatSource(PydanticBaseSettingsSource):
    """A source that is one flat mapping of field name to value."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Unused: ``__call__`` answers for all fields at once."""
        return None, field_name, False

    def _names(self) -> list[str]:
        return list(self.settings_cls.model_fields)


class SecretFiles(_FlatSource):
    """``TOUTIAO_<NAME>_FILE`` names a file whose content is the value."""

    def __call__(self) -> dict[str, Any]:
        """Field name to file content (JSON for lists), for every ``_FILE`` variable set."""
        values: dict[str, Any] = {}
        for name in self._names():
            variable = f"{PREFIX}{name.upper()}_FILE"
            if path := os.environ.get(variable):
                try:
                    text = Path(path).read_text(encoding="utf-8").strip()
                except OSError as error:
                    raise SettingsError(
                        f"{variable}: cannot read {path}: {error.strerror}"
                    ) from error
                values[name] = _parse(text)
        return values


class WebSettingsFile(_FlatSource):
    """The Python file of UPPERCASE names that existing deployments point to."""

    def __call__(self) -> dict[str, Any]:
        """Field name to value; an unreadable file is an error, never silence."""
        path = os.environ.get(SETTINGS_FILE_VARIABLE)
        if not path:
            return {}
        module = types.ModuleType("web_settings")
        try:
            source = Path(path).read_text(encoding="utf-8")
            exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102 - the host's own file, Flask's from_pyfile contract
        except (OSError, SyntaxError) as error:
            raise SettingsError(f"{SETTINGS_FILE_VARIABLE}: cannot load {path}: {error}") from error
        names = self._names()
        return {
            name: getattr(module, name.upper()) for name in names if hasattr(module, name.upper())
        }


def _parse(text: str) -> Any:
    if text.startswith(("[", "{")):
        return json.loads(text)
    return text


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


def unknown_names(environ: dict[str, str] | None = None) -> list[str]:
    """``TOUTIAO_*`` variables that no setting reads: most likely typing errors."""
    source = os.environ if environ is None else environ
    fields = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    nested = {
        f"{PREFIX}{group}__{name}".upper()
        for group, field in Settings.model_fields.items()
        if isinstance(field.default, BaseModel)
        for name in type(field.default).model_fields
    }
    known = fields | {f"{name}_FILE" for name in fields} | nested | KNOWN_EXTRAS
    return sorted(name for name in source if name.startswith(PREFIX) and name not in known)


def masked(settings: Settings) -> dict[str, Any]:
    """All settings for people to read: secrets hidden, passwords in addresses too."""
    return {name.upper(): _mask(getattr(settings, name)) for name in type(settings).model_fields}


def _mask(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return _mask_secret(value.get_secret_value())
    if isinstance(value, list | tuple):
        return [_mask(item) for item in value]
    if isinstance(value, BaseModel):
        return value.model_dump()
    return str(value) if isinstance(value, Path) else value


def _mask_secret(value: str) -> str:
    """An address keeps its host, so that people can see where it points; all else is hidden."""
    if not value:
        return ""
    if not re.match(r"[a-z0-9+.-]+://", value):
        return MASK
    parts = urlsplit(value)
    if parts.password is None:
        return value
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{MASK}@{host}"))


__all__ = ["SettingsError", "load", "masked", "unknown_names"]
