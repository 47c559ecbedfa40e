"""Where settings come from besides the environment: secret files and the settings file."""

from __future__ import annotations

import json
import os
import traceback
import types
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

PREFIX = "TOUTIAO_"
SETTINGS_FILE_VARIABLE = "TOUTIAO_WEB_SETTINGS"


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
                except UnicodeDecodeError as error:
                    raise SettingsError(f"{variable}: {path} is not UTF-8 text") from error
                values[name] = _parse(text, variable)
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
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            raise SettingsError(
                f"{SETTINGS_FILE_VARIABLE}: cannot read {path}: {reason}"
            ) from error
        except UnicodeDecodeError as error:
            raise SettingsError(f"{SETTINGS_FILE_VARIABLE}: {path} is not UTF-8 text") from error
        except (Exception, SystemExit) as error:  # whatever the host's file does; never its words
            place = _line_in(path, error)
            kind = type(error).__name__
            raise SettingsError(f"{SETTINGS_FILE_VARIABLE}: {path}{place}: {kind}") from error
        names = self._names()
        return {
            name: getattr(module, name.upper()) for name in names if hasattr(module, name.upper())
        }


def _line_in(path: str, error: BaseException) -> str:
    """Where in the settings file it happened, as ``, line 3``; empty if nobody knows."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}" if error.lineno else ""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    return f", line {lines[-1]}" if lines else ""


def _parse(text: str, variable: str) -> Any:
    if not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise SettingsError(f"{variable}: its content begins like JSON and is none") from error
