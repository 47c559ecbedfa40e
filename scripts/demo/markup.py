"""Markdown of the demo's texts to article HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from common.utils.text.html import sanitise

# Alone in its paragraph: what the picture shows, in one word of the artwork, and its caption.
PICTURE: Final = re.compile(r"\[插图: ([^\]]+)\] (.+)")

_markdown: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


class Illustration(NamedTuple):
    """A picture that a text asks for: what it shows, and what is written below it."""

    motif: str
    caption: str


def illustrations(body: str) -> list[Illustration]:
    """The pictures that ``body`` asks for, in order."""
    return [found for token in _markdown.parse(body) if (found := _illustration(token))]


def render(body: str, *, pictures: Sequence[str] = ()) -> str:
    """Sanitised HTML of ``body``.

    :param pictures: one source per illustration, in order
    """
    sources = iter(pictures)
    tokens = _markdown.parse(body)
    for token in tokens:
        if asked := _illustration(token):
            token.children = _picture(next(sources), asked.caption)
    return sanitise(_markdown.renderer.render(tokens, _markdown.options, {})).strip()


def _illustration(token: Token) -> Illustration | None:
    match = PICTURE.fullmatch(token.content) if token.type == "inline" else None
    return Illustration(*match.groups()) if match else None


def _picture(source: str, caption: str) -> list[Token]:
    """An image with its caption below, in one paragraph: clients do not style ``figure``."""
    text = Token("text", "", 0, content=caption)
    return [
        Token(
            "image", "img", 0, attrs={"src": source, "alt": ""}, children=[text], content=caption
        ),
        Token("hardbreak", "br", 0),
        Token("em_open", "em", 1),
        text,
        Token("em_close", "em", -1),
    ]
