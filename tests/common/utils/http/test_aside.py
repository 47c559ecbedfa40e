"""Pictures in large bodies: parsing around them means the same as parsing all, in small steps."""

from __future__ import annotations

import json
import random
from base64 import b64encode

import pytest

from common.utils.http import aside, json_body
from common.utils.http.aside import USUAL, Misplaced, Sizes, set_aside
from common.utils.http.json_body import MalformedJson, NotAnObject, decode
from tests.support.harness.steps import Longest

OTHERS = "0123456789abcdef" * 2 + "00000000"  # a placeholder as if of another request
MEGABYTES = 20 * 1024 * 1024
PIECES = [
    *(";base64,", ";base64", ",", "A", "b64+/==", r"\/", r"\/\/A", "\\", r"\\", r"\"", r"\n"),
    *(r"\u0041", r"\u4e00", r"\ud83d", r"\ude00", r"\u0", "字", "😀", '"', " ", "<img src='data:"),
    *("'>", OTHERS, ":", "\x01", "1", "-", ".", "e"),
]


SMALL = Sizes(large=0, shortest=4, step=3)  # a few bytes are treated as megabytes are


def read(body: bytes, sizes: Sizes = SMALL) -> object:
    """What a body means, or how it is refused."""
    try:
        return decode(body, sizes)
    except MalformedJson as error:
        return type(error)


class Documents:
    """Random ones, with base64 wherever text may be, and some that are none."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def one(self) -> bytes:
        members = ", ".join(self._member() for _ in range(self._dice.randrange(4)))
        document = f"{{{members}}}".encode()
        if self._dice.random() < 0.3:
            return document
        at = self._dice.randrange(len(document) + 1)
        if self._dice.random() < 0.5:
            return document[:at]  # cut off
        odd = self._dice.choice([*(each.encode() for each in PIECES), b"\xff", b"\xed\xa0\x80"])
        return document[:at] + odd + document[at:]

    def _member(self) -> str:
        name = self._dice.choice(["a", "b", self._text()])
        value = self._dice.choice(['"%s"', '"%s"', '"%s"', '["%s"]', '{"c": "%s"}', "12"])
        return f'"{name}": {value.replace("%s", self._text())}'

    def _text(self) -> str:
        pieces = [*PIECES[: self._dice.choice([7, 19, len(PIECES)])], ";base64,", "AAAAA", "b/+="]
        text = "".join(self._dice.choices(pieces, k=self._dice.randrange(12)))
        return text.replace("\\", "") if self._dice.random() < 0.4 else text


@pytest.mark.parametrize("seed", range(8))
def test_a_body_means_the_same_whether_or_not_pictures_are_parsed(seed):
    documents = Documents(seed)
    asides = put_back = 0
    for _ in range(4000):
        body = documents.one()
        was_read = read(body)

        assert was_read == read(body, Sizes(large=len(body))), body
        has_run = set_aside(body, SMALL) is not None
        asides += has_run
        put_back += has_run and isinstance(was_read, dict)

    assert (asides > 400, put_back > 100) == (True, True), (asides, put_back)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r'{"a": "x;base64,AA\/B+/="}', {"a": "x;base64,AA/B+/="}),
        (r'{"a": ";base64,AAAA\\AAAA"}', {"a": r";base64,AAAA\AAAA"}),
        (r'{"a": ";base64,AAAA\u0041AAA\n"}', {"a": ";base64,AAAAAAAA\n"}),
        (r'{"a": "\ud83d;base64,AAAA\ude00"}', {"a": "\ufffd;base64,AAAA\ufffd"}),
        ('{"a": ";base64,AAAA;base64,BBBBB;base64,CC", "b": "字;base64,DDDD"}', None),
        ('{"a": ";base64,AAAA", "b": {"c": [";base64,BBBB"]}}', None),
        ('{";base64,AAAA": 1, ";base64,AAAAA": 2}', None),
        ('{"a": ";base64,"}', None),
        ('{";base64,AAAA": 1, ";base64,AAAA": 2}', MalformedJson),
        ('{"a": ";base64,AAAA", "a": ";base64,BBBB"}', MalformedJson),
        (r'{"a": "\;base64,AAAA"}', MalformedJson),
        ('{"a": ";base64,AAAA', MalformedJson),
        ('{"a": ;base64,AAAA}', MalformedJson),
        ('{"a": 1;base64,1111}', MalformedJson),
        ('[";base64,AAAA"]', NotAnObject),
        ('";base64,AAAA"', NotAnObject),
    ],
)
def test_where_base64_may_stand(body, expected):
    assert read(body.encode()) == (json.loads(body) if expected is None else expected)


def test_nobody_can_write_a_placeholder():
    body = b'{"a": ";base64,AAAA"}'

    first, second = (set_aside(body, SMALL).rest for _ in range(2))

    assert first != second
    assert len(first) > len(body) + 24  # of 32 hexadecimal digits nobody guesses one


def test_what_is_no_member_itself_is_not_put_back():
    found = set_aside(b'{"a": [";base64,AAAA"]}', SMALL)

    with pytest.raises(Misplaced):
        found.put_back(json.loads(found.rest))


def test_short_ones_are_parsed():
    sizes = Sizes(large=0)

    assert set_aside(b'{"a": ";base64,' + b"A" * (USUAL.shortest - 1) + b'"}', sizes) is None
    assert set_aside(b'{"a": ";base64,' + b"A" * USUAL.shortest + b'"}', sizes) is not None


def test_very_many_short_ones_are_not_looked_at_one_by_one(monkeypatch):
    monkeypatch.setattr(aside, "_PIECE", counted := Counted(aside._PIECE))
    text = ";base64,A" * 100_000

    assert decode(json.dumps({"a": text, "b": text}).encode()) == {"a": text, "b": text}

    assert 0 < counted.calls <= 2 * aside.MOST


@pytest.mark.parametrize("beside", ["", "字", "😀"])
@pytest.mark.parametrize("escaped", [False, True])
def test_no_call_is_given_more_than_a_little(beside, escaped, monkeypatch):
    dice = random.Random(1)
    pictures = [b64encode(dice.randbytes(MEGABYTES // 8 // 4 * 3)).decode() for _ in range(8)]
    shown = "".join(f'<img src="data:image/png;base64,{each}">' for each in pictures)
    text = json.dumps({"title": beside, "content": beside + shown}, ensure_ascii=False)
    body = (text.replace("/", r"\/") if escaped else text).encode()
    assert len(body) > 0.99 * MEGABYTES
    longest = Longest()
    for name in ("_DECODER", "orjson", "_TEXT", "_ESCAPE", "_ENCODED"):
        monkeypatch.setattr(json_body, name, longest.of(getattr(json_body, name)))
    monkeypatch.setattr(aside, "_PIECE", longest.of(aside._PIECE))

    assert decode(body) == {"title": beside, "content": beside + shown}

    assert 0 < longest.given <= USUAL.step


class Counted:
    """A pattern that counts how often it is looked for."""

    def __init__(self, pattern):
        self._pattern = pattern
        self.calls = 0

    def match(self, *arguments):
        """As of the pattern."""
        self.calls += 1
        return self._pattern.match(*arguments)
