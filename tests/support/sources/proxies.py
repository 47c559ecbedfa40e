"""What is behind Flask's proxies, whose types say that they are it."""

from __future__ import annotations

from typing import Any


def behind(proxy: Any) -> Any:
    """The object that ``proxy`` stands for at the moment."""
    return proxy._get_current_object()
