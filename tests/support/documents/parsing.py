"""Parsing one parameter named ``target`` in a request of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from pydantic import create_model

from common.errors import InvalidInput
from common.utils.parser import parse_json, parse_query

app = Flask(__name__)


def from_json(kind: Any, value: Any) -> Any:
    """``value`` as member of a JSON body."""
    return from_body(kind, json.dumps({"target": value}))


def from_body(kind: Any, body: str | bytes, **request: Any) -> Any:
    """The member ``target`` of a body as it is."""
    model = create_model("Body", target=(kind, ...))
    with app.test_request_context(method="POST", data=body, **request):
        return parse_json(model).target  # type: ignore[attr-defined] # the model is made here


def from_query(kind: Any, query: str) -> Any:
    """The parameter ``target`` of a query string."""
    model = create_model("Query", target=(kind, ...))
    with app.test_request_context(f"/?{query}"):
        return parse_query(model).target  # type: ignore[attr-defined] # the model is made here


def reason(refused: pytest.ExceptionInfo[InvalidInput]) -> str:
    """Why ``target`` was refused."""
    assert refused.value.reasons is not None
    return refused.value.reasons["target"]
