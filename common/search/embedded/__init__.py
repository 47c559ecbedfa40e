"""The engine without a server: tantivy, on disk, one writer and any number of readers."""

from common.search.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
