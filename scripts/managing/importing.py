"""Bringing real content in."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from common.services.importing import articles
from common.services.importing.pictures import PictureStore
from common.services.importing.sources import open_source
from common.utils import storage
from scripts.managing.console import bars, out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, everything


def import_source(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="A feed or a dump.")],
    channel: Annotated[
        str, typer.Option(help="Channel of items that name none; of a feed: its title.")
    ] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Read so many items at most.")] = None,
    pictures: Annotated[
        bool, typer.Option(help="Fetch pictures and keep them, or leave them where they are.")
    ] = True,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Import articles from RSS, Atom, or JSON lines; what was imported before is not doubled.

    A line of JSON has the members title, content, channel, and, if known, author, cover and
    published_at. Channels and authors that are missing are made.

    \b
    Examples:
      scripts/manage import https://example.com/feed.xml --channel 科技动态
      scripts/manage import dump.jsonl --limit 1000
      scripts/manage import dump.jsonl --no-pictures
    """
    with everything(data_dir) as settings, bars() as shown:
        store = PictureStore(storage.build(settings)) if pictures else None
        outcome = articles.import_items(
            islice(open_source(source, channel=channel), limit),
            pictures=store,
            progress=lambda done: shown.report("Importing", done, limit),
        )
    out.print(
        f"Imported {outcome.imported} articles; {outcome.known} were here already, "
        f"{outcome.unusable} had no title or no content. "
        f"New: {outcome.channels} channels, {outcome.authors} authors."
    )
    if store is not None and store.missing:
        out.print(f"{store.missing} pictures could not be fetched.")
