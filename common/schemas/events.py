"""What happened: the frozen values that services hand to the outbox (services/outbox.py).

An event says what changed in SQL, never what is to be done about it; the projections know that.
``user_id`` is always who acted, ``author_id`` the author of the article concerned.
"""

from __future__ import annotations

from dataclasses import dataclass

from common.utils.constants import AttitudeKind, RelationKind


@dataclass(frozen=True)
class CommentPlace:
    """Where a comment hangs: ``root_id`` heads its thread; None twice for one on the article."""

    comment_id: int
    parent_id: int | None = None
    root_id: int | None = None


# Accounts


@dataclass(frozen=True)
class UserRegistered:
    """An account came into being."""

    user_id: int


@dataclass(frozen=True)
class ProfileChanged:
    """Name, picture, introduction or another part of a profile is new."""

    user_id: int


@dataclass(frozen=True)
class ObjectsDropped:
    """No row names these stored objects (any more)."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class UserStatusChanged:
    """An account was disabled or enabled, or all its tokens were ended."""

    user_id: int


@dataclass(frozen=True)
class TokenRevoked:
    """A token was taken back before its end; ``jti`` is its identifier."""

    jti: str


@dataclass(frozen=True)
class SmsRequested:
    """A login code waits to be sent. ``encrypted_code`` is sealed (utils/crypto/sealing.py).

    ``namespace`` is the door that asked: ``app`` or ``mp``.
    """

    mobile: str
    encrypted_code: str
    namespace: str


# Readers and articles


@dataclass(frozen=True)
class AttitudeChanged:
    """A reader's attitude to an article went from ``before`` to ``after``; None is no attitude.

    ``author_id`` is None if the article is not approved (any more): a like taken back then has
    already left the author's figures (:class:`ArticleWithdrawn`).
    ``is_article_deleted``: the article's own figures are forgotten for good.
    """

    user_id: int
    article_id: int
    author_id: int | None
    before: AttitudeKind | None
    after: AttitudeKind | None
    is_article_deleted: bool = False


@dataclass(frozen=True)
class CollectionChanged:
    """A reader collected an article, or took it back.

    ``is_article_deleted`` as in :class:`AttitudeChanged`.
    """

    user_id: int
    article_id: int
    is_collected: bool
    is_article_deleted: bool = False


@dataclass(frozen=True)
class ReportFiled:
    """A reader complained about an article."""

    user_id: int
    article_id: int


@dataclass(frozen=True)
class RelationChanged:
    """How ``user_id`` stands to ``target_user_id`` changed."""

    user_id: int
    target_user_id: int
    before: RelationKind
    after: RelationKind


@dataclass(frozen=True)
class ChannelsChanged:
    """A reader edited the list of channels."""

    user_id: int


# Comments


@dataclass(frozen=True)
class _CommentFacts:
    """A comment or reply. ``parent_author_id`` wrote the comment that a reply answers."""

    comment_id: int
    user_id: int
    article_id: int
    author_id: int
    parent_id: int | None = None
    root_id: int | None = None
    parent_author_id: int | None = None
    is_visible: bool = True

    @property
    def place(self) -> CommentPlace:
        """Where it hangs."""
        return CommentPlace(self.comment_id, self.parent_id, self.root_id)


@dataclass(frozen=True)
class CommentAdded(_CommentFacts):
    """A comment or reply was written; ``is_visible`` is False while it waits for review."""


@dataclass(frozen=True)
class CommentDecided(_CommentFacts):
    """A waiting comment was let through, or refused (``is_visible`` False)."""


@dataclass(frozen=True)
class CommentDeleted:
    """Visible comments vanished: the deleted one and the visible replies below it, if any.

    ``is_article_deleted`` as in :class:`AttitudeChanged`.
    """

    article_id: int
    removed: tuple[CommentPlace, ...]
    is_article_deleted: bool = False


@dataclass(frozen=True)
class CommentPinned:
    """A comment was pinned or unpinned within its list."""

    article_id: int
    place: CommentPlace


@dataclass(frozen=True)
class CommentLikingChanged:
    """A reader likes a comment, or no longer does."""

    user_id: int
    comment_id: int
    is_liked: bool


# Articles and what stands around them


@dataclass(frozen=True)
class ArticlePublished:
    """An article became visible. ``likes`` is how many attitudes "like" it has in SQL by now."""

    article_id: int
    author_id: int
    channel_id: int
    likes: int = 0


@dataclass(frozen=True)
class ArticlesImported:
    """Articles came in from outside; ``figures`` are pairs of an author and how many are his."""

    figures: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ArticleWithdrawn:
    """A visible article vanished (banned, deleted, or edited until approved again).

    ``likes`` as in :class:`ArticlePublished`; ``is_deleted`` when it can never come back.
    """

    article_id: int
    author_id: int
    channel_id: int
    likes: int = 0
    is_deleted: bool = False


@dataclass(frozen=True)
class ArticleEdited:
    """A part of an article changed without a change of its visibility."""

    article_id: int
    author_id: int
    channel_id: int


@dataclass(frozen=True)
class ChannelTableChanged:
    """An operator changed the channels."""


@dataclass(frozen=True)
class PinsChanged:
    """The pinned articles of a channel changed; 0 is the channel of recommendations."""

    channel_id: int


@dataclass(frozen=True)
class AnnouncementChanged:
    """An announcement was edited or withdrawn."""

    announcement_id: int


@dataclass(frozen=True)
class AnnouncementPublished:
    """An announcement became visible; it is told to everybody online."""

    announcement_id: int
    title: str
