"""The numbers of the contract, pinned: they are stored in SQL and sent to clients."""

from __future__ import annotations

from enum import IntEnum

import pytest

from common.utils import constants


@pytest.mark.parametrize(
    ("enumeration", "values"),
    [
        (constants.ArticleStatus, "DRAFT PENDING APPROVED REJECTED DELETED BANNED"),
        (constants.CommentStatus, "PENDING APPROVED REJECTED DELETED"),
        (constants.RelationKind, "NONE FOLLOW BLACKLIST"),
        (constants.AttitudeKind, "DISLIKE LIKE"),
        (constants.Gender, "MALE FEMALE"),
        (constants.UserStatus, "DISABLED ENABLED"),
        (constants.AnnouncementStatus, "DRAFT PUBLISHED WITHDRAWN"),
        (constants.MaterialKind, "IMAGE VIDEO AUDIO"),
        (constants.MaterialStatus, "PENDING APPROVED FAILED DELETED REMOVING"),
        (
            constants.ReportKind,
            "OTHER EXAGGERATED_TITLE VULGAR MANY_TYPOS REPEATED ADVERTORIAL UNTRUE"
            " SUSPECTED_CRIME INFRINGEMENT",
        ),
        (constants.ReportStatus, "OPEN HANDLED UPHELD DISMISSED"),
        (constants.PermissionType, "MENU API"),
        (constants.ReadSource, "OTHER RECOMMENDATION CHANNEL RELATED OUTSIDE"),
        (constants.SalesArea, "OTHER BEIJING SHANGHAI SHENZHEN GUANGZHOU HANGZHOU"),
        (constants.JobRunStatus, "RUNNING OK FAILED ABANDONED"),
    ],
)
def test_enumerations_that_start_at_zero(enumeration: type[IntEnum], values: str):
    assert {member.name: member.value for member in enumeration} == {
        name: number for number, name in enumerate(values.split())
    }


@pytest.mark.parametrize(
    ("enumeration", "values"),
    [
        (constants.LegalizeKind, "REAL_NAME QUALIFICATION"),
        (constants.LegalizeStatus, "PROCESSING APPROVED REJECTED"),
        (constants.Device, "IOS ANDROID"),
        (constants.NotificationKind, "FOLLOW LIKE COMMENT REPLY REVIEW VERIFICATION"),
        (constants.BehaviourKind, "EXPOSURE CLICK READ COLLECT SHARE SEARCH LOGIN VISIT"),
        (
            constants.StatisticsKind,
            "DAY_ACTIVATE ACCESS ACCESS_IP NEW_USER SEARCH_USER SEARCH ARTICLE COMMENT READ"
            " FORWARD",
        ),
    ],
)
def test_enumerations_that_start_at_one(enumeration: type[IntEnum], values: str):
    assert {member.name: member.value for member in enumeration} == {
        name: number for number, name in enumerate(values.split(), start=1)
    }


def test_the_kind_of_a_cover_is_its_number_of_pictures():
    assert [kind.value for kind in constants.CoverKind] == [0, 1, 3]


def test_wire_names_of_statistics_and_behaviour():
    assert constants.StatisticsKind.DAY_ACTIVATE.wire_name == "day_activate"
    assert constants.StatisticsKind.ACCESS_IP.wire_name == "access_ip"
    assert constants.BehaviourKind.EXPOSURE.wire_name == "exposure"
