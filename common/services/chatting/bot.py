"""What the bot says: it looks for a rule that understands, one after the other, and always answers.

Plain text; whoever shows it escapes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from common.errors import DependencyUnavailable
from common.schemas.chats import Conversation
from common.services.chatting import articles, asking, conversations, faq, small_talk
from common.services.moderation import sensitive_words
from common.utils.background.errands import Complaints

MAX_CHARACTERS: Final = 500  # contract/realtime.md §5; what is longer is read so far
MAX_USER_ID_DIGITS: Final = 19

SILENT: Final = "我在听呢，想说点什么？也可以问我“最近有什么科技新闻”。"
NOT_THAT: Final = "这个话题我不方便聊，我们换一个吧。"
NO_ARTICLES: Final = "文章服务正忙，我一时查不到。请稍后再问我一次。"
NOT_THAT_MANY: Final = "刚才的列表里没有第 {} 条，换个序号试试？"
NO_LIST: Final = "我还没有给你列过文章。先问我“最近有什么新闻”吧。"
GONE: Final = "这篇文章已经看不到了，看看别的吧。"
NOTHING_MORE: Final = "就这些了，暂时没有更多。换个话题问我吧。"
NOTHING_ABOUT: Final = "没有找到和“{}”有关的文章。"
NOT_UNDERSTOOD: Final = "这句我没太明白。你可以问我“最近有什么科技新闻”，或者“怎么修改昵称”。"
MEANWHILE: Final = "大家正在看："

_complaints = Complaints()


class _Turn(NamedTuple):
    """What is said now, and all that is known."""

    text: str
    former: Conversation
    reader_id: int | None


Said = tuple[str, Conversation]
Rule = Callable[[_Turn], Said | None]


def answer(text: str, user_id: str) -> str:
    """What the bot says to ``text``; never empty. Remembers the conversation for half an hour.

    :param user_id: whose conversation it goes on; a number is a reader, from whom articles of
        authors that he has blocked are kept
    """
    former = conversations.recall(user_id)
    turn = _Turn(asking.plain(text[:MAX_CHARACTERS]), former, _reader(user_id))
    said, now = _answered(turn)
    conversations.keep(user_id, now.model_copy(update={"turn": former.turn + 1}))
    return said


def _reader(user_id: str) -> int | None:
    is_number = user_id.isascii() and user_id.isdigit() and len(user_id) <= MAX_USER_ID_DIGITS
    return int(user_id) if is_number else None


def _answered(turn: _Turn) -> Said:
    """By the first rule that understands. A rule that would need what is away is passed over."""
    is_all_there = True
    for rule in RULES:
        try:
            said = rule(turn)
        except DependencyUnavailable as error:
            _complaints.utter("bot_knows_less", dependency=error.dependency)
            is_all_there = False
        else:
            if said is not None:
                return said
    return (NOT_UNDERSTOOD if is_all_there else NO_ARTICLES), turn.former


def _silence(turn: _Turn) -> Said | None:
    return None if turn.text else (SILENT, turn.former)


def _refusal(turn: _Turn) -> Said | None:
    hits = sensitive_words.refusing(sensitive_words.find(turn.text))
    sensitive_words.note_hits(hits)
    return (NOT_THAT, turn.former) if hits else None


def _one_of_the_list(turn: _Turn) -> Said | None:
    number = asking.number_in(turn.text)
    if number is None:
        return None
    shown = turn.former.shown
    if not 1 <= number <= len(shown):
        return (NOT_THAT_MANY.format(number) if shown else NO_LIST), turn.former
    return articles.summary(shown[number - 1], turn.reader_id) or GONE, turn.former


def _more(turn: _Turn) -> Said | None:
    if not (asking.wants_more(turn.text) and turn.former.shown):
        return None
    found = articles.find(turn.former.wish, turn.reader_id, without=turn.former.seen)
    return _listed(turn, found) if found.articles else (NOTHING_MORE, turn.former)


def _help(turn: _Turn) -> Said | None:
    said = faq.find(turn.text)
    return None if said is None else (said, turn.former)


def _asked_articles(turn: _Turn) -> Said | None:
    wish = asking.wish_in(turn.text)
    if wish is None:
        return None
    found = articles.find(wish, turn.reader_id)
    return _listed(turn, found) if found.articles else _instead(turn, wish.topic)


def _small_talk(turn: _Turn) -> Said | None:
    said = small_talk.find(turn.text, turn.former.turn)
    return None if said is None else (said, turn.former)


def _anything_about(turn: _Turn) -> Said | None:
    found = articles.find(asking.wish_for(turn.text), turn.reader_id)
    return _listed(turn, found) if found.articles else None


def _hot_instead(turn: _Turn) -> Said | None:
    return _instead(turn, "")


def _instead(turn: _Turn, topic: str) -> Said | None:
    """Nothing was found: what others read."""
    hot = articles.find(asking.wish_for(""), turn.reader_id, without=turn.former.shown)
    first = NOTHING_ABOUT.format(topic) if topic else NOT_UNDERSTOOD
    if not hot.articles:
        return first, turn.former
    said, now = _listed(turn, hot._replace(heading=MEANWHILE))
    return f"{first}\n{said}", now


def _listed(turn: _Turn, found: articles.Found) -> Said:
    return articles.listed(found), turn.former.after(found.wish, found.ids)


# The order decides: who counts and asks for more means the last list; who asks how means the
# product; who asks for news means articles, however kindly he greets.
RULES: Final[tuple[Rule, ...]] = (
    _silence,
    _refusal,
    _one_of_the_list,
    _more,
    _help,
    _asked_articles,
    _small_talk,
    _anything_about,
    _hot_instead,
)
