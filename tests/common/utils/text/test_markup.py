"""Tags and texts are cut where browsers cut them."""

from __future__ import annotations

import pytest

from common.utils.text.markup import Tag, Text, start_tag, tokens


def _seen(html: str) -> list[str]:
    """Names of tags (ends with a slash) and the texts between them."""
    return [
        token.text if isinstance(token, Text) else "/" * token.is_end + token.name
        for token in tokens(html)
    ]


def _only(html: str) -> Tag:
    (tag,) = tokens(html)
    assert isinstance(tag, Tag)
    return tag


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("a<B>b</B >c", ["a", "b", "b", "/b", "c"]),
        ("1 < 2 &amp; <3", ["1 < 2 & <3"]),
        ("a<!-- <b> -->b<!-->c<!--->d<!-- x --!>e", ["a", "b", "c", "d", "e"]),
        ("a<!doctype html>b<?xml x?>c</>d</ x>e", ["a", "b", "c", "d", "e"]),
        ("<script>if (a<b) '</b>'</script>z", ["script", "if (a<b) '</b>'", "/script", "z"]),
        ("<textarea><b>&amp;</textarea>", ["textarea", "<b>&amp;", "/textarea"]),
        ("<plaintext></plaintext><b>", ["plaintext", "</plaintext><b>"]),
        ("a<b title='>'>c", ["a", "b", "c"]),
        ('a<b =">c', ["a", "b", "c"]),
        ("a<b", ["a"]),
        ('a<b title="c>d', ["a"]),
        ("a<!-- b", ["a"]),
        ("", []),
    ],
)
def test_markup_is_told_from_text(html: str, seen: list[str]):
    assert _seen(html) == seen


def test_attributes_are_decoded_and_the_first_of_a_name_counts():
    html = "<img SRC=a/b/ alt='q>' title=\"&quot;x&quot;\" hidden data-x = y src=other / >"

    assert _only(html).attributes == {
        "src": "a/b/",
        "alt": "q>",
        "title": '"x"',
        "hidden": "",
        "data-x": "y",
    }


def test_an_address_with_parameters_is_not_taken_for_entities():
    tag = _only('<a href="?a=1&copy=2&amp;lt=3&#38;d=4&notit&reg;&copy">')

    assert tag.attributes["href"] == "?a=1&copy=2&lt=3&d=4&notit®©"


def test_what_is_written_reads_the_same():
    attributes = {"title": "a\"b'<&amp;>", "alt": ""}

    tag = _only(start_tag("img", attributes))

    assert tag.attributes == attributes
