"""Which installation a command works on: the embedded one of a directory, or the configured one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from common import settings as configuration
from common.errors import InvalidInput
from common.extensions.db import engine
from common.models import schema
from common.services import binding
from common.settings import Settings, SettingsError
from common.utils.logging import setup_logging
from scripts import datadir, embedded
from scripts.supervisor import ROOT

DEFAULT_DATA_DIR = ROOT / "data"

DataDir = Annotated[
    Path,
    typer.Option(help="The directory of the embedded installation, as for scripts/run."),
]


@contextmanager
def database(data_dir: Path) -> Iterator[Settings]:
    """The installation's database is reachable inside; STORE and CACHE need not be."""
    with _environment(_embedded_variables(data_dir)):
        settings = configuration.load()
        setup_logging(_quiet(settings), process="manage")
        binding.bind(settings)
        try:
            yield settings
        finally:
            binding.unbind()


@contextmanager
def everything(data_dir: Path) -> Iterator[Settings]:
    """The migrated database, STORE and CACHE of the installation are reachable inside.

    :raises InvalidInput: the database has not been migrated
    """
    with ExitStack() as held:
        if not _is_production():
            held.enter_context(embedded.reachable_stores(data_dir))
        settings = held.enter_context(database(data_dir))
        if not schema.is_current(engine()):
            raise InvalidInput("The database is not up to date; run scripts/manage migrate first.")
        yield settings


def configured(data_dir: Path) -> Settings:
    """The settings alone; nothing is made, so a directory that is not there yet has no secrets."""
    overrides: dict[str, Any] = {}
    variables: dict[str, str] = {}
    if not _is_production():
        if datadir.is_ours(data_dir):
            variables = embedded.environment(data_dir)
        else:
            overrides = {"data_dir": data_dir} | {
                name: secrets.token_urlsafe(datadir.SECRET_BYTES)
                for name in datadir.SECRET_NAMES
                if not _is_given(name)
            }
    with _environment(variables):
        return configuration.load(**overrides)


def _embedded_variables(data_dir: Path) -> dict[str, str]:
    return {} if _is_production() else embedded.environment(data_dir)


def _is_production() -> bool:
    """Whether the environment, or the settings file it names, describes a production deployment."""
    mode = os.environ.get("TOUTIAO_MODE")
    if mode is None and "TOUTIAO_WEB_SETTINGS" in os.environ:
        try:
            mode = configuration.load().mode
        except SettingsError:
            mode = "embedded"
    return mode == "production"


def _is_given(name: str) -> bool:
    variable = f"TOUTIAO_{name.upper()}"
    return variable in os.environ or f"{variable}_FILE" in os.environ


def _quiet(settings: Settings) -> Settings:
    """Commands say themselves what they do; the log only adds what is wrong."""
    if "TOUTIAO_LOGGING_LEVEL" in os.environ:
        return settings
    return settings.model_copy(update={"logging_level": "WARNING", "logging_format": "console"})


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
