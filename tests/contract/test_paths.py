"""Every address of the three doors: the tables of all endpoints on their pages, and no others."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.sources.citations import PAGES

PAGE_OF = {"user": "user-app", "mp": "media-platform", "mis": "admin"}
# The route maps, which the gateway answers itself (contract/user-app.md §13.1).
GATEWAY = {"GET /", "GET /v1_0/"}
ROW = re.compile(r"\| \d+ \| (GET|POST|PUT|PATCH|DELETE) \| (/\S*) ?([^|]*)\|")
REFUSED = re.compile(r"\| – \| 40[45] \|")  # what the reference had and nobody may have


def contract(door: str) -> set[str]:
    """``GET /v1_0/users/{}`` of every endpoint in the page's table."""
    found: set[str] = set()
    for line in PAGES[PAGE_OF[door]].read_text(encoding="utf-8").splitlines():
        row = ROW.match(line)
        if row is None or REFUSED.search(line):
            continue
        method, path, remark = row.groups()
        path = re.sub(r"\{\w+\}", "{}", path)
        versions = ("/v1_0", "/v1_1") if "and /v1_1" in remark else ("/v1_0",)
        for version in versions:
            full = path.replace("/v1_0", version) if door == "user" else f"{version}{path}"
            found.add(f"{method} {full}")
    return found - GATEWAY


def served(app: Any) -> set[str]:
    """The same of every route of a door."""
    return {
        f"{method} {re.sub('<[^>]*>', '{}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


@pytest.mark.settings(demo="on")  # for the sample notifications
def test_the_readers_door_serves_what_its_page_lists(user_app):
    assert served(user_app) == contract("user")


def test_the_editors_door_serves_what_its_page_lists(mp_app):
    assert served(mp_app) == contract("mp")


def test_a_door_that_is_being_built_serves_nothing_that_its_page_does_not_list(mis_app):
    assert len(contract("mis")) >= 30
    assert served(mis_app) - contract("mis") == set()


@pytest.mark.parametrize("path", ["/mis/v1_0/authorizations", "/mis/v1_0/administrators/init"])
def test_back_doors_of_the_reference_are_closed(gateway, path):
    answer = gateway.get(path)

    assert answer.status_code in (404, 405)
