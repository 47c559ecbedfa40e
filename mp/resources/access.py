"""Who may use the editors' door (contract/media-platform.md §1.4, §1.5)."""

from __future__ import annotations

from collections.abc import Sequence

from common.utils.decorators import verified_required
from common.utils.output import Decorator, Resource


class EditorResource(Resource):
    """A resource for verified people only, whatever else its methods are decorated with.

    What belongs to nobody (log-in, codes, channels) is a plain :class:`Resource`, which does not
    look at the ``Authorization`` header at all.
    """

    @classmethod
    def decorators_of(cls, verb: str) -> Sequence[Decorator]:
        """Those of one verb, and around them the check of who is asking."""
        return (*super().decorators_of(verb), verified_required)
