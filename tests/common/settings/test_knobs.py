"""Every knob is described, shown to hosts, and turns something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from common.settings import Settings, default
from scripts.managing import settings_page

ROOT = Path(__file__).parents[3]
TREES = ("common", "toutiao", "mp", "mis", "im", "schedule", "scripts")
CONTRACT = ROOT / "docs" / "contract" / "settings.md"
CARRIERS = re.compile(r"settings|configur")  # what settings are called where they are read


def _modules() -> Iterator[ast.Module]:
    own = ROOT / "common" / "settings"
    for tree in TREES:
        for path in (ROOT / tree).rglob("*.py"):
            if own not in path.parents:
                yield ast.parse(path.read_text(encoding="utf-8"))


def _read_by_the_product() -> set[str]:
    return {
        node.attr
        for module in _modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and CARRIERS.search(ast.unparse(node.value))
    }


def _behind_properties() -> dict[str, set[str]]:
    """What each property of the settings is made of."""
    module = ast.parse(Path(default.__file__).read_text(encoding="utf-8"))
    return {
        function.name: {
            node.attr
            for node in ast.walk(function)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
        }
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef)
        and [ast.unparse(each) for each in function.decorator_list] == ["property"]
    }


def _turning_something() -> set[str]:
    read, behind = _read_by_the_product(), _behind_properties()
    while more := {name for each in read & behind.keys() for name in behind[each]} - read:
        read |= more
    return read


def test_every_setting_is_read():
    unread = Settings.model_fields.keys() - _turning_something()

    assert unread == set()


def test_every_property_of_the_settings_is_read():
    assert _behind_properties().keys() - _turning_something() == set()


def test_every_setting_is_in_the_contract():
    promised = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", CONTRACT.read_text(encoding="utf-8")))

    assert {name.upper() for name in Settings.model_fields} - promised == set()


def test_every_setting_says_what_it_is():
    silent = [name for name, field in Settings.model_fields.items() if not field.description]

    assert silent == []


def test_the_page_of_settings_is_the_one_that_the_code_writes():
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.text(), (
        "scripts/manage config docs"
    )
