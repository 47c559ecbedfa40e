"""Processes that can be done without: `/readyz` names those that cannot be kept running."""

from __future__ import annotations

import json

import pytest

from common.extensions.observing.health import process_checks


def states(settings):
    return {check.name: (check.probe(), check.needed) for check in process_checks(settings)}


@pytest.mark.parametrize("struggling", [[], ["worker"], ["rpc"], ["im"], ["rpc", "worker"]])
def test_who_struggles_is_named_and_not_needed(settings, tmp_path, struggling):
    state = tmp_path / "processes.json"
    state.write_text(json.dumps(struggling))

    found = states(settings.model_copy(update={"process_state": state}))

    assert found == {name: (name not in struggling, False) for name in ("worker", "rpc", "im")}


def test_where_nobody_watches_them_nothing_is_said(settings):
    assert states(settings) == {}
