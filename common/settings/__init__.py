"""Settings of every process: one typed loader (contract/settings.md §3)."""

from common.settings.default import Settings
from common.settings.loading import load, masked, unknown_names, warnings
from common.settings.sources import SettingsError

__all__ = ["Settings", "SettingsError", "load", "masked", "unknown_names", "warnings"]
