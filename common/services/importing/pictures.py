"""Pictures of imported articles: fetched, checked, stored as our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import batched
from typing import Final
