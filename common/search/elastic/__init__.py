"""The engine on Elasticsearch 8 and 9: any number of writers and readers, on any machine."""

from common.search.elastic.engine import ElasticEngine
from common.search.elastic.link import Access

__all__ = ["Access", "ElasticEngine"]
