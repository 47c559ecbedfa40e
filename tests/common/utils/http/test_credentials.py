"""Reading the Authorization header (contract/user-app.md §1.5, security.md row 10)."""

import pytest

from common.utils.http.credentials import Credentials, authorization_of


@pytest.mark.parametrize("header", ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c"])
def test_a_bearer_token_is_read_in_any_case_of_the_scheme(header):
    assert authorization_of(header) == Credentials(token="a.b.c")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer undefined",
        "Bearer null",
        'Bearer ""',
        "Basic YTpi",
        "Token a.b.c",
        "a.b.c",
        "Bearer\ta.b.c",
        "Anony",
        "Anony ",
        "Anony a b",
        "Anony " + "x" * 65,
        "Anony 设备",
        "Anony a\n",
    ],
)
def test_a_header_that_says_nothing_is_an_anonymous_visitor(header):
    assert authorization_of(header) == Credentials()


@pytest.mark.parametrize(
    "header",
    [
        "Bearer  a.b.c",
        "Bearer a.b.c, Bearer d.e.f",
        "Bearer \ta",
        "Bearer 令牌",
        "Bearer " + "x" * 8192,
    ],
)
def test_a_token_in_another_form_counts_as_sent_but_unusable(header):
    assert authorization_of(header) == Credentials(token="")


def test_a_device_id_is_read():
    assert authorization_of("Anony Ab9._:-") == Credentials(anonymous_id="Ab9._:-")
