"""Which route a request has, without Werkzeug's general matcher for nearly all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from werkzeug.routing import BaseConverter, Map, Rule, ValidationError

ROUTE_KEY: Final = "toutiao.route"  # WSGI environ: the template of the matched route
# "/v1_0/articles/<id:article_id>": one variable, at the end, of a converter without arguments.
_ONE_VARIABLE: Final = re.compile(r"(?P<prefix>/[^<>]*)/<(?P<kind>\w+):(?P<name>\w+)>")

Match = tuple[Rule, dict[str, Any]]
Accepts = Callable[[str], object]  # truthy for a text that a converter may be asked for


class RouteTable:
    """Routes of the two frequent shapes, found by one look-up in a dictionary each."""

    def __init__(self, url_map: Map) -> None:
        self._fixed: dict[tuple[str, str], Rule] = {}
        self._variable: dict[
            tuple[str, str], tuple[Rule, str, Accepts, Callable[[str], Any]] | None
        ] = {}
        for rule in url_map.iter_rules():
            self._add(rule, url_map)

    def find(self, method: str, path: str) -> Match | None:
        """The match, or None for "ask the general matcher"."""
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return fixed, {}
        prefix, _, value = path.rpartition("/")
        variable = self._variable.get((method, prefix))
        if variable is None:
            return None
        rule, name, accepts, to_python = variable
        if not accepts(value):
            return None
        try:
            return rule, {name: to_python(value)}
        except ValidationError:
            return None

    def _add(self, rule: Rule, url_map: Map) -> None:
        if rule.defaults or rule.redirect_to or rule.build_only or rule.methods is None:
            return
        shape = _ONE_VARIABLE.fullmatch(rule.rule)
        for method in rule.methods:
            if shape:
                key = method, shape["prefix"]
                converter: BaseConverter = url_map.converters[shape["kind"]](url_map)
                accepts = re.compile(converter.regex).fullmatch
                found = rule, shape["name"], accepts, converter.to_python
                # Two routes for one prefix: Werkzeug knows which of them weighs more.
                self._variable[key] = None if key in self._variable else found
            elif "<" not in rule.rule:
                self._fixed.setdefault((method, rule.rule), rule)
