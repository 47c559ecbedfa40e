"""From what an editor sends to what is kept: everything about it that needs no lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from common.cache.engine.stages import stage
from common.errors import InvalidInput
from common.schemas.writing.articles import ArticleText
from common.services.channels.catalogue import want_existence
from common.services.media import uploads
from common.services.moderation.sensitive_words import Hit
from common.services.writing.contents import bodies, covers, screening
from common.services.writing.contents.bodies import Body
from common.services.writing.contents.embedded import Rehearsal
from common.services.writing.saves.holding import Text
from common.utils.text import shapes

MIN_TITLE: Final = 5  # characters
MAX_TITLE: Final = 30
INVALID_TITLE: Final = {"title": f'Value does not match pattern: "^.{{{MIN_TITLE},{MAX_TITLE}}}$"'}
INVALID_CHANNEL: Final = {"channel_id": "Invalid channel id."}


@dataclass(frozen=True, slots=True)
class ReadyText:
    """A text that may be kept, but for what depends on the article that it is for."""

    sent: ArticleText
    body: Body
    hits: list[Hit]
    is_channel_visible: bool

    def text(self, before: Text | None = None) -> Text:
        """As SQL keeps it.

        :param before: what the article said until now: its channel may have been hidden since,
            and its cover may be made of what nobody may choose any more
        :raises InvalidInput: no such channel, or the cover lacks pictures
        """
        text = self.text_anywhere(before)
        self.refuse_bad_channel(text, before)
        return text

    def text_anywhere(self, before: Text | None = None) -> Text:
        """As :meth:`text`, whether there is such a channel or not.

        :raises InvalidInput: the cover lacks pictures
        """
        sent = self.sent
        present = None if before is None else before.cover.get("images")
        cover = covers.chosen(
            sent.cover,
            in_body=self.body.keys,
            present=present if isinstance(present, list) else (),
        )
        return Text(sent.title, self.body.html, cover, sent.channel_id)

    def refuse_bad_channel(self, text: Text, before: Text | None = None) -> None:
        """Nothing, if ``text``, which is made of this one, may be saved in its channel.

        :param before: as in :meth:`text`
        :raises InvalidInput: no such channel
        """
        is_as_before = before is not None and before.channel_id == text.channel_id
        is_as_sent = text.channel_id == self.sent.channel_id
        if is_as_sent and not is_as_before and not self.is_channel_visible:
            raise InvalidInput(INVALID_CHANNEL)


def refuse_bad_title(title: str) -> None:
    """Nothing, if a new text may have this title; doors say the same of what they are sent.

    :raises InvalidInput: too short or too long
    """
    if len(shapes.seen(title)) < MIN_TITLE or len(title) > MAX_TITLE:
        raise InvalidInput(INVALID_TITLE)


def ready_again(text: Text) -> ReadyText:
    """A text that was kept before, or is made of such ones, as it is: nothing of it is cleaned.

    :raises InvalidInput: it has no content, or a word that refuses it
    """
    sent = ArticleText(
        title=text.title, content=text.content, cover=text.cover, channel_id=text.channel_id
    )
    hits = screening.screen(title=text.title, content=text.content)
    return ReadyText(sent, bodies.complete(text.content), hits, is_channel_visible=True)


@contextmanager
def ready(
    sent: ArticleText, user_id: int, *, check: Callable[[ReadyText], object] = ReadyText.text
) -> Iterator[ReadyText]:
    """A text made fit to be kept; the block keeps it, or its pictures are dropped again.

    Taking in what stands in the text as data is much work, and uses up the author's uploads: all
    that may be refused without it is refused first.

    :param check: refuses what may be refused already
    :raises InvalidInput: it has no content, or a word that refuses it
    :raises TooLarge: of the text or of a picture in it there is too much
    :raises TooManyRequests: it has more pictures than its author may upload today
    :raises DependencyUnavailable: the storage is down
    """
    rehearsal = Rehearsal()
    body = bodies.ready(sent.content, user_id, rehearsal)
    hits = screening.screen(title=sent.title, content=body.html)
    with stage() as ask:
        exists = want_existence(ask, sent.channel_id)
    rehearsed = ReadyText(sent, body, hits, exists())
    if not rehearsal.count:
        yield rehearsed
        return
    check(rehearsed)
    uploads.refuse_beyond_budget(user_id, rehearsal.count)
    with uploads.all_or_nothing() as upload:
        yield replace(rehearsed, body=bodies.ready(sent.content, user_id, upload))
