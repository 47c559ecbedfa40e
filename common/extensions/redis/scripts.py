"""Lua scripts: each lies as a file beside the module that runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

OWN: Final = "own("


def load_script(beside: str, name: str) -> str:
    """The text of a script; ``own`` (own.lua) stands before those that call it.

    :param beside: ``__file__`` of the module that runs it
    :param name: the file's name without its ending
    """
    script = Path(beside).with_name(f"{name}.lua").read_text(encoding="utf-8")
    if OWN not in script:
        return script
    return Path(__file__).with_name("own.lua").read_text(encoding="utf-8") + script
