"""Keys of repeated requests, nicknames and papers where many write at once, on a real MariaDB."""

from __future__ import annotations

import time
from functools import partial

import pytest
from sqlalchemy import func, select

from common.errors import Conflict, TransactionConflict
from common.extensions.db import db, refresh_view, retry_on_conflict, transaction
from common.models import Comment, IdempotencyKey, LegalizeLog, SensitiveWord, User
from common.schemas.users import ProfileChanges
from common.search import Query, fallback
from common.services.accounts import profile_editing
from common.services.channels import choices as channel_choices
from common.services.channels.choices import Choice
from common.services.comments import posting
from common.services.idempotency import KeyReused, answer_once
from common.settings import Settings
from common.utils.attempts import Answer, Attempt
from common.utils.parameters.phrases import Phrase
from tests.factories import ArticleFactory, ChannelFactory, UserFactory
from tests.support.clients.uploading import PNG
from tests.support.harness.threads import at_once

THREADS = 8
PAPERS: ProfileChanges = {"real_name": "张三", "id_number": "11010519491231002X"}
PICTURES = dict.fromkeys(("id_card_front", "id_card_back", "id_card_handheld"), PNG)


@pytest.fixture(autouse=True)
def _bound(on_mariadb: Settings) -> None:
    """Tests that name no fixture use the database too."""


def count(model) -> int:
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def attempt(digest="a" * 64) -> Attempt:
    return Attempt("app:7", "k1", "toutiao:news.commentlist", digest)


def make_word() -> Answer:
    with transaction() as session:
        session.add(SensitiveWord(word=f"w{time.monotonic_ns()}", weights=1))
    time.sleep(0.05)  # the others arrive meanwhile
    return Answer(201, b'{"message":"OK"}\n')


def test_of_parallel_repeats_exactly_one_is_done():
    def send():
        return retry_on_conflict(lambda: answer_once(attempt(), make_word), attempts=5)

    answers = at_once(*[send] * THREADS)

    assert set(answers) == {Answer(201, b'{"message":"OK"}\n')}
    assert (count(SensitiveWord), count(IdempotencyKey)) == (1, 1)


@pytest.mark.parametrize("keys", [[None] * 6, [None, "k1", None, "k2", "k2", None]])
def test_one_text_sent_in_parallel_is_one_comment_whatever_keys_come_with_it(keys):
    article_id = ArticleFactory(published=True).article_id
    user_id = UserFactory().user_id

    def post():
        return posting.add_comment(
            user_id=user_id, target=article_id, content="好", article_id=None
        )["com_id"]

    def answer():
        return Answer(201, str(post()).encode())

    def send(key):
        if key is None:
            return retry_on_conflict(post, attempts=9)
        keyed = Attempt(f"app:{user_id}", key, "toutiao:news.commentlist", "a" * 64)
        return int(retry_on_conflict(lambda: answer_once(keyed, answer), attempts=9).body)

    ids = at_once(*[lambda key=key: send(key) for key in keys])

    assert len(set(ids)) == 1
    assert count(Comment) == 1


def test_another_request_under_the_key_is_refused():
    answer_once(attempt(), make_word)

    with pytest.raises(KeyReused):
        answer_once(attempt("b" * 64), make_word)
    assert count(SensitiveWord) == 1


@pytest.mark.parametrize("names", [["晚风"] * THREADS, ["Антон", "Aнтoн", "АНТОН", "антон"]])
def test_of_many_who_want_a_name_one_gets_it(names):
    def rename(user_id, name):
        edit = partial(profile_editing.edit_profile, user_id, changes={"name": name}, files={})
        try:
            retry_on_conflict(edit, attempts=5)
        except Conflict:
            return False
        return True

    users = {UserFactory().user_id: name for name in names}
    won = at_once(*[partial(rename, user_id, name) for user_id, name in users.items()])

    assert sum(won) == 1
    assert db.session.scalar(select(func.count()).where(User.user_name.in_(names))) == 1


def test_emoji_of_many_parts_are_kept_whole():
    user_id, name = UserFactory().user_id, "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿" * 7

    profile_editing.edit_profile(user_id, changes={"name": name}, files={})

    assert db.session.scalar(select(User.user_name).where(User.user_id == user_id)) == name


def test_papers_sent_many_times_are_one_request():
    user_id = UserFactory().user_id

    def send():
        edit = partial(profile_editing.edit_profile, user_id, changes=PAPERS, files=PICTURES)
        return retry_on_conflict(edit, attempts=5)

    at_once(send, send, send)

    assert count(LegalizeLog) == 1


def test_channels_added_at_once_are_all_there():
    user_id = UserFactory().user_id
    default = ChannelFactory(is_default=True).channel_id
    added = [ChannelFactory().channel_id for _ in range(4)]

    def add(channel_id):
        put = partial(channel_choices.set_channels, user_id, [Choice(channel_id)])
        return retry_on_conflict(put, attempts=5)

    at_once(*[lambda channel_id=channel_id: add(channel_id) for channel_id in added])

    choices = channel_choices.set_channels(user_id, [Choice(default)])
    assert [choice.sequence for choice in choices] == [6]


@pytest.mark.parametrize(
    ("title", "q", "total"),
    [
        ("城市夜跑地图", "夜跑", 1),
        ("学习Python之路", "PYTHON", 1),
        ("100% 可靠", "100%", 1),
        ("a_c", "a_c", 1),
        ("abc", "a_c", 0),
        ("back\\slash/it's", "k\\s", 1),
        ("😀 笑", "😀", 1),
        ("😀 笑", "😁", 0),
    ],
)
def test_titles_are_found_as_on_the_embedded_database(title, q, total):
    ArticleFactory(published=True, title=title)

    hits = fallback.search(Query(Phrase.of(q)), first=0, count=10)

    assert hits.total == total


def test_a_conflict_leaves_nothing_behind():
    def fail():
        make_word()
        raise TransactionConflict

    with pytest.raises(TransactionConflict):
        answer_once(attempt(), fail)

    assert (count(SensitiveWord), count(IdempotencyKey)) == (0, 0)
