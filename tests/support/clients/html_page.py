"""A page of ours, taken apart: what it shows, links to, and would load."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urljoin

LOADING: Final = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src"}
SILENT: Final = frozenset({"style", "title"})


class HtmlPage(HTMLParser):
    """``texts`` are what people read, in order; addresses are as written."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.texts: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.meta: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        values: dict[str, Any] = dict(attrs)
        self.tags.append(tag)
        self.attributes += values
        self._open.append(tag)
        if tag == "a":
            self.links.append(values["href"])
        elif tag == "meta" and "name" in values:
            self.meta[values["name"]] = values["content"]
        elif tag == "link" or (tag in LOADING and LOADING[tag] in values):
            self.loaded.append(values.get("href") or values[LOADING[tag]])

    def handle_endtag(self, tag: str) -> None:
        """Back to what is around it."""
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """What people read."""
        if data.strip() and not SILENT.intersection(self._open):
            self.texts.append(data.strip())

    @property
    def pictures(self) -> list[str]:
        """What it loads, apart from what stands in the page itself."""
        return [address for address in self.loaded if not address.startswith("data:")]

    @property
    def style_hash(self) -> str:
        """How a policy names the style of the page."""
        found = re.search(r"<style>(.*?)</style>", self.html, re.DOTALL)
        assert found is not None
        return base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()

    def paths(self, addresses: list[str], at: str) -> list[str]:
        """Where the addresses lead from a page at ``at``, without fragments."""
        return [urljoin(at, address).partition("#")[0] for address in addresses]
