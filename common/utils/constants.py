"""The product's enumerations: the numbers are those of SQL and of the wire."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class ArticleStatus(IntEnum):
    """``news_article_basic.status``; readers see only ``APPROVED`` (contract/user-app.md §1.12)."""

    DRAFT = 0
    PENDING = 1
    APPROVED = 2
    REJECTED = 3
    DELETED = 4
    BANNED = 5


class ReviewAction(IntEnum):
    """``news_article_review.action``: what an operator did to an article (contract/admin.md §2.37).

    ``UNDO``, which is ours, takes one of the others back.
    """

    APPROVE = 2
    REJECT = 3
    DELETE = 4
    BAN = 5
    UNBAN = 6
    UNDO = 7


class CommentStatus(IntEnum):
    """``news_comment.status``; readers see only ``APPROVED``."""

    PENDING = 0
    APPROVED = 1
    REJECTED = 2
    DELETED = 3


class RelationKind(IntEnum):
    """``user_relation.relation``: one row per ordered pair of users."""

    NONE = 0
    FOLLOW = 1
    BLACKLIST = 2


class AttitudeKind(IntEnum):
    """``news_attitude.attitude``; a withdrawn one is NULL in SQL and -1 on the wire."""

    DISLIKE = 0
    LIKE = 1


class Gender(IntEnum):
    """``user_profile.gender``."""

    MALE = 0
    FEMALE = 1


class Device(IntEnum):
    """``user_profile.device``: where the user signed in last."""

    IOS = 1
    ANDROID = 2


class UserStatus(IntEnum):
    """``user_basic.status`` and ``mis_administrator.status``."""

    DISABLED = 0
    ENABLED = 1


class AnnouncementStatus(IntEnum):
    """``global_announcement.status``; readers see only ``PUBLISHED``."""

    DRAFT = 0
    PUBLISHED = 1
    WITHDRAWN = 2


class MaterialKind(IntEnum):
    """``user_material.type``."""

    IMAGE = 0
    VIDEO = 1
    AUDIO = 2


class MaterialStatus(IntEnum):
    """``user_material.status``; pictures are approved once they are stored.

    ``PENDING``: being uploaded. ``FAILED``: refused by an operator. ``REMOVING``, which is ours:
    the object is about to be removed.
    """

    PENDING = 0
    APPROVED = 1
    FAILED = 2
    DELETED = 3
    REMOVING = 4


class MaterialUseKind(IntEnum):
    """``material_use.kind``: what the holder of a picture is (contract/additions.md §2)."""

    BODY = 1
    COVER = 2
    REVISION = 3
    AUTOSAVE = 4
    AVATAR = 5


class RevisionStatus(IntEnum):
    """``news_article_revision.status``: of edits of a live article (contract/additions.md §2).

    The newest text stands beside the live one while it is waiting, was rejected, or was restored
    and nobody has submitted it (``BESIDE``).
    """

    KEPT = 0
    WAITING = 1
    APPROVED = 2
    REJECTED = 3
    BESIDE = 4


# Of the newest text: what readers see of the article is another one.
BESIDE_THE_LIVE_TEXT = frozenset(RevisionStatus) - {RevisionStatus.KEPT, RevisionStatus.APPROVED}


class AppealStatus(IntEnum):
    """``article_appeal.status``."""

    OPEN = 0
    UPHELD = 1
    DISMISSED = 2


class LegalizeKind(IntEnum):
    """``user_legalize_log.type``: what the user asks to have confirmed."""

    REAL_NAME = 1
    QUALIFICATION = 2


class LegalizeStatus(IntEnum):
    """``user_legalize_log.status``."""

    PROCESSING = 1
    APPROVED = 2
    REJECTED = 3


class ReportKind(IntEnum):
    """``news_report.type``; any of them may come with a remark."""

    OTHER = 0
    EXAGGERATED_TITLE = 1
    VULGAR = 2
    MANY_TYPOS = 3
    REPEATED = 4
    ADVERTORIAL = 5
    UNTRUE = 6
    SUSPECTED_CRIME = 7
    INFRINGEMENT = 8


class ReportStatus(IntEnum):
    """``news_report.status``; ``HANDLED`` says nothing about whether the reporter was right."""

    OPEN = 0
    HANDLED = 1
    UPHELD = 2
    DISMISSED = 3


class CoverKind(IntEnum):
    """``cover.type``: the value is the number of pictures."""

    NONE = 0
    SINGLE = 1
    TRIPLE = 3


class NotificationKind(IntEnum):
    """``user_notification.kind`` (contract/data-model.md §7b)."""

    FOLLOW = 1
    LIKE = 2
    COMMENT = 3
    REPLY = 4
    REVIEW = 5
    VERIFICATION = 6


class BehaviourKind(IntEnum):
    """``behaviour_event.kind`` (contract/data-model.md §7b)."""

    EXPOSURE = 1
    CLICK = 2
    READ = 3
    COLLECT = 4
    SHARE = 5
    SEARCH = 6
    LOGIN = 7
    VISIT = 8

    @property
    def wire_name(self) -> str:
        """How exported event lines spell it."""
        return self.name.lower()


class PermissionType(IntEnum):
    """``mis_permission.type``."""

    MENU = 0
    API = 1


class MenuId(IntEnum):
    """``mis_permission.permission_id`` of the seeded menus that API permissions are drawn below."""

    USERS = 7
    VERIFICATIONS = 8
    CHANNELS = 9
    CONTENTS = 10
    REVIEWS = 11
    SITE_FIGURES = 12
    CONTENT_FIGURES = 13
    ADMINISTRATORS = 14
    GROUPS = 15
    PERMISSIONS = 16
    OPERATION_LOG = 17
    SENSITIVE_WORDS = 20


class StatisticsKind(IntEnum):
    """``statistics_basic.type`` (contract/data-model.md §4)."""

    DAY_ACTIVATE = 1
    ACCESS = 2
    ACCESS_IP = 3
    NEW_USER = 4
    SEARCH_USER = 5
    SEARCH = 6
    ARTICLE = 7
    COMMENT = 8
    READ = 9
    FORWARD = 10

    @property
    def wire_name(self) -> str:
        """How the statistics endpoints of MIS spell it."""
        return self.name.lower()


class ChartSize(StrEnum):
    """By what a chart of statistics counts (contract/admin.md §2.42)."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"


class ReadSource(IntEnum):
    """``statistics_read_source_total.source``: what led the reader to the article."""

    OTHER = 0
    RECOMMENDATION = 1
    CHANNEL = 2
    RELATED = 3
    OUTSIDE = 4


class SalesArea(IntEnum):
    """``statistics_sales_total.area``."""

    OTHER = 0
    BEIJING = 1
    SHANGHAI = 2
    SHENZHEN = 3
    GUANGZHOU = 4
    HANGZHOU = 5


class JobRunStatus(IntEnum):
    """``job_run.status``."""

    RUNNING = 0
    OK = 1
    FAILED = 2
    ABANDONED = 3
