"""Binding this process to a data directory, to look at what one request costs in round trips."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from common.services import binding
from common.settings import Settings, load


@contextmanager
def bound_to(variables: Mapping[str, str]) -> Iterator[Settings]:
    """The product works on the data directory of these variables inside."""
    before = dict(os.environ)
    os.environ.update(variables)
    os.environ["TOUTIAO_DEMO"] = "on"
    try:
        settings = load()
        binding.bind(settings)
        yield settings
    finally:
        binding.unbind()
        os.environ.clear()
        os.environ.update(before)
