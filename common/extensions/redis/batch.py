"""The commands of one Redis stage, collected from several places."""

from __future__ import annotations

from typing import Any

from common.errors import DependencyUnavailable
from common.extensions.redis.edges import Edge
from common.extensions.redis.links import Command


class Batch:
    """Commands of one stage, collected from several callers; replies by position."""

    __slots__ = ("_error", "_replies", "commands", "edge")

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.commands: list[Command] = []
        self._replies: list[Any] | None = None
        self._error: DependencyUnavailable | None = None

    def add(self, *command: Any) -> int:
        """Queue a command; returns its position."""
        self.commands.append(command)
        return len(self.commands) - 1

    def add_once(self, *command: Any) -> int:
        """Queue a command unless it is queued; returns its position."""
        if command in self.commands:
            return self.commands.index(command)
        return self.add(*command)

    def run(
        self,
        *,
        read_only: bool = True,
        is_repeatable: bool = False,
        beside: Batch | None = None,
    ) -> None:
        """Make the round trip. A dead edge is remembered and shown to each reader of a reply.

        ``read_only`` and ``is_repeatable`` are those of an edge's ``stage``.

        :param beside: a batch that only reads, of the other edge: makes its round trip meanwhile
        """
        meanwhile = None if beside is None or not beside.commands else beside.run
        if beside is not None and meanwhile is not None and self._shares_server_with(beside):
            self._run_together(beside, read_only=read_only, is_repeatable=is_repeatable)
            return
        try:
            self._replies = self.edge.stage(
                self.commands,
                read_only=read_only,
                is_repeatable=is_repeatable,
                meanwhile=meanwhile,
            )
        except DependencyUnavailable as error:
            self._error = error
        if beside is not None and not beside.has_run:
            beside.run()

    def _shares_server_with(self, other: Batch) -> bool:
        server = self.edge.server
        return server is not None and server == other.edge.server and bool(self.commands)

    def _run_together(self, other: Batch, *, read_only: bool, is_repeatable: bool) -> None:
        """Both in one round trip: the embedded server plays both roles."""
        both = self.commands + other.commands
        try:
            replies = self.edge.stage(both, read_only=read_only, is_repeatable=is_repeatable)
        except DependencyUnavailable as error:
            self._error = error
            other._error = DependencyUnavailable(other.edge.name)
            return
        self._replies = replies[: len(self.commands)]
        other._replies = replies[len(self.commands) :]

    @property
    def has_run(self) -> bool:
        """Whether the round trip was made, or tried."""
        return self._replies is not None or self._error is not None

    def reply(self, position: int) -> Any:
        """The reply of the command at ``position``, a ``ResponseError`` if it was refused.

        :raises DependencyUnavailable: the server did not answer
        """
        if self._replies is None:
            raise self._error or RuntimeError("the batch has not run")
        reply = self._replies[position]
        if isinstance(reply, DependencyUnavailable):
            raise reply
        return reply
