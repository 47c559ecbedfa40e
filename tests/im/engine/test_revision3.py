"""What clients of socket.io 2.x speak, as the clients of npm speak it."""

from __future__ import annotations

import pytest

from im.engine import revision3
from im.engine.revision3 import BrokenFraming


@pytest.mark.parametrize(
    ("body", "packets"),
    [
        ("", []),
        ("1:2", ["2"]),
        ("2:401:6", ["40", "6"]),
        ("10:4头条新闻头条新闻9", ["4头条新闻头条新闻9"]),
        ("5:4a😀b1:6", ["4a😀b", "6"]),
        ("3:4😀3:4😀", ["4😀", "4😀"]),
        ("4:4é€x", ["4é€x"]),
    ],
)
def test_lengths_count_what_javascript_calls_characters(body, packets):
    """As engine.io-parser 2.2 makes them, which clients of 2.3 to 2.5 bring along."""
    assert revision3.unframed(body) == packets
    assert revision3.framed(packets) == body


@pytest.mark.parametrize(
    "body",
    [
        "2",
        ":2",
        "1:",
        "2:4",
        "0:",
        "-1:4",
        "+1:4",
        "1.0:4",
        " 1:4",
        "１:4",
        "000001:4",
        "x:4",
        "2:40x",
        "2:4😀",
        "3:😀",
        "99999:4",
        "1:21",
    ],
)
def test_what_is_no_row_of_packets_is_refused(body):
    with pytest.raises(BrokenFraming):
        revision3.unframed(body)


def test_a_row_of_very_many_packets_is_read():
    assert revision3.unframed("1:2" * 20_000) == ["2"] * 20_000


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("0/chatbot", "0/chatbot,"),
        ("0/chatbot,", "0/chatbot,"),
        ("0/chatbot?token=a.b-c_d&x=%E5%A4%B4", '0/chatbot,{"token":"a.b-c_d","x":"头"}'),
        ("0/chatbot?,", "0/chatbot,"),
        ('2["message","0/chatbot?"]', '2["message","0/chatbot?"]'),
        ("1", "1"),
        ("0", "0"),
    ],
)
def test_the_query_of_a_namespace_is_taken_for_auth(sent, understood):
    assert revision3.connect_of(sent) == understood


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ('0{"sid":"x"}', "0"),
        ('0/chatbot,{"sid":"x"}', "0/chatbot,"),
        ('4{"message":"Wrong token."}', '4"Wrong token."'),
        ('4/chatbot,{"message":"头"}', '4/chatbot,"头"'),
        ('4"Unable to connect"', '4"Unable to connect"'),
        ("4/x", '4/x,""'),
        ("1", "1"),
        ("1/chatbot,", "1/chatbot,"),
        ('2["0"]', '2["0"]'),
    ],
)
def test_answers_are_those_of_the_older_protocol(ours, told):
    assert revision3.told_to_client(ours) == told


def test_a_query_of_too_many_fields_is_refused():
    query = "&".join(f"a{number}=1" for number in range(100))

    with pytest.raises(ValueError, match="fields"):
        revision3.connect_of(f"0/chatbot?{query}")
