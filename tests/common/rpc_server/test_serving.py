"""What the rpc process serves, as programs of others hear it (contract/rpc.md §2, §4)."""

from __future__ import annotations

import threading
import time

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from common.rpc.chatbot.chatbot_pb2 import ReceivedMessage, ResponsedMessage
from common.rpc.recommend.recommend_pb2 import User
from common.rpc_server import serving
from common.rpc_server.serving import Server
from common.services.chatting import bot
from common.services.chatting.small_talk import find
from tests.factories import ArticleFactory, ChannelFactory
from tests.support.harness.waiting import eventually

SECONDS = 20.0
CHAT = "/ChatBotService/Chatbot"


def started(*, reflects=False):
    server = Server(reflects=reflects)
    return server, f"127.0.0.1:{server.listen('127.0.0.1:0')}"


@pytest.fixture
def channel(runtime):
    server, address = started()
    with grpc.insecure_channel(address) as made:
        yield made
    server.stop()


def say(channel, text, user_id="7"):
    request = ReceivedMessage(user_id=user_id, user_message=text, create_time=1)
    answer = channel.unary_unary(CHAT)(request.SerializeToString(), timeout=SECONDS)
    return ResponsedMessage.FromString(answer)


def refusal(call):
    with pytest.raises(grpc.RpcError) as refused:
        call()
    return refused.value.code()


def health(channel, service=""):
    stub = health_pb2_grpc.HealthStub(channel)
    answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=SECONDS)
    return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)


def test_the_bot_is_asked_by_its_old_name(channel):
    science = ChannelFactory(channel_name="科技")
    ArticleFactory(published=True, channel_id=science.channel_id, title="芯片进展")

    said = say(channel, "最近有什么科技新闻")

    assert "1. 芯片进展" in said.user_response
    assert abs(said.create_time - time.time()) < 60


def test_it_goes_on_with_each_ones_own_conversation(channel):
    said = [say(channel, "你好", user_id).user_response for user_id in ("7", "7", "8")]

    assert said == [find("你好", 0), find("你好", 1), find("你好", 0)]


def test_what_breaks_is_an_error_and_the_next_one_is_answered(channel, monkeypatch):
    monkeypatch.setattr(bot, "answer", lambda _text, _user_id: 1 / 0)
    broken = refusal(lambda: say(channel, "你好"))
    monkeypatch.undo()

    assert broken == grpc.StatusCode.INTERNAL
    assert say(channel, "你好").user_response


@pytest.mark.parametrize("garbage", [b"\xff\xff", b"\x0a\x7f", b"\x0a\x02\xff\xfe"])
def test_what_is_no_message_is_refused(channel, garbage):
    code = refusal(lambda: channel.unary_unary(CHAT)(garbage, timeout=SECONDS))

    assert code == grpc.StatusCode.INTERNAL
    assert say(channel, "你好").user_response


def test_more_than_a_mebibyte_is_not_taken(channel):
    assert refusal(lambda: say(channel, "长" * (1 << 20))) == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_the_recommender_is_not_here_yet(channel):
    ask = channel.unary_unary("/UserRecommend/user_recommend")

    code = refusal(lambda: ask(User(user_id="7").SerializeToString(), timeout=SECONDS))

    assert code == grpc.StatusCode.UNIMPLEMENTED


def test_its_health_is_told_by_the_standard_service(channel):
    assert [health(channel), health(channel, "ChatBotService")] == ["SERVING", "SERVING"]
    assert refusal(lambda: health(channel, "UserRecommend")) == grpc.StatusCode.NOT_FOUND


def described(channel):
    """The services that it describes."""
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    question = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = stub.ServerReflectionInfo(iter([question]), timeout=SECONDS)
    return {each.name for each in answer.list_services_response.service}


def test_it_describes_itself_where_that_is_wanted_and_nowhere_else(channel, runtime):
    server, address = started(reflects=True)
    with grpc.insecure_channel(address) as open_channel:
        names = described(open_channel)
    server.stop()

    assert {"ChatBotService", "grpc.health.v1.Health"} <= names
    assert refusal(lambda: described(channel)) == grpc.StatusCode.UNIMPLEMENTED


def test_a_call_under_way_is_answered_while_it_ends_and_new_ones_are_not(runtime, monkeypatch):
    begun, may_end = threading.Event(), threading.Event()

    def slow(text, _user_id):
        begun.set()
        may_end.wait(SECONDS)
        return text

    monkeypatch.setattr(bot, "answer", slow)
    server, address = started()
    with grpc.insecure_channel(address) as channel:
        request = ReceivedMessage(user_id="7", user_message="在").SerializeToString()
        under_way = channel.unary_unary(CHAT).future(request, timeout=SECONDS)
        assert begun.wait(SECONDS)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        _until_it_refuses(address)
        may_end.set()
        said = ResponsedMessage.FromString(under_way.result(SECONDS))
        stopping.join(SECONDS)

    assert said.user_response == "在"
    assert not stopping.is_alive()


def _until_it_refuses(address):
    while True:
        with grpc.insecure_channel(address) as channel:
            try:
                status = health(channel)
            except grpc.RpcError:
                return
        assert status in ("SERVING", "NOT_SERVING")


def test_no_more_calls_are_taken_than_will_be_answered(runtime, monkeypatch):
    may_end = threading.Event()
    monkeypatch.setattr(bot, "answer", lambda text, _user_id: may_end.wait(SECONDS) and text)
    server, address = started()
    request = ReceivedMessage(user_id="7", user_message="在").SerializeToString()
    with grpc.insecure_channel(address) as channel:
        calls = [
            channel.unary_unary(CHAT).future(request, timeout=SECONDS)
            for _ in range(serving.AT_ONCE + 1)
        ]
        refused = eventually(
            lambda: [call for call in calls if call.done()], what="one that is refused"
        )
        codes = [refused[0].code()]
        may_end.set()
        codes += [call.code() for call in calls]
    server.stop()

    assert codes[0] == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert codes[1:].count(grpc.StatusCode.OK) == serving.AT_ONCE
