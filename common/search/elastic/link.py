"""The way to the cluster: a budget for all that an answer asks, a breaker, one class of errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar

from elasticsearch import ApiError, Elasticsearch, NotFoundError, OrjsonSerializer, TransportError

from common.errors import DependencyUnavailable
from common.search.elastic.nodes import LEAST_SECONDS, OneOfSeveral, OnlyNode, Until
from common.utils.background.errands import Complaints
from common.utils.net.breaker import Breaker

DEPENDENCY: Final = "search"
BUDGET_SECONDS: Final = 0.45  # of the 0.5 that an answer may wait for its engine, by contract
WORK_SECONDS: Final = 20.0  # of one request of who indexes: nobody waits for it
# More than a process has threads: who found none free would wait for one without end.
_CONNECTIONS: Final = 128
_DEFECTS: Final = (400, 405, 409, 413)  # what the server says of a request, and not of itself

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Access:
    """Where the cluster is, and who we are to it.

    :param urls: its nodes, with user and password if it wants them
    :param api_key: instead of those; empty: none
    :param ca_file: who vouches for the nodes' certificates, PEM
    """

    urls: tuple[str, ...]
    api_key: str = ""
    ca_file: Path | None = None


class NoIndex(DependencyUnavailable):
    """There is no such index."""

    def __init__(self) -> None:
        super().__init__(DEPENDENCY, because="there is no index of this analyser")


class Link:
    """One client per process, made when it is used first."""

    def __init__(
        self, access: Access, budget_seconds: float, *, work_seconds: float = WORK_SECONDS
    ) -> None:
        self._access = access
        self._budget_seconds, self._work_seconds = budget_seconds, work_seconds
        self._client: Elasticsearch | None = None
        self._breaker = Breaker(DEPENDENCY)
        self._now = threading.local()
        self._complaints = Complaints()

    @contextmanager
    def budget(self) -> Iterator[None]:
        """All that is asked inside waits together no longer than an answer may.

        Inside another budget it is that one which counts. What happens between two questions
        takes nothing of it.
        """
        if self._left() is not None:
            yield
            return
        self._now.left = self._budget_seconds
        try:
            yield
        finally:
            self._now.left = None

    def ask(self, call: Callable[[Elasticsearch], Answer]) -> Answer:
        """What a server answers; nothing is asked of one that failed a moment ago.

        :raises NoIndex: it has no such index
        :raises DependencyUnavailable: it does not answer in time, or refuses
        """
        with self.budget():
            left = self._now.left
            if left < LEAST_SECONDS:
                raise self._away("it is too slow")
            began = time.monotonic()
            until = Until(began + left, others=len(self._access.urls) - 1)
            try:
                with self._breaker.guard():
                    outcome = _outcome(lambda: call(self._with(until)))
            except (ApiError, TransportError) as error:
                raise self._away(_text(error)) from error
            finally:
                self._now.left = left - (time.monotonic() - began)
        if isinstance(outcome, ApiError):
            raise self._refused(outcome) from outcome
        return outcome

    def work(self, call: Callable[[Elasticsearch], Answer]) -> Answer:
        """The same for who changes indexes, with patience; the breaker is for who waits.

        :raises NoIndex: it has no such index
        :raises DependencyUnavailable: it does not answer, or refuses
        :raises ApiError: it says that the request is wrong
        """
        try:
            outcome = _outcome(lambda: call(self._with(self._work_seconds)))
        except (ApiError, TransportError) as error:
            raise self._away(_text(error)) from error
        if isinstance(outcome, NotFoundError):
            raise NoIndex from outcome
        if isinstance(outcome, ApiError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Give the connections back; the next use makes new ones, and hopes anew."""
        client, self._client = self._client, None
        self._breaker = Breaker(DEPENDENCY)
        if client is not None:
            client.close()

    def _left(self) -> float | None:
        """Seconds of the budget that this thread is in; None: in none."""
        found: float | None = getattr(self._now, "left", None)
        return found

    def _with(self, seconds: float) -> Elasticsearch:
        client = self._client
        if client is None:
            client = self._client = _client(self._access)
        return client.options(request_timeout=seconds)

    def _refused(self, error: ApiError) -> DependencyUnavailable:
        return NoIndex() if isinstance(error, NotFoundError) else self._away(_text(error))

    def _away(self, because: str) -> DependencyUnavailable:
        self._complaints.utter("elasticsearch_failed", reason=because)
        return DependencyUnavailable(DEPENDENCY, because=because)


def each_of(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The answers to several searches of one request.

    :raises NoIndex: there is no such index
    :raises DependencyUnavailable: one was not answered
    """
    answers = answer["responses"]
    if any(each["status"] == HTTPStatus.NOT_FOUND for each in answers):
        raise NoIndex
    failed = [each["status"] for each in answers if "error" in each]
    if failed:
        raise DependencyUnavailable(DEPENDENCY, because=f"{failed[0]} for one of several searches")
    return [whole(each) for each in answers]


def whole(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer to a search, if every shard has answered.

    :raises DependencyUnavailable: one has not
    """
    if answer.get("timed_out") or answer.get("_shards", {}).get("failed"):
        raise DependencyUnavailable(DEPENDENCY, because="a shard did not answer")
    return answer


def _client(access: Access) -> Elasticsearch:
    options: dict[str, Any] = {}
    if access.api_key:
        options["api_key"] = access.api_key
    if access.ca_file is not None:
        options["ca_certs"] = str(access.ca_file)
    return Elasticsearch(
        list(access.urls),
        node_class=OneOfSeveral if len(access.urls) > 1 else OnlyNode,
        serializer=OrjsonSerializer(),
        connections_per_node=_CONNECTIONS,
        # Another node is asked if one takes no connection, or is silent to who only reads; never if
        # one let a writer wait for more.
        # Once more than there are others: who was given up may be tried again just then.
        max_retries=len(access.urls) if len(access.urls) > 1 else 0,
        retry_on_status=(),
        retry_on_timeout=False,
        **options,
    )


def _outcome(call: Callable[[], Answer]) -> Answer | ApiError:
    """The answer, or what the server says is wrong with the request: it is well itself."""
    try:
        return call()
    except ApiError as error:
        if isinstance(error, NotFoundError) or error.status_code in _DEFECTS:
            return error
        raise


def _text(error: ApiError | TransportError) -> str:
    if isinstance(error, ApiError):
        return f"{error.status_code} {error.message}"
    return f"{type(error).__name__}: {error.message}"
