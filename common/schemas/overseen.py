"""What operators see of the product: people, their papers, channels, announcements."""

from __future__ import annotations

from typing_extensions import TypedDict


class OverseenUser(TypedDict):
    """A reader or editor in a list; the mobile is masked for who may not see it."""

    user_id: int
    account: str | None
    name: str
    email: str | None
    mobile: str
    last_login: str | None
    is_verified: int
    is_media: int
    status: int
    frozen_until: str | None


class OverseenUserPage(OverseenUser):
    """All that operators may know of one."""

    photo: str
    introduction: str | None
    certificate: str | None
    article_count: int
    following_count: int
    fans_count: int
    like_count: int
    read_count: int
    create_time: str | None
    gender: int
    birthday: str
    area: str | None
    company: str | None
    career: str | None


class UserList(TypedDict):
    """A page of users."""

    users: list[OverseenUser]
    total_count: int


class OverseenChannel(TypedDict):
    """A channel; its id is text at this door."""

    channel_id: str
    name: str
    is_visible: int
    is_default: int
    sequence: int
    update_time: str


class ListedChannel(OverseenChannel):
    """A channel in a list: how many articles it has that are not deleted."""

    article_count: int


class OverseenChannelList(TypedDict):
    """A page of channels."""

    channels: list[ListedChannel]
    total_count: int


class PinnedArticle(TypedDict):
    """An article that stands before the others of a channel, for a time or for good."""

    article_id: int
    title: str
    sequence: int
    starts_at: str | None
    ends_at: str | None


class PinnedArticleList(TypedDict):
    """The pinned articles of a channel in their order."""

    tops: list[PinnedArticle]
    total_count: int


class OverseenAnnouncement(TypedDict):
    """An announcement of whatever status."""

    announcement_id: int
    title: str
    content: str
    status: int
    publish_time: str | None
    create_time: str
    update_time: str


class OverseenAnnouncementList(TypedDict):
    """A page of announcements."""

    announcements: list[OverseenAnnouncement]
    total_count: int


class LegalizeRow(TypedDict):
    """A request for verification in a list: type 1 real name, 2 qualification."""

    legalize_id: int
    user_id: int
    account: str | None
    name: str
    mobile: str
    create_time: str
    update_time: str
    type: int
    status: int
    reject_reason: str | None
    reviewer_name: str | None


class LegalizeList(TypedDict):
    """A page of requests; ``oldest_at`` is since when the oldest undecided one waits."""

    legalizes: list[LegalizeRow]
    total_count: int
    oldest_at: str | None


class RealNamePapers(TypedDict):
    """What was handed in for a real name; pictures as addresses that work for some minutes."""

    user_id: int
    gender: int
    birthday: str
    real_name: str | None
    id_number: str | None
    id_card_front: str | None
    id_card_back: str | None
    id_card_handheld: str | None
    area: str | None
    company: str | None
    career: str | None


class QualificationPapers(TypedDict):
    """What was handed in for a qualification; pictures as above."""

    qualification_id: int
    user_id: int
    name: str
    id_number: str | None
    industry: str
    company: str
    position: str
    add_info: str | None
    id_card_front: str | None
    id_card_back: str | None
    id_card_handheld: str | None
    qualification_img: str | None


class RealNamePage(LegalizeRow):
    """A request of type 1 with its papers; None: there are none."""

    user_profile: RealNamePapers | None


class QualificationPage(LegalizeRow):
    """A request of type 2 with its papers; None: there are none."""

    qualification: QualificationPapers | None


LegalizePage = RealNamePage | QualificationPage
