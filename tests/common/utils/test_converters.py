"""What a path may hold."""

import pytest
from flask import Flask

from common.utils.converters import use_converters


@pytest.fixture
def client():
    app = Flask(__name__)
    use_converters(app)
    app.add_url_rule("/users/<id:user_id>", view_func=lambda user_id: str(user_id), endpoint="u")
    app.add_url_rule("/sms/codes/<mobile:mobile>", view_func=lambda mobile: mobile, endpoint="m")
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/users/1", "1"),
        ("/users/9223372036854775807", "9223372036854775807"),
        ("/users/1060469373562191873/", "1060469373562191873"),
        ("/sms/codes/13900001234", "13900001234"),
        ("/sms/codes/13900001234/", "13900001234"),
    ],
)
def test_a_good_path_is_served_with_or_without_a_trailing_slash(client, path, answer):
    response = client.get(path)

    assert (response.status_code, response.text) == (200, answer)


@pytest.mark.parametrize(
    "path",
    [
        "/users/0",
        "/users/-1",
        "/users/+1",
        "/users/1.0",
        "/users/abc",
        "/users/１２",
        "/users/9223372036854775808",
        "/users/99999999999999999999",
        "/users/1//",
        "/users//1",
        "/users/1;x",
        "/Users/1",
        "/sms/codes/12900001234",
        "/sms/codes/1390000123",
        "/sms/codes/139000012345",
        "/sms/codes/١٣٩٠٠٠٠١٢٣٤",
        "/sms/codes/13900001234%00",
    ],
)
def test_a_bad_path_does_not_exist_and_redirects_nowhere(client, path):
    assert client.get(path).status_code == 404
