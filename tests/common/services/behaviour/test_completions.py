"""How long an article takes to read, and how far a reader got."""

from __future__ import annotations

import pytest

from common.services.behaviour.completions import completion, expected_seconds
from common.utils.text.html import Measures


@pytest.mark.parametrize(
    ("chars", "pictures", "seconds"),
    [(0, 0, 5), (40, 0, 5), (41, 0, 5.125), (800, 2, 106), (0, 1, 5), (0, 2, 6)],
)
def test_every_character_and_picture_takes_its_time(chars: int, pictures: int, seconds: float):
    assert expected_seconds(Measures(chars, pictures)) == seconds


def test_completion_is_cut_to_whole_percent_and_never_more_than_all():
    article = Measures(chars=800, pictures=0)  # 100 seconds

    assert [completion(s, article) for s in (0, 1, 19, 100, 86_400)] == [0, 1, 19, 100, 100]
    assert completion(2, Measures(chars=56, pictures=0)) == 28  # of 7 seconds
