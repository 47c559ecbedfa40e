"""The product's help: a file that hosts edit while we run."""

from __future__ import annotations

import json
import os

import pytest

from common.services.chatting import faq
from common.settings import SettingsError

ENTRY = {"when": ["退款", "退 钱"], "say": "七天内可以退款。"}


def write(path, content, *, at=1):
    """As who edits it later."""
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    os.utime(path, (at, at))
    return path


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "faq.json", [ENTRY])


@pytest.fixture
def use(settings):
    def init(path):
        faq.init(settings.model_copy(update={"chatbot_faq": path}))

    yield init
    faq.init(settings)


def test_a_file_of_the_hosts_own_replaces_ours(use, file):
    use(file)

    assert faq.find("怎么退款") == "七天内可以退款。"
    assert faq.find("我要把钱退回来") == "七天内可以退款。"  # the words matter, not their order
    assert faq.find("退回去") is None
    assert faq.find("怎么修改昵称") is None


def test_an_edit_is_used_at_once_and_a_broken_one_changes_nothing(use, file):
    use(file)
    write(file, [{**ENTRY, "say": "三天内可以退款。"}], at=2)
    edited = faq.find("退款")
    write(file, "[{", at=3)
    broken = faq.find("退款")
    file.unlink()

    assert edited == broken == faq.find("退款") == "三天内可以退款。"


def test_the_more_exact_line_wins(use, file):
    write(file, [{"when": ["退款"], "say": "甲"}, {"when": ["退款 多久"], "say": "乙"}])
    use(file)

    assert [faq.find(text) for text in ("退款要多久", "我要退款")] == ["乙", "甲"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[{", "Invalid JSON"),
        ("{}", "valid array"),
        ([{"when": [], "say": "x"}], "0.when"),
        ([{"when": ["x"], "say": ""}], "0.say"),
        ([{"when": ["x"]}], "0.say"),
        ([{**ENTRY, "more": 1}], "0.more"),
        ([{"when": ["x"], "say": "y" * 1001}], "0.say"),
        (" " * (1 << 20) + "[]", "bytes"),
    ],
)
def test_a_file_that_is_wrong_at_the_start_is_named(use, file, content, why):
    write(file, content)

    with pytest.raises(SettingsError, match=f"TOUTIAO_CHATBOT_FAQ: .*{why}"):
        use(file)


def test_ours_says_one_thing_to_each_of_its_lines():
    entries = faq.ENTRIES.validate_json(faq.OURS.read_bytes())
    lines = [line for entry in entries for line in entry.when]

    assert len(set(lines)) == len(lines)
    assert all(faq.find(line.replace(" ", "")) for line in lines)
