"""A new index beside the one that is searched."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from elasticsearch import Elasticsearch

from common.search.elastic.graves import recent
from common.search.elastic.leases import Lease
from common.search.elastic.link import BUDGET_SECONDS, Link, NoIndex
from common.search.elastic.mapping import (
    NEXT,
    SETTINGS,
    alias_of,
    all_of,
    is_ours,
    mapping,
    next_of,
)
from common.search.elastic.querying import Json
from common.search.elastic.writing import actions_of, bulk
from common.search.fields import ARTICLE
from common.search.interface import Document, Kind, before

# What searched the former index when the new one took its place has ended by then.
GRACE_SECONDS: Final = 2 * BUDGET_SECONDS


class ElasticRebuild:
    """An index in the making, under a name of its own."""

    def __init__(self, link: Link, kind: Kind, lease: Lease, until: int | None) -> None:
        self._link, self._kind, self._lease, self._until = link, kind, lease, until
        self.name = f"{alias_of(kind)}-{time.time_ns()}"
        self.is_searched = False
        self._is_told = False
        link.work(
            lambda client: client.indices.create(
                index=self.name, settings=SETTINGS, mappings=mapping()
            )
        )

    def add(self, documents: Sequence[Document]) -> None:
        """Put articles in that it does not have."""
        self._lease.renew()
        bulk(self._link, self.name, actions_of(self._kind, documents, {}))

    def apply(self, documents: Sequence[Document], removed: Mapping[int, int]) -> None:
        """Bring it up to date with changes; from now on whoever writes brings them himself."""
        self._lease.renew()
        self._be_told()
        bulk(self._link, self.name, actions_of(self._kind, documents, removed))

    def count(self) -> int:
        """How many articles it has."""
        self._refresh(self.name)
        query = {"exists": {"field": ARTICLE}}
        found = self._link.work(lambda client: client.count(index=self.name, query=query))
        number: int = found["count"]
        return number

    def switch(self, last: Callable[[], object]) -> None:
        """Search it from now on; what was removed from the old index stays removed."""
        self._lease.renew()
        self._be_told()
        last()
        self._refresh(self.name)
        alias = alias_of(self._kind)
        # All of it or nothing: nothing if another process has thrown this index away meanwhile.
        actions: list[Json] = [
            {"add": {"index": self.name, "alias": alias}},
            {"remove": {"index": self.name, "alias": next_of(self._kind), "must_exist": True}},
        ]
        actions += [{"remove": {"index": name, "alias": alias}} for name in self.searched()]
        self._link.work(lambda client: client.indices.update_aliases(actions=actions))
        self.is_searched = True

    def abandon(self) -> None:
        """Throw it away, unless it is searched; it is his own, whoever has the lease."""
        if self.name not in self.searched():
            self._link.work(partial(_delete, name=self.name))

    def searched(self) -> list[str]:
        """The index behind the alias, if there is one."""
        alias = alias_of(self._kind)
        try:
            found = self._link.work(lambda client: client.indices.get_alias(name=alias))
        except NoIndex:
            return []
        return list(found)

    def discard_unfinished(self) -> None:
        """Remove what another process began to make and nobody ever searched."""
        self._delete(
            name
            for name, aliases in self._others().items()
            if all(alias.endswith(NEXT) for alias in aliases)
        )

    def discard_former(self) -> None:
        """Remove all that were searched, of other analysers too.

        :raises Conflict: another process has taken over, and all of this with it
        """
        former = self._others()
        if former:
            time.sleep(GRACE_SECONDS)
            self._delete(former)

    def _others(self) -> dict[str, Collection[str]]:
        """All indexes of this kind but this one, with their aliases."""
        pattern = all_of(self._kind)
        found = self._link.work(lambda client: client.indices.get_alias(index=pattern))
        return {
            name: each["aliases"]
            for name, each in found.items()
            if name != self.name and is_ours(self._kind, name)
        }

    def _delete(self, names: Iterable[str]) -> None:
        """Remove them one by one, as long as this is the maker; never what is searched."""
        for name in names:
            self._lease.renew()
            if name not in self.searched():
                self._link.work(partial(_delete, name=name))

    def _be_told(self) -> None:
        """Have all changes brought here too, and know what was removed before.

        Only now: until then it has what was added, which can be counted.
        """
        if self._is_told:
            return
        self._link.work(
            lambda client: client.indices.put_alias(index=self.name, name=next_of(self._kind))
        )
        for name, aliases in self._others().items():
            # Of other analysers too: they may have been told of what no index of ours was.
            if not all(alias.endswith(NEXT) for alias in aliases):
                self._refresh(name)
                removed = before(recent(self._link, name), self._until)
                bulk(self._link, self.name, actions_of(self._kind, (), removed))
        self._is_told = True

    def _refresh(self, name: str) -> None:
        self._link.work(lambda client: client.indices.refresh(index=name))


@contextmanager
def rebuild(link: Link, kind: Kind, until: int | None) -> Iterator[ElasticRebuild]:
    """A new index; thrown away unless it is switched to.

    :param until: removals of this version and newer ones are not learned
    :raises Conflict: another process is making one
    """
    with Lease(link, kind) as lease:
        made = ElasticRebuild(link, kind, lease, until)
        made.discard_unfinished()
        try:
            yield made
        finally:
            made.abandon()
        if made.is_searched:
            made.discard_former()


def _delete(client: Elasticsearch, name: str) -> object:
    return client.options(ignore_status=404).indices.delete(index=name)
