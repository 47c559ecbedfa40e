"""How long others wait while an editor sends twenty megabytes with eight pictures, a huge one too.

A promise about people, not about a server's rate: they ask at a steady pace, as readers do, through
the public address, alone and beside such saves.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Final

from PIL import Image
from rich.console import Console

from scripts.benching import servers
from scripts.benching.load import LOOPBACK

BAR: Final = 2.0  # times the 99th percentile of being alone (issue 14)
ASKING: Final = 4  # who ask
PAUSE_SECONDS: Final = 0.02  # of each, after an answer
ALONE_SECONDS: Final = 3.0  # before each save, about as long as that takes
SAVES: Final = 4
PATIENCE_SECONDS: Final = 120
FEED: Final = "/v1_0/articles?channel_id=0&with_top=1"
SAVE: Final = "/mp/v1_0/articles?draft=true"


@dataclass(frozen=True)
class Delay:
    """What others waited at most, but for one in a hundred, and what they waited for."""

    alone_ms: float
    beside_ms: float
    save_seconds: float
    megabytes: float

    @property
    def ratio(self) -> float:
        """How much longer than alone."""
        return self.beside_ms / self.alone_ms


def measure(
    server: servers.Server, *, tokens: Sequence[str], channel_id: int, saves: int = SAVES
) -> Delay:
    """Ask for the feed alone and beside a large save, in turns: the machine may drift.

    :param tokens: of who asks; some of them save, too, each once: a day's uploads are limited

    :raises RuntimeError: a save was refused
    """
    (address,) = server.addresses
    port = int(str(address))
    body = large_body(channel_id)
    alone: list[float] = []
    beside: list[float] = []
    spent: list[float] = []
    for token in random.sample(tokens, saves):
        alone += _asking(port, tokens, threading.Event(), seconds=ALONE_SECONDS)
        beside += _asking_beside(port, tokens, partial(_save_into, spent, port, token, body))
    if len(spent) < saves:
        raise RuntimeError("a save with eight pictures was refused")
    return Delay(_p99_ms(alone), _p99_ms(beside), sum(spent) / len(spent), len(body) / 1_000_000)


def _asking_beside(port: int, tokens: Sequence[str], act: Callable[[], object]) -> list[float]:
    """Seconds that each answer took while something was done."""
    is_over = threading.Event()

    def run() -> None:
        try:
            act()
        finally:
            is_over.set()

    acting = threading.Thread(target=run)
    acting.start()
    waited = _asking(port, tokens, is_over, seconds=PATIENCE_SECONDS)
    acting.join()
    return waited


def report(delay: Delay, console: Console) -> None:
    """One line."""
    console.print(
        f"publish, others beside {delay.megabytes:.0f} MB with eight pictures "
        f"({delay.save_seconds:.1f} s each): p99 {delay.beside_ms:.1f} ms, alone "
        f"{delay.alone_ms:.1f} ms, ratio {delay.ratio:.2f} (at most {BAR:.1f})"
    )


def large_body(channel_id: int) -> bytes:
    """A draft with a picture of 40 million pixels and seven that cannot be packed."""
    dice = random.Random(1)  # noqa: S311 - noise, no secret
    huge = Image.new("RGBA", (8000, 5000), (1, 2, 3, 128))
    huge.paste(_noise(dice, "RGBA", (1000, 1000)), (100, 100))
    pictures = [huge, *(_noise(dice, "RGB", (750, 700)) for _ in range(7))]
    shown = "".join(f'<img src="data:image/png;base64,{_packed(each)}">' for each in pictures)
    text = {
        "title": "有很多图的一篇文章",
        "content": f"<p>字</p>{shown}",
        "cover": {"type": 0, "images": []},
        "channel_id": channel_id,
    }
    return json.dumps(text, ensure_ascii=False).encode()


def _noise(dice: random.Random, mode: str, size: tuple[int, int]) -> Image.Image:
    return Image.frombytes(mode, size, dice.randbytes(size[0] * size[1] * len(mode)))


def _packed(image: Image.Image) -> str:
    scratch = BytesIO()
    image.save(scratch, "PNG")
    return base64.b64encode(scratch.getvalue()).decode()


def _asking(
    port: int, tokens: Sequence[str], is_over: threading.Event, *, seconds: float
) -> list[float]:
    """Seconds that each answer took, until it is over."""
    until = time.monotonic() + seconds
    waited: list[float] = []

    def ask(token: str) -> None:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE_SECONDS)
        while not is_over.is_set() and time.monotonic() < until:
            began = time.perf_counter()
            connection.request("GET", FEED, headers={"Authorization": f"Bearer {token}"})
            connection.getresponse().read()
            waited.append(time.perf_counter() - began)
            time.sleep(PAUSE_SECONDS)
        connection.close()

    readers = itertools.islice(itertools.cycle(tokens), ASKING)
    asking = [threading.Thread(target=ask, args=(token,)) for token in readers]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    return waited


def _save_into(spent: list[float], port: int, token: str, body: bytes) -> None:
    spent.append(_save(port, token, body))


def _save(port: int, token: str, body: bytes) -> float:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE_SECONDS)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    began = time.perf_counter()
    connection.request("POST", SAVE, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.client.CREATED:
        raise RuntimeError(f"a save was answered {answer.status}")
    return time.perf_counter() - began


def _p99_ms(waited: Sequence[float]) -> float:
    ordered = sorted(waited)
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] * 1000
