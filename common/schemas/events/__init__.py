"""What happened: the frozen values that services hand to the outbox, a module per noun.

An event says what changed in SQL, never what is to be done about it: that is for the reactions
(services/outbox/reactions). ``user_id`` is always who acted, ``author_id`` the author of the
article concerned.
"""

from __future__ import annotations


class Event:
    """Something that happened; subclasses are frozen dataclasses with keyword-only fields."""
