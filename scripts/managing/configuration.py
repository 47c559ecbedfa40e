"""The configuration as the processes see it."""

from __future__ import annotations

import os

import typer
from rich.table import Table

from common import settings as configuration
from common.settings import Settings
from scripts.managing.console import out, warn
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, configured

app = typer.Typer(no_args_is_help=True, help="Check or show the configuration.")


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


def _warnings(settings: Settings) -> list[str]:
    found = [f"{name} is not a setting" for name in configuration.unknown_names()]
    if "TOUTIAO_CELERY_SETTINGS" in os.environ:
        found.append("TOUTIAO_CELERY_SETTINGS is not read; use TOUTIAO_BROKER_URL")
    has_captcha = settings.geetest_id and settings.geetest_key.get_secret_value()
    if settings.mode == "production" and not has_captcha:
        found.append("TOUTIAO_GEETEST_ID and TOUTIAO_GEETEST_KEY are not set: no captcha")
    return found


def _shown(value: object) -> str:
    if value is None or value == "" or value == []:
        return "-"
    return str(value)
