"""What a background job has to say when it is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The result of one run.

    :param rows_changed: how much it changed; a dry run says how much it would have
    :param lines: for whoever started it by hand
    :param failures: parts that failed while others went on; any makes the run a failure
    """

    rows_changed: int = 0
    lines: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
