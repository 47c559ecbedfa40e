"""Mobile numbers as people may see them in logs."""

from __future__ import annotations

import pytest

from common.utils.observing.masking import mask_mobile


def test_a_mobile_number_keeps_its_ends():
    assert mask_mobile("13900000001") == "139****0001"


@pytest.mark.parametrize("text", ["", "139", "x13900000001", "139000000012", "＋１３９"])
def test_of_anything_else_nothing_is_shown(text: str):
    assert mask_mobile(text) == "******"
