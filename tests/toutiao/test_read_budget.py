"""Reading everything by walking ids ends soon (contract/security.md rows 30 and 89)."""

import pytest

from common.extensions.observing import metrics
from tests.factories import UserFactory

CHANNELS = "/v1_0/channels"
OWN = "/v1_0/user"
REFUSED = {"message": "Too many requests."}

pytestmark = pytest.mark.usefixtures("within_a_minute")  # with the next one all budgets are new


@pytest.mark.settings(read_budget_subject=3, read_budget_address=1000)
def test_a_reader_who_reads_too_much_waits_wherever_he_calls_from(reader, sign_in):
    answers = [
        reader.get(OWN, environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"})
        for number in range(5)
    ]
    another = sign_in(UserFactory()).get(OWN)

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].json == REFUSED
    assert answers[-1].headers["Retry-After"] == "50"
    assert another.status_code == 200


@pytest.mark.settings(read_budget_subject=1000, read_budget_address=3)
def test_an_address_that_reads_too_much_waits_whoever_it_says_it_is(anonymous):
    answers = [
        anonymous.get(
            CHANNELS,
            headers={"Authorization": f"Anony device-{number}", "Origin": "http://foreign.test"},
        )
        for number in range(5)
    ]
    elsewhere = anonymous.get(CHANNELS, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].json == REFUSED
    assert answers[-1].headers["Retry-After"] == "50"
    assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
    assert elsewhere.status_code == 200


@pytest.mark.settings(read_budget_subject=1, read_budget_address=1)
def test_writing_is_not_reading(reader):
    reader.get(OWN)

    assert reader.patch("/v1_0/user/profile", json={"gender": 1}).status_code == 201


@pytest.mark.settings(read_budget_subject=1, read_budget_address=1, demo="on")
def test_the_demo_reads_as_it_likes(reader):
    assert {reader.get(OWN).status_code for _ in range(5)} == {200}


@pytest.mark.settings(read_budget_subject=1000, read_budget_address=1)
def test_a_refused_read_is_counted_as_what_it_is(anonymous):
    for _ in range(2):
        anonymous.get(CHANNELS)

    refused = b'door="user",method="GET",route="unmatched",status="429"'
    assert refused in metrics.exposition()
