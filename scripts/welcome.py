"""What scripts/run tells people once everything answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from scripts.running import Addresses

DEMO_CODE = "246810"

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


def show(addresses: Addresses, prepared: dict[str, Any], data_dir: Path) -> None:
    """Print addresses, logins and what to try."""
    base = addresses.url(addresses.port)
    console.print()
    console.print(_urls(base, addresses.url(addresses.front_port)))
    if prepared["is_demo"]:
        console.print(_logins(prepared))
    else:
        console.print("Make an administrator with: scripts/manage create-admin")
    console.print("\nTry this in another terminal:" if prepared["is_demo"] else "")
    if prepared["is_demo"]:
        for line in commands(base, prepared["reader_mobile"]):
            print(line)
    console.print(f"\nData and logs are in {data_dir}. Ctrl-C stops everything.", soft_wrap=True)


def commands(base: str, mobile: str) -> list[str]:
    """Three shell lines: sign in, read the feed, comment on an article of it."""
    return [
        line.format(base=base, mobile=mobile, code=DEMO_CODE) for line in (LOGIN, FEED, COMMENT)
    ]


def _urls(base: str, front: str) -> Table:
    table = Table(title="The Toutiao backend is running", title_justify="left")
    table.add_column("what")
    table.add_column("where", no_wrap=True)
    rows = {
        "everything under one address, for browsers": f"{front}/",
        "API for apps and web clients": f"{base}/v1_0  {base}/v1_1",
        "the recommended feed": f"{base}/v1_1/articles?channel_id=0",
        "media platform, for editors": f"{base}/mp/v1_0",
        "admin system": f"{base}/mis/v1_0",
        "documentation to try the API from": f"{base}/docs",
        "pictures": f"{base}/media/",
        "health": f"{base}/readyz",
    }
    for what, where in rows.items():
        table.add_row(what, where)
    return table


def _logins(prepared: dict[str, Any]) -> Table:
    table = Table(title="Demo logins", title_justify="left")
    for name in ("who", "login", "code or password"):
        table.add_column(name)
    table.add_row("reader", prepared["reader_mobile"], DEMO_CODE)
    table.add_row("editor (media platform)", prepared["editor_mobile"], DEMO_CODE)
    table.add_row("anybody else", "any mobile number", DEMO_CODE)
    table.add_row("administrator", prepared["admin_account"], prepared["admin_password"])
    return table
