"""Served pages as STORE keeps them (contract/redis.md §3)."""

from __future__ import annotations

import random

import pytest

from common.cache.engine.stages import stage
from common.extensions.redis import store
from common.services.recommending import exposures, page_memory
from common.services.recommending.exposures import StoredPage, want_history
from common.services.recommending.interface import Suggestion
from common.services.recommending.orders import Mixture

PAGES = [
    StoredPage(5000, 4999, (11, 12), ()),
    StoredPage(4999, 300, (13,), (11,)),
    StoredPage(300, 1, (2**63 - 1,), (14, 15)),
]

MIXTURE = Mixture(Suggestion(id_, 1, "fresh") for id_ in range(1, 400))


def keep(*pages, subject="7", channel_id=3):
    """Note pages as served, one after another."""
    for page in pages:
        store.stage(exposures.note(subject, channel_id, page, restarts=False))


def history(time_ms, subject="7", channel_id=3):
    """What is known at a time asked for."""
    with stage() as ask:
        wanted = want_history(ask, subject, channel_id, time_ms)
    return wanted()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_read_as_it_was_written(page):
    assert StoredPage.read(page.member.encode()) == page


def test_nothing_is_known_of_a_stranger(runtime):
    known = history(1000)

    assert (known.newest_ms, known.exact, known.below(10**15)) == (0, None, None)
    assert not known.served | known.pins_of_newest
    assert (known.served_of(MIXTURE), known.served_elsewhere_of(MIXTURE)) == (0, 0)


def test_a_page_asked_for_again_is_found(runtime):
    keep(*PAGES)

    assert [history(page.time_ms).exact for page in PAGES] == PAGES
    assert [history(page.time_ms).is_newest_asked_again for page in PAGES] == [True, False, False]


def test_between_pages_the_older_one_and_everything_served_is_known(runtime):
    keep(*PAGES)
    known = history(4000)

    assert known.exact is None
    assert known.below(4000) == PAGES[2]
    assert known.below(300) is None
    assert (known.newest_ms, known.deepest_ms) == (5000, 1)
    assert known.served == {11, 12, 13, 2**63 - 1}


def test_what_stands_in_front_of_the_newest_page_is_known(runtime):
    keep(*PAGES[1:])

    assert history(4999).pins_of_newest == history(300).pins_of_newest == {11}
    assert history(4000).pins_of_newest == {11}


def test_what_the_recommended_channel_has_shown_is_known_in_the_others(runtime):
    keep(PAGES[0], channel_id=0)

    both = MIXTURE.bits([11, 12])
    assert (history(9000).served_of(MIXTURE), history(9000).served_elsewhere_of(MIXTURE)) == (
        0,
        both,
    )
    recommended = history(9000, channel_id=0)
    assert (recommended.served_of(MIXTURE), recommended.served_elsewhere_of(MIXTURE)) == (both, 0)


def test_histories_do_not_mix(runtime):
    keep(PAGES[0], subject="7")

    assert history(9000, subject="8").newest_ms == 0
    assert history(9000, channel_id=4).newest_ms == 0


def test_a_note_can_be_taken_back(runtime):
    keep(*PAGES)
    store.stage([exposures.unnote("7", 3, PAGES[1])])

    assert history(4999).exact is None
    assert history(4000).served == {11, 12, 2**63 - 1}


def test_a_new_beginning_forgets_what_was_before(runtime):
    keep(*PAGES)
    store.stage(exposures.note("7", 3, StoredPage(9000, 8999, (99,), ()), restarts=True))

    assert history(8000).served == {99}


def test_a_history_that_grows_and_is_cut_is_known_as_if_read_for_the_first_time(runtime):
    chance = random.Random(3)
    for time_ms in range(1000, 1000 + 3 * exposures.PAGES_KEPT):
        # Pages of two requests at once may name the same articles.
        ids = tuple(chance.sample(range(1, 400), chance.randint(1, 10)))
        keep(StoredPage(time_ms, time_ms - 1, ids, ()))
        if chance.random() < 0.1:
            store.stage([("ZREMRANGEBYRANK", exposures.key("7", 3), 4, 4)])
        if chance.random() < 0.8:
            known = history(1)
            pages = [StoredPage.read(member) for member in known.members]
            served = {i for page in pages for i in page.article_ids}
            assert known.served == served
            assert known.served_of(MIXTURE) == MIXTURE.bits(served)


def test_what_is_known_of_a_history_is_found_out_anew_for_another_mixture(runtime):
    keep(*PAGES)
    other = Mixture(Suggestion(id_, 1, "fresh") for id_ in (13, 99, 11))

    assert history(9000).served_of(MIXTURE) == MIXTURE.bits([11, 12, 13])
    assert history(9000).served_of(other) == 0b101
    assert history(9000).served_of(MIXTURE) == MIXTURE.bits([11, 12, 13])


def test_pages_of_another_form_break_nothing(runtime):
    former = "4998:21,22;1,1;"
    store.stage([("ZADD", exposures.key("7", 3), 4000, former, 4500, "?")])
    known = history(4998)
    assert (known.exact, known.newest_ms, known.served) == (None, 0, set())
    assert known.served_of(MIXTURE) == MIXTURE.bits([21, 22])

    keep(*PAGES[:2])

    assert [history(page.time_ms).exact for page in PAGES[:2]] == PAGES[:2]
    assert history(9000).served == {11, 12, 13}


def test_more_histories_and_pages_than_are_kept_are_known_all_the_same(runtime, monkeypatch):
    monkeypatch.setattr(page_memory, "HISTORIES_KEPT", 1)
    for subject in ("7", "8"):
        keep(*PAGES, subject=subject)

    for subject in ("7", "8", "7"):
        assert history(4000, subject).served_of(MIXTURE) == MIXTURE.bits([11, 12, 13])
