"""A real Elasticsearch that is shown an API key instead of a password (contract/search.md §2)."""

from __future__ import annotations

import pytest

from common import search
from common.errors import DependencyUnavailable
from common.settings import Settings
from tests.search.test_following import asked, publish, ready
from tests.support.harness.outbox import relay_everything
from tests.support.harness.stores import Stores
from tests.support.servers.elasticsearch import ElasticServer
from tests.topology.test_search_outage_elasticsearch import by_the_engine, shown

__all__ = ["ready"]


@pytest.fixture
def key(elasticsearch: ElasticServer) -> str:
    """A key with the rights that the product needs, and no other."""
    return elasticsearch.new_key()


@pytest.fixture
def settings(stores: Stores, elasticsearch: ElasticServer, key: str) -> Settings:
    """Search on a real Elasticsearch, with a key and without user and password."""
    return stores.settings(
        elasticsearch_url=elasticsearch.bare_url,
        elasticsearch_api_key=key,
        elasticsearch_ca_file=elasticsearch.ca_file,
    )


def test_with_a_key_articles_are_indexed_and_found(ready, anonymous):
    title, text = publish("城市夜跑"), publish("别的", content="<p>夜跑</p>")
    relay_everything()

    assert shown(anonymous, "夜跑", [title, text])  # who stands in finds no texts
    assert by_the_engine("夜跑", [title, text])


def test_with_a_revoked_key_titles_are_found(ready, anonymous, elasticsearch, key):
    title, _ = publish("城市夜跑"), publish("别的", content="<p>夜跑</p>")
    relay_everything()

    elasticsearch.revoke(key)

    with pytest.raises(DependencyUnavailable):
        search.engine().is_ready(search.Kind.PUBLIC)
    assert [each["art_id"] for each in asked(anonymous, "夜跑")["results"]] == [title]
