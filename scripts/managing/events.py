"""Who reacts to what: the tables of the outbox, for people and programs."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from common.services.outbox.dispatch import Function, all_events, reactions_to
from scripts.managing.console import out

_TREE = "common.services.outbox.reactions."


def events(
    as_json: Annotated[
        bool, typer.Option("--json", help="As an object: event, topic, functions.")
    ] = False,
) -> None:
    """List the events of the product: to which topics each leads, by which functions.

    Needs no installation. Functions are in common/services/outbox/reactions, topics are delivered
    by common/services/outbox/projections.

    \b
    Examples:
      scripts/manage events
      scripts/manage events --json | jq .ArticlePublished
    """
    found = {
        event.__name__: {
            topic: [_name(function) for function in functions]
            for topic, functions in reactions_to(event).items()
        }
        for event in all_events()
    }
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        out.print(_table(found))


def _name(function: Function) -> str:
    return f"{function.__module__.removeprefix(_TREE)}.{function.__name__}"


def _table(found: dict[str, dict[str, list[str]]]) -> Table:
    table = Table("event", "topic", "functions", box=None, pad_edge=False)
    for event, topics in found.items():
        for number, (topic, functions) in enumerate(topics.items()):
            table.add_row("" if number else event, topic, ", ".join(functions))
    return table
