"""Tests in a real browser: on machines that have one."""

from __future__ import annotations

from tests.support.clients import browser

collect_ignore_glob = [] if browser.installed() else ["test_*.py"]
