"""The configuration as the processes see it."""

from __future__ import annotations

import typer
from rich.table import Table

from common import settings as configuration
from common.settings import Settings
from common.utils import captcha
from scripts.managing import settings_page
from scripts.managing.console import out, warn
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, configured

app = typer.Typer(no_args_is_help=True, help="Check, show or describe the configuration.")


@app.command()
def check(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Say what is wrong with the configuration, without connecting to anything.

    Warnings leave the exit code 0.

    \b
    Examples:
      scripts/manage config check
      TOUTIAO_WEB_SETTINGS=/etc/toutiao/settings.py scripts/manage config check
    """
    settings = configured(data_dir)
    warnings = _warnings(settings)
    for text in warnings:
        warn(text)
    out.print("The configuration is valid." if not warnings else "The configuration can be used.")


@app.command()
def show(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Show every setting with its value; secrets are masked.

    \b
    Example:
      scripts/manage config show
    """
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in configuration.masked(configured(data_dir)).items():
        table.add_row(f"TOUTIAO_{name}", _shown(value))
    out.print(table, markup=False)


@app.command()
def docs(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Write docs/settings.md, as the code says it.

    No installation is looked at, whatever --data-dir says.

    \b
    Example:
      scripts/manage config docs
    """
    settings_page.PAGE.write_text(settings_page.text(), encoding="utf-8")
    out.print(f"{settings_page.PAGE}: {len(Settings.model_fields)} settings")


def _warnings(settings: Settings) -> list[str]:
    found = configuration.warnings()
    if settings.mode == "production" and captcha.build(settings) is None:
        found.append("no captcha: whoever knows a mobile may have codes sent to it")
    return found


def _shown(value: object) -> str:
    if value is None or value == "" or value == []:
        return "-"
    return str(value)
