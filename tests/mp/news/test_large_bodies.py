"""Bodies with pictures inside of them: many megabytes, and no more memory than these take."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from PIL import Image

from common.utils.text.html import sanitise, text_of
from common.utils.text.markup import Tag, tokens
from common.utils.text.nesting import DEEPEST
from mp.resources.news.bodies import ARTICLE_BYTES
from tests.support.clients.images import encoded, png_of_kind
from tests.support.clients.uploading import in_json
from tests.support.scenarios.writing import PATH, body_of, sent, written

PICTURES = 8
SIDES = (900, 700)
TWENTY_MEGABYTES = 20 * 1024 * 1024
HARD_LIMIT = 150_000_000  # bytes; the contract allows 250
CONTRACT = 250_000_000
TIMES = 5  # as much as the body: the text in it is held beside it, and a piece of that decoded


@pytest.fixture(scope="module")
def noise() -> list[str]:
    """Pictures of two megabytes each, as they stand in a text."""
    source = random.Random(1)
    width, height = SIDES
    images = [Image.frombytes("RGB", SIDES, source.randbytes(width * height * 3)) for _ in range(8)]
    return [in_json(encoded(image, "PNG"), prefix="data:image/png;base64,") for image in images]


def huge() -> str:
    """Forty million pixels, transparent ones: all of them at once would be 160 megabytes."""
    image = Image.new("RGBA", (8000, 5000), (1, 2, 3, 128))
    return in_json(encoded(image, "PNG"), prefix="data:image/png;base64,")


def wholes() -> list[bytes]:
    """Eight of the kinds that are decoded at once, each about as large as may be in a text."""
    flat = Image.new("RGB", (6200, 4000), (1, 2, 3))
    frames = [Image.new("P", (2000, 2000), number) for number in range(2)]
    return [
        png_of_kind((5200, 3600), bits=16),
        png_of_kind((5200, 3600), bits=16, colours=6),
        png_of_kind((5200, 3600), interlaced=True),
        png_of_kind((5200, 3600), colours=4),
        encoded(flat.resize((3600, 3200)), "PNG", transparency=(9, 9, 9)),
        encoded(flat, "JPEG", progressive=True),
        encoded(flat.resize((2900, 2100)), "WEBP", quality=1, method=0),
        encoded(
            frames[0], "GIF", save_all=True, append_images=frames[1:], transparency=9, disposal=2
        ),
    ]


def padded(picture: bytes, size: int) -> bytes:
    """A picture with something behind its end, which decoders do not look at."""
    return picture + b"\x01" * (size - len(picture))


def request_of(pictures: list[str], channel_id: int) -> bytes:
    """A request of twenty megabytes with eight pictures."""
    text = "<p>正文</p>" + "".join(f'<img src="{each}">' for each in pictures[:PICTURES])
    return json.dumps(sent(channel_id, content=text), ensure_ascii=False).encode()


class Memory:
    """What this process has in memory, at most and now, in bytes (proc(5))."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # the most is counted from here
        self._before = _status("VmRSS")

    @property
    def most(self) -> int:
        """More than before, at most."""
        return _status("VmHWM") - self._before


def _status(name: str) -> int:
    (line,) = (
        each
        for each in Path("/proc/self/status").read_text().splitlines()
        if each.startswith(f"{name}:")
    )
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize(("pixels", "most"), [(0, TIMES * TWENTY_MEGABYTES), (40, HARD_LIMIT)])
def test_eight_pictures_in_a_text_take_bounded_memory(editor, noise, channel_id, pixels, most):
    body = request_of(([] if pixels == 0 else [huge()]) + noise, channel_id)
    assert TWENTY_MEGABYTES * 0.75 < len(body) < ARTICLE_BYTES
    written(editor, channel_id)  # the first save of a process loads what all others use

    memory = Memory()
    answer = editor.post(PATH, data=body, content_type="application/json")

    assert memory.most < most
    assert answer.status_code == 201
    article = body_of(answer.json["data"]["id"])
    assert (article.pictures, len(article.content) < 2000) == (PICTURES, True)


def test_eight_pictures_that_are_decoded_at_once_take_what_the_contract_allows(editor, channel_id):
    size = TWENTY_MEGABYTES * 3 // 4 // PICTURES
    pictures = [in_json(padded(each, size), prefix="data:image/png;base64,") for each in wholes()]
    text = "<p>正文😀</p>" + "".join(f'<img src="{each}">' for each in pictures)
    body = json.dumps(sent(channel_id, content=text), ensure_ascii=False).encode()
    assert TWENTY_MEGABYTES * 0.95 < len(body) < ARTICLE_BYTES
    editor.get(PATH)

    memory = Memory()
    answer = editor.post(PATH, data=body, content_type="application/json")

    assert (answer.status_code, memory.most < CONTRACT) == (201, True), (answer.text, memory.most)
    assert body_of(answer.json["data"]["id"]).pictures == PICTURES


@pytest.mark.parametrize(
    "hostile", ["<div>", "<b>", "<table><tr><td>", "<ul><li>", "<a href=x>", "<svg>", "<p><table>"]
)
def test_what_is_nested_without_end_is_flattened_and_its_text_kept(editor, channel_id, hostile):
    # contract/additions.md §2, "time limits of work"
    count = 300_000 // len(hostile)

    article_id = written(editor, channel_id, content=f"<p>前</p>{hostile * count}末<p>后</p>")

    kept = body_of(article_id).content
    assert _depth(kept) <= DEEPEST + 2
    assert text_of(kept).startswith("前")
    assert sanitise(kept) == kept


def _depth(html: str) -> int:
    depth = deepest = 0
    for token in tokens(html):
        if isinstance(token, Tag) and token.name not in ("br", "hr", "img", "input", "col"):
            depth += -1 if token.is_end else 1
            deepest = max(deepest, depth)
    return deepest
