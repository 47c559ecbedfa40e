"""How soon searches and suggestions follow what happens to articles, in every web process.

Asked over HTTP at each process itself, from the moment at which the operator was answered.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from urllib.parse import quote

from rich.console import Console
from sqlalchemy import select

from common.extensions.db import db
from common.models import Article
from common.models.visibility import visible_articles_sql
from common.services.search import rebuilding
from common.utils.constants import UserStatus
from scripts import datadir, embedded
from scripts.benching import servers
from scripts.benching.binding import bound_to
from scripts.benching.load import LOOPBACK, Address

FOUND_MS: Final = 2000.0  # at most, of a hundred tries but one (issue 17)
GONE_MS: Final = 1000.0
UNSUGGESTED_MS: Final = 2000.0
PAUSE_SECONDS: Final = 0.01  # between two looks at one process
PATIENCE_SECONDS: Final = 30.0
LONGEST: Final = 50  # characters of a phrase
DELETE, BAN, UNBAN = 4, 5, 6  # what an operator says (contract/admin.md 2.37)
TAKEN_AWAY: Final = {DELETE: "deleted", BAN: "banned"}


class Told(NamedTuple):
    """An article that is withdrawn and brought back."""

    article_id: int
    author_id: int
    title: str


@dataclass
class Waits:
    """Milliseconds until the last process had followed, by what had happened."""

    bars: dict[str, float] = field(default_factory=dict)
    taken: dict[str, list[float]] = field(default_factory=dict)

    def until(self, what: str, bar: float, began: float, doors: Sequence[Caller], has: Has) -> None:
        """One try: wait until each process has followed what ``began`` then.

        :raises RuntimeError: one did not, for very long
        """
        for door in doors:
            while not has(door):
                if time.perf_counter() - began > PATIENCE_SECONDS:
                    raise RuntimeError(f"{what}: not within {PATIENCE_SECONDS} s")
                time.sleep(PAUSE_SECONDS)
        self.bars[what] = bar
        self.taken.setdefault(what, []).append((time.perf_counter() - began) * 1000)


class Caller:
    """A connection of somebody's to an address."""

    def __init__(self, address: Address, token: str | None = None) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, timeout=PATIENCE_SECONDS)
        if isinstance(address, Path):
            self._connection.sock = socket.socket(socket.AF_UNIX)
            self._connection.sock.connect(str(address))
        else:
            self._connection.sock = socket.create_connection((LOOPBACK, address))
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()

    def call(self, verb: str, path: str, body: object = None) -> Any:
        """The data of an answer.

        :raises RuntimeError: it was refused
        """
        content = None if body is None else json.dumps(body)
        self._connection.request(verb, path, content, self._headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status >= http.client.MULTIPLE_CHOICES:
            raise RuntimeError(f"{verb} {path} answered {answer.status}: {told[:200]!r}")
        return json.loads(told)["data"]

    def total(self, title: str) -> int:
        """How many articles the engine finds for a title."""
        return int(self.call("GET", f"/v1_0/search?q={quote(title[:LONGEST])}")["total_count"])

    def shows(self, told: Told) -> bool:
        """Whether a search for its title has the article."""
        data = self.call("GET", f"/v1_0/search?q={quote(told.title[:LONGEST])}&per_page=50")
        return told.article_id in [each["art_id"] for each in data["results"]]

    def suggests(self, told: Told) -> bool:
        """Whether its title completes its beginning."""
        options = self.call("GET", f"/v1_0/suggestion?q={quote(told.title[:LONGEST])}")["options"]
        return told.title in options


Has = Callable[[Caller], bool]


def measure(data_dir: Path, *, tries: int, workers: int) -> Waits:
    """Ban, unban, freeze, thaw and delete, each so often, on a data directory of the demo."""
    with embedded.EmbeddedStack(data_dir) as stack, bound_to(stack.environment) as settings:
        articles = _articles()
        rebuilding.prepare()
        password = datadir.read_secret(data_dir, datadir.ADMIN_PASSWORD)
        login = {"account": settings.admin_account, "password": password}
    waits = Waits()
    with servers.product(data_dir, workers=workers) as product, ExitStack() as open_:
        (front,) = product.public.addresses
        with Caller(front) as nobody:
            token = nobody.call("POST", "/mis/v1_0/authorizations", login)["token"]
        operator = open_.enter_context(Caller(front, token))
        doors = [open_.enter_context(Caller(each)) for each in product.direct.addresses]
        usable = (told for told in articles if doors[0].shows(told) and doors[0].suggests(told))
        articles = list(islice(usable, tries))
        chosen = list(islice(cycle(articles), tries))
        for told in chosen:
            _ban_and_unban(waits, operator, doors, told)
        for told in chosen:
            _freeze_and_thaw(waits, operator, doors, told)
        for told in articles:
            _take_away(waits, operator, doors, told, status=DELETE)
    return waits


def report(waits: Waits, console: Console) -> None:
    """One line for each."""
    for what, taken in waits.taken.items():
        ordered = sorted(taken)
        last = len(ordered) - 1
        p50, p99 = (ordered[min(int(len(ordered) * share), last)] for share in (0.5, 0.99))
        console.print(
            f"search, {what} ({len(taken)} tries): p50 {p50:.0f} ms, p99 {p99:.0f} ms "
            f"(at most {waits.bars[what]:.0f})"
        )


def _articles() -> list[Told]:
    query = select(Article.article_id, Article.user_id, Article.title).where(visible_articles_sql())
    rows = db.session.execute(query.order_by(Article.article_id))
    return list({row.title: Told(*row) for row in rows}.values())


def _decide(operator: Caller, told: Told, status: int) -> None:
    body = {"article_ids": [told.article_id], "status": status}
    operator.call("PUT", "/mis/v1_0/articles", body)


def _ban_and_unban(waits: Waits, operator: Caller, doors: Sequence[Caller], told: Told) -> None:
    before = _take_away(waits, operator, doors, told, status=BAN)
    _decide(operator, told, UNBAN)
    _until_found(waits, doors, told, before)


def _freeze_and_thaw(waits: Waits, operator: Caller, doors: Sequence[Caller], told: Told) -> None:
    before = doors[0].total(told.title)
    users = partial(operator.call, "PUT", "/mis/v1_0/users")
    users({"user_ids": [told.author_id], "status": UserStatus.DISABLED})
    _until_gone(waits, "frozen", time.perf_counter(), doors, told)
    users({"user_ids": [told.author_id], "status": UserStatus.ENABLED})
    _until_found(waits, doors, told, before)


def _take_away(
    waits: Waits, operator: Caller, doors: Sequence[Caller], told: Told, *, status: int
) -> int:
    """Ban or delete an article, and wait until nobody finds it; how many were found before."""
    before = doors[0].total(told.title)
    _decide(operator, told, status)
    began = time.perf_counter()
    _until_gone(waits, TAKEN_AWAY[status], began, doors, told)
    what = f"{TAKEN_AWAY[status]}: counted no more"
    waits.until(what, GONE_MS, began, doors, lambda door: door.total(told.title) < before)
    return before


def _until_gone(waits: Waits, what: str, began: float, doors: Sequence[Caller], told: Told) -> None:
    """In no answer, and suggested no more, which nothing but the index says."""
    waits.until(f"{what}: shown no more", GONE_MS, began, doors, lambda door: not door.shows(told))
    waits.until(
        f"{what}: suggested no more",
        UNSUGGESTED_MS,
        began,
        doors,
        lambda door: not door.suggests(told),
    )


def _until_found(waits: Waits, doors: Sequence[Caller], told: Told, before: int) -> None:
    """Found, and all others of the author's too, so that the next try begins as this one did."""
    began = time.perf_counter()
    waits.until("published: found", FOUND_MS, began, doors, lambda door: door.shows(told))
    waits.until(
        "published: counted", FOUND_MS, began, doors, lambda door: door.total(told.title) >= before
    )
