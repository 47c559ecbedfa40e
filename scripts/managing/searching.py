"""The search index by hand: made anew, and asked why it finds what it finds."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from common import search
from common.errors import InvalidInput
from common.extensions.db import session_scope
from common.search import Kind, Query
from common.services.search import rebuilding
from common.utils.parameters.basic import MAX_ID
from common.utils.parameters.phrases import Phrase
from scripts.managing.console import bars, out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, everything

app = typer.Typer(no_args_is_help=True, help="Look into the search index.")

NAMES = {Kind.PUBLIC: "Readers' articles", Kind.OWN: "Authors' own articles"}


def reindex(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Make the search index anew; the old one is searched until the new one is whole.

    \b
    Example:
      scripts/manage reindex
    """
    with everything(data_dir), session_scope(), bars() as shown:
        outcome = rebuilding.rebuild(
            progress=lambda kind, done, total: shown.report(NAMES[kind], done, total)
        )
    for line in outcome.lines:
        out.print(line, markup=False)


@app.command()
def explain(
    query: Annotated[str, typer.Argument(help="What is searched for, as readers type it.")],
    article_id: Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The article in question.")],
    owner: Annotated[
        int | None,
        typer.Option(min=1, max=MAX_ID, help="Among this author's own articles instead."),
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Say why a search finds an article where it does, or why not.

    \b
    Example:
      scripts/manage search explain 城市夜跑 1512345678901
    """
    phrase = Phrase.of(query)
    if phrase is None:
        raise InvalidInput("A phrase has 1 to 50 characters and no control characters.")
    with everything(data_dir), session_scope():
        found = search.engine().explain(Query(phrase, owner_id=owner), article_id)
    if found.corrected is not None:
        out.print(f"Searched for instead: {found.corrected}", markup=False)
    out.print(f"Terms: {' '.join(found.terms) or 'none'}", markup=False)
    if not found.is_indexed:
        out.print("The article is not in the index: it is not visible, or does not exist.")
    elif found.tier is None:
        out.print("The article has none of these terms.")
    else:
        spelling = "as typed" if found.tier == 1 else "in another spelling only"
        out.print(f"Found {spelling}, with a score of {found.score:.4f}:")
        table = Table("field", "term", "score", box=None, pad_edge=False)
        for share in sorted(found.shares, key=lambda share: -share.score):
            table.add_row(share.field, share.term, f"{share.score:.4f}")
        out.print(table)
