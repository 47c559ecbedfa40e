"""Whatever editors send: what is kept is what a browser then sees, and nothing active in it.

html5ever, which parses as browsers do, reads the output once more: if nothing changes, then every
element and attribute of its tree is one that is allowed.
"""

from __future__ import annotations

import random
import re

import pytest

from common.services.writing.contents.bodies import settled
from common.utils.text.html import measure, pictures_of, sanitise, text_of
from common.utils.text.markup import Tag, names, tokens

DOCUMENTS = 150  # of each seed
LONGEST = 60  # pieces of a document

PIECES = [
    *[
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "</a>",
        "<li>",
        "</li>",
        "<ul>",
        "</ul>",
        "<br/>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
    ],
    *[
        "<pre>",
        "<code>",
        "</code>",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<svg>",
        "</svg>",
        "<math>",
        "<mtext>",
    ],
    *[
        "<mglyph>",
        "<malignmark>",
        "<annotation-xml>",
        "<noscript>",
        "</noscript>",
        "<template>",
        "<embed>",
    ],
    *[
        "<textarea>",
        "</textarea>",
        "<title>",
        "</title>",
        "<xmp>",
        "</xmp>",
        "<plaintext>",
        "<select>",
        "<option>",
    ],
    *[
        "<link>",
        "<!--",
        "-->",
        "--!>",
        "<!",
        "<?xml?>",
        "<![CDATA[",
        "]]>",
        "</",
        "<//",
        "<a/b>",
        "&lt;",
        "&#60;",
        "&#x3c",
        "&",
        "<",
        ">",
        "/",
    ],
    *[
        '"',
        "'",
        "`",
        "=",
        "onerror=x()",
        "style=a:b",
        "javascript:x()",
        "data:text/html,",
        "//e.example/x",
        "字",
        "😀",
        "İ",
    ],
    *["https://example.com/x", "/media/a.png", "<iframe>", "<object>", "<form>", "<input>"],
    *["<a href=", "<img src=", "<td colspan=2>", "<image href=x>", "<base href=//e.example>"],
    *["<svg><style><img src=x onerror=y>", "<input type=checkbox checked>", " onload='x()' "],
    *[" ", "\n", "\t", "\0", "\ufeff", "\u2028", "<\x0bp>"],
]
ACTIVE = names("script style svg math iframe object embed form base meta link template noscript")
ADDRESS = re.compile(r"https?://|/media/|mailto:")


def tags_of(html: str) -> list[Tag]:
    return [token for token in tokens(html) if isinstance(token, Tag)]


def is_active(tag: Tag) -> bool:
    addresses = [tag.attributes[name] for name in ("href", "src") if name in tag.attributes]
    return (
        tag.name in ACTIVE
        or any(name.startswith("on") or name == "style" for name in tag.attributes)
        or not all(map(ADDRESS.match, addresses))
    )


def documents(seed: int) -> list[str]:
    source = random.Random(seed)
    return [
        "".join(source.choices(PIECES, k=source.randrange(1, LONGEST))) for _ in range(DOCUMENTS)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_what_comes_out_is_what_a_browser_sees(seed):
    for document in documents(seed):
        kept = settled(document)

        assert (document, sanitise(kept)) == (document, kept)
        assert (document, [tag.source for tag in tags_of(kept) if is_active(tag)]) == (document, [])


@pytest.mark.parametrize("seed", range(4))
def test_long_documents_too(seed):
    """Those are put in order before a parser sees them."""
    document = "".join(documents(seed)) * 3
    kept = settled(document)

    assert sanitise(kept) == kept
    assert text_of(kept) == text_of(sanitise(kept))
    assert measure(kept).pictures == len(pictures_of(kept))
