"""The counters of contract/redis.md §3: key, durable copy in SQL, and what it should say by SQL.

They are changed by the outbox only (projection ``counters``), except the reading counts, whose
only live source is STORE.
"""

from __future__ import annotations

from common.cache import collections
from common.cache.engine.counters import Counter, rows
from common.models import (
    Article,
    ArticleStatistic,
    Attitude,
    Comment,
    CommentLiking,
    Relation,
    User,
)
from common.models.base import Model
from common.models.visibility import approved_articles_sql, approved_comments_sql
from common.utils.constants import AttitudeKind, RelationKind

_approved_comment = approved_comments_sql()
_follows = Relation.relation == RelationKind.FOLLOW
_likes = Attitude.attitude == AttitudeKind.LIKE

user_articles = Counter(
    "count:user:arts",
    copy=User.article_count,
    truth=[rows(Article.user_id, approved_articles_sql())],
)
article_dislikes = Counter(
    "count:art:dislike",
    copy=ArticleStatistic.dislike_count,
    truth=[rows(Attitude.article_id, Attitude.attitude == AttitudeKind.DISLIKE)],
)
article_likes = Counter(
    "count:art:liking",
    copy=ArticleStatistic.like_count,
    truth=[rows(Attitude.article_id, _likes)],
)
comment_likes = Counter(
    "count:comm:liking",
    truth=[rows(CommentLiking.comment_id, CommentLiking.is_deleted.is_(False))],
)
article_comments = Counter(
    "count:art:comm",
    copy=ArticleStatistic.fans_comment_count,
    truth=[rows(Comment.article_id, _approved_comment)],
)
comment_replies = Counter(
    "count:art:reply",
    truth=[
        # All descendants count for the head of a thread, direct replies for the others.
        rows(Comment.root_id, _approved_comment),
        rows(Comment.parent_id, _approved_comment, Comment.parent_id != Comment.root_id),
    ],
)
user_followings = Counter(
    "count:user:followings",
    copy=User.following_count,
    truth=[rows(Relation.user_id, _follows)],
)
user_followers = Counter(
    "count:user:followers",
    copy=User.fans_count,
    truth=[rows(Relation.target_user_id, _follows)],
)
user_likes = Counter(
    "count:user:liked",
    copy=User.like_count,
    truth=[
        rows(
            Article.user_id,
            approved_articles_sql(),
            Attitude.article_id == Article.article_id,
            _likes,
        )
    ],
)
article_reads = Counter("count:art:reading", copy=ArticleStatistic.read_count)
user_reads = Counter("count:user:arts:reading", copy=User.read_count)

# In the order of the reference's nightly job (contract/jobs.md §1), then those without a truth.
ALL = (
    user_articles,
    *collections.COUNTERS,
    article_dislikes,
    article_likes,
    comment_likes,
    article_comments,
    comment_replies,
    user_followings,
    user_followers,
    user_likes,
    article_reads,
    user_reads,
)


def _copied_to(model: type[Model]) -> dict[str, Counter]:
    return {
        each.copy.key: each for each in ALL if each.copy is not None and each.copy.class_ is model
    }


# Those with a durable copy, by the column that holds it.
OF_ARTICLES = _copied_to(ArticleStatistic)
OF_USERS = _copied_to(User)
