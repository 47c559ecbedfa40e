"""Whose a batch of decisions is: who decided takes it back (contract/security.md row 32)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from common.errors import NotAllowed
from common.schemas.administration.operators import Operator

NOT_HIS: Final = "Permission denied."


def require_own(operator: Operator, reviewer_ids: Iterable[int | None]) -> None:
    """See that the operator himself decided what he takes back.

    Who may do everything takes back anybody's: a mistake must not outlive the account of whoever
    made it.

    :raises NotAllowed: somebody else did
    """
    if not operator.is_super and set(reviewer_ids) - {operator.administrator_id}:
        raise NotAllowed(NOT_HIS)
