"""HTML of templates: everything escaped, the style inside, nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from common.utils import clock, media

FOLDER: Final = Path(__file__).parent
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


class Renderer:
    """The templates with their style, and the policy under which browsers show them.

    :param media_url: where pictures are if not with us (setting ``MEDIA_URL``), or empty
    """

    def __init__(self, media_url: str) -> None:
        style = (FOLDER / "static" / "face.css").read_text(encoding="utf-8")
        self._templates = Environment(
            autoescape=True,
            loader=FileSystemLoader(FOLDER / "templates"),
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.filters |= {"ago": ago, "figure": figure}
        self._templates.globals |= {"beside_page": media.beside_page, "style": Markup(style)}  # noqa: S704 - our own file
        self.policy: Final = _policy(style, media_url)

    def render(self, template: str, **values: Any) -> str:
        """The page."""
        return self._templates.get_template(template).render(**values)


def ago(published_ms: int) -> str:
    """How long ago, as people say it."""
    passed = timedelta(milliseconds=max(0, clock.now_ms() - published_ms))
    if passed < _HOUR:
        return f"{passed // _MINUTE} 分钟前" if passed >= _MINUTE else "刚刚"
    if passed < _DAY:
        return f"{passed // _HOUR} 小时前"
    if passed < _WEEK:
        return f"{passed // _DAY} 天前"
    moment = clock.from_ms(published_ms)
    return f"{moment.year} 年 {moment.month} 月 {moment.day} 日"


def figure(count: int) -> str:
    """A count, shortened as Chinese counts: 1.2 万."""
    return str(count) if count < 10_000 else f"{count / 10_000:.1f} 万"


def _policy(style: str, media_url: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    parts = urlsplit(media_url)
    elsewhere = f" {parts.scheme}://{parts.netloc}" if media_url else ""
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:{elsewhere}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
