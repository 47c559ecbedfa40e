"""docs/settings.md: every setting with its values, its default and its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common.settings import Settings
from common.settings.default import groups
from scripts.supervisor import ROOT

PAGE = ROOT / "docs" / "settings.md"

_HEAD = """\
# Settings

Every setting that this version reads. Made from the code by `scripts/manage config docs`; not
edited by hand.

A setting `NAME` comes from the variable `TOUTIAO_NAME`, else from the file that `TOUTIAO_NAME_FILE`
names, else from the settings file that `TOUTIAO_WEB_SETTINGS` names, else it has the default shown
here. `scripts/run` names the secret files of its data directory, unless the environment does. Lists
are JSON.
A variable `TOUTIAO_…` that is not on this page has no effect, and every process says so when it
starts; [the contract](contract/settings.md) names more settings than this page, which come with
the parts that read them.
"""
_KINDS = {"string": "text", "integer": "number", "boolean": "`true`, `false`", "array": "list"}


def text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    schema = Settings.model_json_schema()
    required = set(schema["required"])
    for group in groups():
        title, _, rest = (group.__doc__ or "").partition(". ")
        yield f"## {title.rstrip('.')}\n"
        if rest:
            yield f"{rest}\n"
        yield "| setting | values | default | meaning |\n|---|---|---|---|"
        for name in group.model_fields:
            yield _row(name, schema["properties"][name], is_required=name in required)
        yield ""


def _row(name: str, field: dict[str, Any], *, is_required: bool) -> str:
    default = "required" if is_required else _shown(field["default"])
    return f"| `{name.upper()}` | {_values(field)} | {default} | {field['description']} |"


def _values(field: dict[str, Any]) -> str:
    """What may be set: words, or a kind of value with its bounds."""
    if "anyOf" in field:
        return _values(next(kind for kind in field["anyOf"] if kind["type"] != "null"))
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    kind = "secret" if field.get("writeOnly") else _KINDS[field["type"]]
    if field["type"] != "integer":
        return kind
    least = field.get("minimum", field.get("exclusiveMinimum", -1) + 1)
    most = field.get("maximum")
    return f"{kind}, {least} or more" if most is None else f"{kind}, {least}–{most}"


def _shown(default: object) -> str:
    if default in (None, "", []):
        return "–"
    if isinstance(default, list):
        return ", ".join(f"`{each}`" for each in default)
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
