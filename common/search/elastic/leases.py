"""Who makes a new index at present: one process of the whole cluster."""

from __future__ import annotations

import time
from typing import Any, Final, Self

from elasticsearch import ConflictError

from common.errors import Conflict
from common.search.elastic.link import Link, NoIndex
from common.search.interface import Kind

INDEX: Final = "articles_leases"
# Longer than any step takes between two of which each renews it; then its holder is dead.
LEASE_MS: Final = 120_000
_UNTIL: Final = "until_ms"
_MAPPINGS: Final = {"dynamic": "strict", "properties": {_UNTIL: {"type": "long", "index": False}}}
_SETTINGS: Final = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


class Lease:
    """The right to make a new index of a kind, for as long as it is renewed."""

    def __init__(self, link: Link, kind: Kind) -> None:
        self._link, self._kind = link, kind
        self._held: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """:raises Conflict: another process has it"""
        self._link.work(
            lambda client: client.options(ignore_status=400).indices.create(
                index=INDEX, settings=_SETTINGS, mappings=_MAPPINGS
            )
        )
        self._write(self._former())
        return self

    def __exit__(self, *_exception: object) -> None:
        """Who lost it has nothing to give back."""
        self._link.work(
            lambda client: client.options(ignore_status=(404, 409)).delete(
                index=INDEX, id=str(self._kind), **self._held
            )
        )

    def renew(self) -> None:
        """:raises Conflict: another process has taken it over"""
        self._write(self._held)

    def _former(self) -> dict[str, Any]:
        """What has to stand there still when it is taken: nothing, or a lease that has run out."""
        try:
            found = self._link.work(lambda client: client.get(index=INDEX, id=str(self._kind)))
        except NoIndex:
            return {"op_type": "create"}
        if found["_source"][_UNTIL] > _now_ms():
            raise _taken()
        return {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}

    def _write(self, condition: dict[str, Any]) -> None:
        try:
            done = self._link.work(
                lambda client: client.index(
                    index=INDEX,
                    id=str(self._kind),
                    document={_UNTIL: _now_ms() + LEASE_MS},
                    **condition,
                )
            )
        except ConflictError as error:
            raise _taken() from error
        self._held = {"if_seq_no": done["_seq_no"], "if_primary_term": done["_primary_term"]}


def _taken() -> Conflict:
    return Conflict("The search index is being made anew already.")


def _now_ms() -> int:
    return int(time.time() * 1000)
