"""A real Elasticsearch is killed, frozen, and back (contract/faults.md §5)."""

from __future__ import annotations

import pytest

from common import search
from common.errors import DependencyUnavailable
from common.settings import Settings
from tests.search.test_following import asked, found, publish, ready
from tests.support.harness.outbox import relay_everything
from tests.support.harness.waiting import eventually
from tests.support.scenarios.feeding import withdraw
from tests.topology.test_search_following_elasticsearch import suggested, within

__all__ = ["ready"]

BUDGET_SECONDS = 0.5  # of an answer whose engine is away or slow, by contract
FAILURES = 5  # until nothing is asked any more


@pytest.fixture
def settings(elasticsearch_settings: Settings) -> Settings:
    """Search on a real Elasticsearch."""
    return elasticsearch_settings


def shown(client, phrase, expected):
    """Whether readers are shown these, once the server answers within the budget.

    One that was started a moment ago may need several tries to be that fast.
    """
    return eventually(
        lambda: [each["art_id"] for each in asked(client, phrase)["results"]] == expected,
        what=f"readers are shown {expected}",
    )


def by_the_engine(phrase, expected):
    """The same of the engine itself: whoever stands in for it answers nothing here."""

    def answered():
        try:
            return found(phrase) == expected
        except DependencyUnavailable:
            return False

    return eventually(answered, what=f"the engine finds {expected}")


def test_killed_it_is_stood_in_for_and_used_again_when_it_is_back(ready, anonymous, elasticsearch):
    title, text = publish("城市夜跑"), publish("别的", content="<p>夜跑</p>")
    relay_everything()
    assert shown(anonymous, "夜跑", [title, text])
    elasticsearch.kill()
    try:
        answers = []
        for _ in range(FAILURES + 2):
            with within(BUDGET_SECONDS):
                answers.append([each["art_id"] for each in asked(anonymous, "夜跑")["results"]])
            with within(BUDGET_SECONDS):
                assert suggested(anonymous, "城市") == []
        withdraw(title)
    finally:
        elasticsearch.start()

    assert answers == [[title]] * len(answers)  # titles alone
    eventually(lambda: asked(anonymous, "夜跑")["total_count"] == 2, what="it is asked again")
    relay_everything()
    assert by_the_engine("夜跑", [text])


def test_frozen_it_holds_up_nobody(ready, anonymous, elasticsearch):
    title = publish("城市夜跑")
    relay_everything()
    with elasticsearch.frozen():
        for _ in range(FAILURES):
            with within(BUDGET_SECONDS):
                answer = [each["art_id"] for each in asked(anonymous, "夜跑")["results"]]
                assert answer == [title]
        with pytest.raises(DependencyUnavailable) as refused:
            search.engine().is_ready(search.Kind.PUBLIC)

    assert refused.value.because == "it failed a moment ago"
    eventually(lambda: suggested(anonymous, "城市") == ["城市夜跑"], what="it is asked again")
