"""Lua scripts: each lies as a file beside the module that runs it."""

from __future__ import annotations

from pathlib import Path


def load_script(beside: str, name: str) -> str:
    """The text of a script.

    :param beside: ``__file__`` of the module that runs it
    :param name: the file's name without its ending
    """
    return Path(beside).with_name(f"{name}.lua").read_text(encoding="utf-8")
