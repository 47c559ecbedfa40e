"""Which articles a reader is offered: one interface, the built-in recommender behind it.

The gRPC recommender of contract/rpc.md §1 is another implementation of :class:`Recommender`; the
built-in one is also its fallback, so a feed never depends on a remote service being up.
"""

from __future__ import annotations

from common.services.recommending.builtin import BuiltinRecommender
from common.services.recommending.interface import (
    Offer,
    Question,
    Recommender,
    Suggestion,
    WantedOffer,
)

__all__ = ["Offer", "Question", "Recommender", "Suggestion", "WantedOffer", "current"]

_builtin = BuiltinRecommender()


def current() -> Recommender:
    """The recommender to ask."""
    return _builtin
