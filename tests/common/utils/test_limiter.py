"""Rate limits (contract/user-app.md §1.10, security.md rows 85 to 87)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask, g

from common.errors import TemporarilyUnavailable, TooManyRequests
from common.extensions.limiter import init_limiter
from common.extensions.web.limits import limit_everything
from common.utils import clock, limiter
from common.utils.http.client_address import use_proxies
from common.utils.http.limiting import few_at_once, limited
from common.utils.limiter import Limit, consume
from common.utils.networks import Networks
from tests.support.harness.threads import at_once

PER_MOBILE = Limit("1 per minute; 10 per day", scope="sms:mobile", closed=True)
PER_ADDRESS = Limit("3 per hour", scope="sms:address", closed=True)


@pytest.fixture(autouse=True)
def _limits(runtime):
    init_limiter(runtime)
    yield
    limiter.bind(None)


def taken(*wanted) -> bool:
    try:
        consume(*wanted)
    except TooManyRequests:
        return False
    return True


def test_a_limit_passes_so_many_and_then_says_when_to_come_back():
    limit = Limit("2 per minute", scope="likes")

    with time_machine.travel(clock.utc_now(), tick=False):
        assert [taken((limit, "user:1")) for _ in range(2)] == [True, True]
        with pytest.raises(TooManyRequests) as refused:
            consume((limit, "user:1"))

    assert refused.value.message == "Too many requests."
    assert 58 <= refused.value.retry_after <= 60
    assert taken((limit, "user:2"))


def test_the_key_has_the_published_form_and_expires_with_its_window(redis):
    consume((Limit("100 per hour", scope="sms"), "address:127.0.0.1"))

    assert redis.keys() == [b"LIMITER/address:127.0.0.1/sms/100/1/hour"]
    assert 3595 <= redis.ttl("LIMITER/address:127.0.0.1/sms/100/1/hour") <= 3600


def test_what_one_limit_refuses_does_not_eat_the_budget_of_another():
    consume((PER_MOBILE, "a"), (PER_ADDRESS, "x"))

    refused = [taken((PER_MOBILE, "a"), (PER_ADDRESS, "x")) for _ in range(20)]

    assert not any(refused)
    assert [taken((PER_MOBILE, mobile), (PER_ADDRESS, "x")) for mobile in "bcd"] == [
        True,
        True,
        False,
    ]


def test_what_the_address_refuses_does_not_eat_the_budget_of_the_mobile():
    for mobile in "abc":
        consume((PER_MOBILE, mobile), (PER_ADDRESS, "x"))

    assert not taken((PER_MOBILE, "d"), (PER_ADDRESS, "x"))
    assert taken((PER_MOBILE, "d"), (PER_ADDRESS, "y"))


def test_at_the_same_moment_never_more_pass_than_the_limit():
    limit = Limit("5 per minute", scope="race")

    passed = at_once(*[lambda: taken((limit, "user:1"))] * 40)

    assert passed.count(True) == 5


def test_a_closed_limit_refuses_while_the_store_is_down(valkey):
    valkey.stop()

    with pytest.raises(TemporarilyUnavailable):
        consume((PER_MOBILE, "a"))


def test_an_open_limit_is_counted_locally_while_the_store_is_down(valkey):
    limit = Limit("1 per minute", scope="local-likes")
    valkey.stop()

    assert [taken((limit, "user:1")) for _ in range(2)] == [True, False]


@pytest.mark.settings(ratelimit_enabled=False)
def test_limits_can_be_switched_off(redis):
    assert all(taken((PER_MOBILE, "a")) for _ in range(3))
    assert redis.keys() == []


@pytest.mark.settings(ratelimit_strategy="fixed-window")
def test_another_strategy_can_be_chosen(redis):
    limit = Limit("2 per hour", scope="likes")

    assert [taken((limit, "user:1")) for _ in range(3)] == [True, True, False]


def test_counts_may_live_on_a_server_of_their_own(stores, settings, redis):
    url = stores.valkey.url.replace("unix:", "redis+unix:")
    init_limiter(settings.model_copy(update={"ratelimit_storage_url": secret(url)}))

    assert taken((PER_MOBILE, "a"))
    assert not taken((PER_MOBILE, "a"))


def secret(text):
    from pydantic import SecretStr  # noqa: PLC0415 - one test only

    return SecretStr(text)


def door(**limit):
    app = Flask(__name__)
    use_proxies(app, Networks([]))
    app.register_error_handler(TooManyRequests, lambda error: (error.message, error.status))
    guarded = limited("1 per minute", **limit)(lambda: "done")
    app.before_request(lambda: setattr(g, "user_id", None))
    app.add_url_rule("/likings", endpoint="likings", view_func=guarded)
    app.add_url_rule("/app/likings", endpoint="likings", view_func=guarded)
    app.add_url_rule("/dislikes", endpoint="dislikes", view_func=guarded)
    return app.test_client()


def test_the_aliases_of_a_route_share_its_limit_and_other_routes_do_not():
    client = door()

    codes = [client.get(path).status_code for path in ("/likings", "/app/likings", "/dislikes")]

    assert codes == [200, 429, 200]


def test_routes_of_one_scope_share_a_limit():
    client = door(scope="attitudes", by="address")

    codes = [client.get(path).status_code for path in ("/likings", "/dislikes")]

    assert codes == [200, 429]


def test_of_many_calls_of_a_user_at_once_few_are_served():
    begun, gate = threading.Semaphore(0), threading.Event()
    app = Flask("slow")

    @few_at_once(2)
    def slow() -> str:
        begun.release()
        assert gate.wait(10)
        return "served"

    def ask(user_id: int | None) -> str:
        with app.app_context():
            g.user_id = user_id
            return slow()

    with ThreadPoolExecutor(4) as threads:
        served = [threads.submit(ask, user_id) for user_id in (1, 1, None, 2)]
        assert all(begun.acquire(timeout=10) for _ in served)
        with pytest.raises(TooManyRequests) as refused:
            ask(1)
        gate.set()

    assert refused.value.retry_after == 1
    assert [each.result() for each in served] == ["served"] * 4
    assert ask(1) == "served"


@pytest.mark.settings(ratelimit_default="1 per minute")
def test_a_default_limit_applies_to_every_route(settings):
    client = door(scope="attitudes")
    limit_everything(client.application, settings)

    codes = [client.get(path).status_code for path in ("/nowhere", "/nowhere")]

    assert codes == [404, 429]


@pytest.mark.settings(ratelimit_default="3 per minute")
def test_the_doors_of_the_product_have_the_default_limit_each_its_own(anonymous):
    paths = ["/v1_0/channels", "/v1_0/nowhere", "/v1_0/channels", "/v1_0/channels"]

    codes = [anonymous.get(path).status_code for path in paths]

    assert codes == [200, 404, 200, 429]
    assert anonymous.get("/mp/v1_0/nowhere").status_code == 404


def test_what_did_not_go_wrong_is_given_back():
    limit = Limit("2 per minute", scope="wrong", closed=True)
    consume((limit, "a"), (limit, "b"))
    consume((limit, "a"))
    assert not taken((limit, "a"))

    limiter.forget(limit, "a")

    assert taken((limit, "a"))
    assert [taken((limit, "b")) for _ in range(2)] == [True, False]
