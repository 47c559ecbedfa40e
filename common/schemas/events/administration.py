"""Administrators and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class AdministratorChanged(Event):
    """An administrator was made, changed, locked out or deleted, or his tokens were ended."""

    administrator_id: int


@dataclass(frozen=True, kw_only=True)
class RightsChanged(Event):
    """What the members of these groups may do is another: their grants, status or codes."""

    group_ids: tuple[int, ...]
