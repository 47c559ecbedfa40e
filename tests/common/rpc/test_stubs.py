"""The stubs are those of the .proto files, and these are those of the contract (rpc.md §1, §2)."""

from __future__ import annotations

import pytest
from google.protobuf.descriptor import FieldDescriptor

from common.rpc.chatbot import chatbot_pb2
from common.rpc.recommend import recommend_pb2
from scripts import protos
from scripts.supervisor import ROOT

TYPES = {
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_INT64: "int64",
    FieldDescriptor.TYPE_MESSAGE: "message",
}
MESSAGES = {
    "User": ["user_id 1 string", "channel_id 2 int32", "article_num 3 int32", "time_stamp 4 int64",
             "hidden 100 int64*"],
    "Article": ["article_id 1 int64", "article_num 2 int32"],
    "param2": ["click 1 string", "collect 2 string", "share 3 string", "read 4 string"],
    "param1": ["article_id 1 int64", "params 2 message", "reason 100 string",
               "author_id 101 int64"],
    "Track": ["exposure 1 string", "recommends 2 message*", "time_stamp 3 int64"],
    "Similar": ["article_id 1 int64*"],
    "ReceivedMessage": ["user_id 1 string", "user_message 2 string", "create_time 3 int32"],
    "ResponsedMessage": ["user_response 1 string", "create_time 2 int32"],
}  # fmt: skip
METHODS = {
    ("UserRecommend", "user_recommend", "User", "Track"),
    ("UserRecommend", "article_recommend", "Article", "Similar"),
    ("ChatBotService", "Chatbot", "ReceivedMessage", "ResponsedMessage"),
}
FILES = [chatbot_pb2.DESCRIPTOR, recommend_pb2.DESCRIPTOR]


def test_the_stubs_are_what_the_generator_makes_of_the_protos(tmp_path):
    protos.generate(tmp_path)

    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    checked_in = {name: (ROOT / name).read_bytes() for name in made}
    assert len(made) == 3 * len(protos.sources()) == 6
    assert {name: path.read_bytes() for name, path in made.items()} == checked_in, (
        "python -m scripts.protos"
    )


def test_messages_have_the_names_numbers_and_types_of_the_contract():
    found = {
        message.full_name: [
            f"{field.name} {field.number} {TYPES[field.type]}{'*' if field.is_repeated else ''}"
            for field in message.fields
        ]
        for file in FILES
        for message in file.message_types_by_name.values()
    }

    assert found == MESSAGES


def test_methods_are_called_without_a_package():
    found = {
        (service.full_name, method.name, method.input_type.name, method.output_type.name)
        for file in FILES
        for service in file.services_by_name.values()
        for method in service.methods
    }

    assert found == METHODS


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            chatbot_pb2.ReceivedMessage(user_id="7", user_message="你", create_time=300),
            b"\x0a\x017\x12\x03\xe4\xbd\xa0\x18\xac\x02",
        ),
        (chatbot_pb2.ResponsedMessage(user_response="a", create_time=1), b"\x0a\x01a\x10\x01"),
        (
            recommend_pb2.User(user_id="7", channel_id=1, article_num=10, time_stamp=2),
            b"\x0a\x017\x10\x01\x18\x0a\x20\x02",
        ),
        (
            recommend_pb2.Track(
                exposure="e", recommends=[recommend_pb2.param1(article_id=5)], time_stamp=9
            ),
            b"\x0a\x01e\x12\x02\x08\x05\x18\x09",
        ),
    ],
)
def test_their_bytes_are_those_of_existing_programs(message, expected):
    assert message.SerializeToString() == expected
