"""Procedural pictures of the demo content: article covers and avatars, without any file."""

from .avatars import draw_avatar
from .covers import draw_cover

__all__ = ["draw_avatar", "draw_cover"]
