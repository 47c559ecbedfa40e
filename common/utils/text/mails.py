"""E-mail addresses in texts of others: personal data that is not ours to publish."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "[邮箱]"

_LOCAL: Final = r"[A-Za-z0-9\u00c0-\u024f._%+'-]"
# A run of letters is looked at once, from its start; @name@server is no mail.
_MAIL: Final = re.compile(
    rf"(?<!{_LOCAL})(?<![@＠])(?:mailto:)?(?P<local>{_LOCAL}++)[@＠]"
    r"(?:[\w-]++\.)+(?P<last>[A-Za-z]{2,})",
    re.IGNORECASE,
)
_AROUND: Final = re.compile(r"[<(（《\[]\s*[>)）》\]]")
_EDGES: Final = " \t\n<>()（）[]\"',;:|/-–—"
# photo@2x.png is a file, medium.com/@name a page
_FILES: Final = frozenset(
    {"avif", "css", "gif", "htm", "html", "jpeg", "jpg", "js", "json", "php", "png", "svg", "webp"}
)
_PROGRAMS: Final = frozenset({"git"})  # git@host:project
_NOBODY: Final = frozenset({"admin", "noreply", "null", "none", "undefined", "unknown"})


def without_mails(text: str, *, instead: str = HIDDEN) -> str:
    """``text`` with every e-mail address replaced."""
    if "@" not in text and "＠" not in text:
        return text
    return _MAIL.sub(lambda match: match[0] if _is_harmless(match) else instead, text)


def _is_harmless(match: re.Match[str]) -> bool:
    return match["last"].lower() in _FILES or match["local"] in _PROGRAMS


def person_in(text: str) -> str:
    """The name in ``name <mail>``, ``mail (name)`` or ``name``; empty if there is only a mail."""
    name = without_mails(text, instead=" ")
    if name != text:
        name = _AROUND.sub(" ", name)
        name = name.strip(_EDGES)
    return "" if name.lower() in _NOBODY else " ".join(name.split())
