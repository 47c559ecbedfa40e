"""Markdown of the demo's texts to article HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from common.utils.text.html import sanitise

PICTURE_MARK: Final = "[插图]"  # alone in its paragraph, followed by the caption

_markdown: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def captions(body: str) -> list[str]:
    """The captions of the pictures that ``body`` asks for, in order."""
    return [_caption(token) for token in _markdown.parse(body) if _is_picture(token)]


def render(body: str, *, pictures: Sequence[str] = ()) -> str:
    """Sanitised HTML of ``body``.

    :param pictures: one source per caption, in order
    """
    sources = iter(pictures)
    tokens = _markdown.parse(body)
    for token in tokens:
        if _is_picture(token):
            token.children = _picture(next(sources), _caption(token))
    return sanitise(_markdown.renderer.render(tokens, _markdown.options, {})).strip()


def _is_picture(token: Token) -> bool:
    return token.type == "inline" and token.content.startswith(PICTURE_MARK)


def _caption(token: Token) -> str:
    return token.content.removeprefix(PICTURE_MARK).strip()


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
