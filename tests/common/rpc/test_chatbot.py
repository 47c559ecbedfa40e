"""Who answers in the chat: a server where one is named, else this process (realtime.md §5)."""

from __future__ import annotations

import time

import grpc
import pytest

from common.errors import DependencyUnavailable
from common.rpc.chatbot.chatbot_pb2 import ReceivedMessage, ResponsedMessage
from common.rpc.chatbot.client import MAX_REPLY_CHARACTERS, Chatbot, seconds_of
from common.utils import clock
from tests.support.servers.certificates import for_loopback
from tests.support.servers.grpc_servers import black_hole, serving

PATH = "/ChatBotService/Chatbot"


@pytest.fixture
def chatbot():
    made = Chatbot()
    yield made
    made.close()


def saying(text, heard=None):
    """A server that always says so; notes what it is asked."""

    def handle(request, _context):
        if heard is not None:
            heard.append(ReceivedMessage.FromString(request))
        return ResponsedMessage(user_response=text, create_time=1).SerializeToString()

    return {PATH: handle}


def never(_text, _user_id):
    raise AssertionError("the server was to answer")


def test_the_server_answers_and_hears_seconds(chatbot):
    heard: list[ReceivedMessage] = []
    with serving(saying("好", heard)) as address:
        chatbot.bind(address, otherwise=never)
        said = chatbot.reply("你好", "anon:1", 1_700_000_000_123)

    assert said == "好"
    assert heard == [
        ReceivedMessage(user_id="anon:1", user_message="你好", create_time=1_700_000_000)
    ]


def test_without_a_server_this_process_answers(chatbot):
    chatbot.bind("", otherwise=lambda text, user_id: f"{user_id}: {text}")

    assert chatbot.reply("在吗", "7", None) == "7: 在吗"


def test_without_anybody_there_is_no_answer(chatbot):
    with pytest.raises(DependencyUnavailable):
        chatbot.reply("在吗", "7", None)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<b>a</b> & \"b\" 'c'", "&lt;b&gt;a&lt;/b&gt; &amp; \"b\" 'c'"),
        ("一\n二\t三", "一\n二\t三"),
        (" 好\x00\x07\u2028 ", "好"),
        ("长" * 5000, "长" * MAX_REPLY_CHARACTERS),
    ],
)
def test_replies_are_text_in_any_page(chatbot, said, shown):
    with serving(saying(said)) as address:
        chatbot.bind(address, otherwise=never)
        of_server = chatbot.reply("x", "7", None)
    chatbot.bind("", otherwise=lambda _text, _user_id: said)

    assert (of_server, chatbot.reply("x", "7", None)) == (shown, shown)


@pytest.mark.parametrize("said", ["", "  \n", "\x00"])
def test_nothing_is_no_answer(chatbot, said):
    with serving(saying(said)) as address:
        chatbot.bind(address, otherwise=never)

        with pytest.raises(DependencyUnavailable):
            chatbot.reply("x", "7", None)


def test_a_server_has_no_longer_than_whoever_asks_waits(chatbot):
    left = []

    def handle(_request, context):
        left.append(context.time_remaining())
        return ResponsedMessage(user_response="好").SerializeToString()

    with serving({PATH: handle}) as address:
        chatbot.bind(address, otherwise=never)
        chatbot.reply("x", "7", None)

    assert 0 < left[0] < 3.5  # contract/realtime.md §5; the deadline itself is three


def test_a_server_that_never_answers_is_a_failure_and_not_waited_for_for_ever(chatbot):
    with black_hole() as address:
        chatbot.bind(address, otherwise=never)
        started = time.monotonic()
        with pytest.raises(DependencyUnavailable) as refused:
            chatbot.reply("x", "7", None)
        took = time.monotonic() - started

    assert refused.value.because == "deadline_exceeded"
    assert took < 10


@pytest.mark.parametrize(
    ("timestamp", "seconds"),
    [(1_700_000_000, 1_700_000_000), (1_700_000_000_999, 1_700_000_000), (-5, 0), (0, 0),
     (10**11 - 1, 2**31 - 1), (10**18, 2**31 - 1)],
)  # fmt: skip
def test_whatever_time_a_client_sends_fits_the_wire(timestamp, seconds):
    assert seconds_of(timestamp) == seconds
    ReceivedMessage(create_time=seconds_of(timestamp))


def test_no_time_is_now():
    assert abs(seconds_of(None) - clock.now_ms() // 1000) <= 1


def test_with_tls_only_who_is_vouched_for_is_believed(chatbot, tmp_path):
    key, chain = for_loopback()
    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(chain)
    with (
        serving(saying("好"), credentials=grpc.ssl_server_credentials([(key, chain)])) as secure,
        serving(saying("坏")) as plain,
    ):
        chatbot.bind(secure, otherwise=never, ca_file=trusted)
        said = chatbot.reply("x", "7", None)
        chatbot.bind(plain, otherwise=never, ca_file=trusted)
        with pytest.raises(DependencyUnavailable):
            chatbot.reply("x", "7", None)

    assert said == "好"
