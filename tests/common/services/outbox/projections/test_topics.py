"""Every topic of the contract has its projection, and events reach those that want them."""

from __future__ import annotations

import pytest

from common.extensions.messaging.streams import Streams
from common.services.outbox.projections import PROJECTIONS
from common.settings import SettingsError


def test_all_topics_of_the_contract_are_served():
    contract = {  # contract/jobs.md §3
        "cache.invalidate",
        "counter.apply",
        "search.index",
        "search.delete",
        "search.own",
        "notify",
        "notify.decision",
        "new-article",
        "removed-article",
        "sms",
    }

    assert contract <= set(PROJECTIONS)


def test_streams_without_their_driver_are_refused_at_the_start():
    with pytest.raises(SettingsError, match="kafka-python"):
        Streams().bind(["127.0.0.1:9092"])
