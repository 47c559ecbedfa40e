"""Procedural pictures of the demo content: article covers and avatars, without any file."""

from .avatars import draw_avatar, draw_default_avatar
from .covers import draw_cover
from .motifs import MOTIFS

__all__ = ["MOTIFS", "draw_avatar", "draw_cover", "draw_default_avatar"]
