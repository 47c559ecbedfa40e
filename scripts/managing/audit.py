"""The log of what operators did."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from common.errors import InvalidInput
from common.services.audit import verifying
from scripts.managing.console import complain, out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, everything

app = typer.Typer(no_args_is_help=True, help="Check the log of what operators did.")

_HEAD = re.compile(r"([0-9]{1,19}):([0-9a-f]{64})")


@app.callback()
def _family() -> None:
    """Keeps the one command a command of its own."""


@app.command()
def verify(
    head: Annotated[
        str, typer.Option("--head", help="NUMBER:VALUE, as the job audit.head logged it once.")
    ] = "",
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Walk along the chain; exit 1 if an entry was changed, removed or put in.

    \b
    Examples:
      scripts/manage audit verify
      scripts/manage audit verify --head 881:5e1c...
    """
    noted = _noted(head)
    with everything(data_dir):
        verdict = verifying.verify(noted=noted)
    out.print(f"{verdict.checked} entries in order.", markup=False)
    if verdict.broken_at is not None:
        complain(f"Entry {verdict.broken_at} is missing, or not as it was written.")
        raise typer.Exit(1)
    out.print(f"head: {verdict.last_id}:{verdict.hash}", markup=False)


def _noted(text: str) -> tuple[int, str] | None:
    if not text:
        return None
    found = _HEAD.fullmatch(text)
    if found is None:
        raise InvalidInput("--head is NUMBER:VALUE, with 64 hexadecimal digits.")
    return int(found[1]), found[2]
