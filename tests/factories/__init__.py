"""Rows for tests, one module per models module; everything else goes through the product.

A factory writes its rows at once and commits. Ids of people, articles and comments grow with
creation and are smaller than any id the product issues itself.
"""

from tests.factories.base import together
from tests.factories.comment import CommentFactory, CommentLikingFactory
from tests.factories.mis import (
    AdministratorFactory,
    AdministratorGroupFactory,
    GroupPermissionFactory,
    OperationLogFactory,
    PermissionFactory,
)
from tests.factories.moderation import AllowPhraseFactory, SensitiveWordFactory
from tests.factories.news import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    ChannelTopFactory,
    CollectionFactory,
    ReportFactory,
    UserChannelFactory,
)
from tests.factories.notice import AnnouncementFactory, NotificationFactory
from tests.factories.statistics import (
    BehaviourEventFactory,
    StatisticsBasicFactory,
    StatisticsReadSourceFactory,
    StatisticsSalesFactory,
    StatisticsSearchFactory,
    StatisticsSearchTotalFactory,
)
from tests.factories.user import (
    LegalizeLogFactory,
    MaterialFactory,
    QualificationFactory,
    RelationFactory,
    UserFactory,
)

__all__ = [
    "AdministratorFactory",
    "AdministratorGroupFactory",
    "AllowPhraseFactory",
    "AnnouncementFactory",
    "ArticleFactory",
    "AttitudeFactory",
    "BehaviourEventFactory",
    "ChannelFactory",
    "ChannelTopFactory",
    "CollectionFactory",
    "CommentFactory",
    "CommentLikingFactory",
    "GroupPermissionFactory",
    "LegalizeLogFactory",
    "MaterialFactory",
    "NotificationFactory",
    "OperationLogFactory",
    "PermissionFactory",
    "QualificationFactory",
    "RelationFactory",
    "ReportFactory",
    "SensitiveWordFactory",
    "StatisticsBasicFactory",
    "StatisticsReadSourceFactory",
    "StatisticsSalesFactory",
    "StatisticsSearchFactory",
    "StatisticsSearchTotalFactory",
    "UserChannelFactory",
    "UserFactory",
    "together",
]
