"""Bytes are read by what they are, guided by what they are called."""

from __future__ import annotations

import pytest

from common.utils.text.decoding import decode, encoding_of

CHINESE = "误报编码的标题：正文内容，实际是国标码。今天天气不错，适合出门散步。"
TRADITIONAL = "誤報編碼的標題：正文內容，實際是大五碼。今天天氣不錯，適合出門散步。"
JAPANESE = "日本語のテキストです。今日は天気がいいですね。カタカナも。"
FRENCH = "L'été dernier nous avons mangé une crème brûlée à Orléans, au soleil, très content."
RUSSIAN = "Сегодня хорошая погода, поэтому мы пошли гулять в парк возле дома."
EMOJI_IN_HALVES = "好\ud83d\ude00".encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "gbk"),
        (CHINESE + "😀", "gb18030"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "shift_jis"),
        (FRENCH, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        *((f"<a>{CHINESE}</a>", f"utf-{n}") for n in ("16", "16-le", "16-be", "32", "32-be")),
        ("<rss>ascii</rss>", "ascii"),
        ("", "ascii"),
    ],
)
@pytest.mark.parametrize("declared", ["", "utf-8", "no-such-encoding"])
def test_the_bytes_tell_when_nobody_does_or_nobody_is_right(
    text: str, encoding: str, declared: str
):
    assert decode(text.encode(encoding), declared=declared).text == text


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("gbk", "GB2312"),
        ("gbk", "x-gbk"),
        ("gb18030", "gbk"),
        ("big5hkscs", "Big5"),
        ("cp932", "shift_jis"),
        ("euc_jp", "euc-jp"),
        ("iso2022_jp", "iso-2022-jp"),
        ("hz", "hz-gb-2312"),
    ],
)
@pytest.mark.parametrize("where", ["header", "declared"])
def test_what_is_named_is_used_if_it_fits(encoding: str, label: str, where: str):
    text = JAPANESE if "jp" in encoding or encoding == "cp932" else "繁體中文 abc"
    text = "简体中文" if encoding == "hz" else text

    assert decode(text.encode(encoding), **{where: label}).text == text


def test_the_header_wins_over_the_declaration():
    data = RUSSIAN.encode("cp1251")

    assert decode(data, header="windows-1251", declared="koi8-r").text == RUSSIAN


@pytest.mark.parametrize("header", ["iso-8859-1", "us-ascii", "gbk", "windows-1251", "utf-16"])
def test_valid_utf8_is_utf8_whatever_it_is_called(header: str):
    assert decode(CHINESE.encode(), header=header, declared="gb2312").text == CHINESE


def test_a_server_that_knows_nothing_does_not_overrule_chinese():
    assert decode(CHINESE.encode("gbk"), header="iso-8859-1", declared="gbk").text == CHINESE


def test_gbk_that_happens_to_look_like_two_byte_letters_stays_gbk():
    text = "一路陇"  # its bytes are valid UTF-8 after the first character is taken away
    data = "路陇".encode("gbk")

    assert data.decode("utf-8") != text[1:]
    assert decode(data, header="gbk").text == text[1:]


@pytest.mark.parametrize(
    ("data", "text", "lost"),
    [
        (CHINESE.encode()[:30] + b"\xff" + CHINESE.encode()[30:], CHINESE, 1),
        (CHINESE.encode()[:-1], CHINESE[:-1], 2),
        (EMOJI_IN_HALVES, "好😀", 0),
        (EMOJI_IN_HALVES[:6], "好", 1),
        (("字" * 99).encode("utf-16") + b"\x01", "字" * 99, 1),
        ("有�的".encode(), "有的", 0),
    ],
)
def test_damage_costs_itself_only(data: bytes, text: str, lost: int):
    decoded = decode(data, declared="utf-8")

    assert decoded.text == text
    assert decoded.lost == lost


def test_damaged_gbk_is_still_gbk():
    data = "\n".join([CHINESE] * 20).encode("gbk")

    decoded = decode(data[:81] + b"\xff" + data[82:], header="gbk")

    assert decoded.encoding == "gb18030"
    assert decoded.text.endswith("\n".join([CHINESE] * 10))


@pytest.mark.parametrize(
    "label", ["", "nope", "rot13", "base64", "utf-7", "utf-8-sig-bogus", "\0", "../x", "utf-16"]
)
def test_names_that_mean_no_encoding_of_text_mean_nothing(label: str):
    assert encoding_of(label) is None


@pytest.mark.parametrize("label", ["UTF8", " utf-8 ", "'UTF-8'", "utf8mb4", "utf-8-sig"])
def test_utf8_has_many_names(label: str):
    assert encoding_of(label) == "utf-8"
