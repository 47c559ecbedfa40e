"""What scripts/run tells people once everything answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

LOGIN = """\
TOKEN=$(curl -s {base}/v1_0/authorizations -H 'Content-Type: application/json' \
-d '{{"mobile": "{mobile}", "code": "{code}"}}' | sed -E 's/.*"token": *"([^"]+)".*/\\1/')"""
FEED = """\
ARTICLE=$(curl -s "{base}/v1_1/articles?channel_id=0&with_top=0&timestamp=$(date +%s)000" \
-H "Authorization: Bearer $TOKEN" | tee /dev/stderr | sed -E 's/.*"art_id": *"?([0-9]+).*/\\1/')"""
COMMENT = """\
curl -s {base}/v1_0/comments -H "Authorization: Bearer $TOKEN" \
-H 'Content-Type: application/json' -d "{{\\"target\\": $ARTICLE, \\"content\\": \\"你好\\"}}\""""

console = Console(highlight=False)


def show(base: str, second: str, prepared: dict[str, Any], data_dir: Path) -> None:
    """Print addresses, logins and what to try.

    :param base: the public address
    :param second: the same, for clients that expect the realtime path on a port of its own
    """
    console.print(_urls(base, second))
    console.print(_logins(prepared))
    if prepared["is_demo"]:
        console.print("Try this in another terminal:\n")
        for line in commands(base, prepared["reader_mobile"], prepared["demo_code"]):
            console.print(line, markup=False, soft_wrap=True)
        console.print()
    else:
        console.print(f"Login codes are written to {data_dir / 'sms.log'}.", soft_wrap=True)
    console.print(f"Data and logs are in {data_dir}. Ctrl-C stops everything.", soft_wrap=True)


def commands(base: str, mobile: str, code: str) -> list[str]:
    """Three shell lines: sign in, read the feed, comment on an article of it."""
    return [line.format(base=base, mobile=mobile, code=code) for line in (LOGIN, FEED, COMMENT)]


def _urls(base: str, second: str) -> Table:
    table = _table("The Toutiao backend is running", "what", "where")
    rows = {
        "everything": f"{base}/",
        "readers' API": f"{base}/v1_0 and /v1_1",
        "editors' API": f"{base}/mp/v1_0",
        "admin API": f"{base}/mis/v1_0",
        "a feed to look at": f"{base}/v1_0/articles?channel_id=0",
        "documentation": f"{base}/docs",
        "pictures": f"{base}/media/",
        "health": f"{base}/readyz",
        "the same, second port": f"{second}/",
    }
    for what, where in rows.items():
        table.add_row(what, where)
    return table


def _logins(prepared: dict[str, Any]) -> Table:
    table = _table("Logins", "who", "login", "code or password")
    if prepared["is_demo"]:
        code = prepared["demo_code"]
        table.add_row("reader", prepared["reader_mobile"], code)
        table.add_row("editor", prepared["editor_mobile"], code)
        table.add_row("anybody else", "any mobile number", code)
    table.add_row(
        "administrator (first start)", prepared["admin_account"], prepared["admin_password"]
    )
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE)
    for name in columns:
        table.add_column(name, no_wrap=True)
    return table
