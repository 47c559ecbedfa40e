"""Requests for verification as operators see them, with the papers handed in."""

from __future__ import annotations

from typing_extensions import TypedDict


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
