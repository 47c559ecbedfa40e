"""What takes long to load is there before the first request of who answers people."""

from __future__ import annotations

from common.services.moderation import letters
from common.utils.text import dictionaries


def warm() -> None:
    """Load the dictionaries, and the tables that are made of them; a repeat costs nothing."""
    dictionaries.warm()
    letters.tables()
