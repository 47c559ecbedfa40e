"""Liking and disliking articles."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.targets import Target
from common.services.articles import attitudes
from common.utils.budgets import attitudes_limited
from common.utils.constants import AttitudeKind
from common.utils.decorators import login_required
from common.utils.http import current
from common.utils.output import Created, NoContent, Resource
from common.utils.parser import ArticleId


class AttitudeCreate(BaseModel):
    target: ArticleId


class ArticleLikingListResource(Resource):
    """Likes."""

    method_decorators = (attitudes_limited, login_required)

    def post(self, body: AttitudeCreate) -> tuple[Target, Created]:
        """Like an article; a dislike is taken back."""
        attitudes.set_attitude(
            user_id=current.user_id(), article_id=body.target, attitude=AttitudeKind.LIKE
        )
        return {"target": body.target}, HTTPStatus.CREATED


class ArticleLikingResource(Resource):
    """The reader's like of an article."""

    method_decorators = (attitudes_limited, login_required)

    def delete(self, article_id: int) -> tuple[None, NoContent]:
        """Take a like back, if there is one."""
        attitudes.withdraw_attitude(
            user_id=current.user_id(), article_id=article_id, attitude=AttitudeKind.LIKE
        )
        return None, HTTPStatus.NO_CONTENT


class ArticleDislikeListResource(Resource):
    """Dislikes."""

    method_decorators = (attitudes_limited, login_required)

    def post(self, body: AttitudeCreate) -> tuple[Target, Created]:
        """Dislike an article: a like is taken back, and it leaves the reader's feed."""
        attitudes.set_attitude(
            user_id=current.user_id(), article_id=body.target, attitude=AttitudeKind.DISLIKE
        )
        return {"target": body.target}, HTTPStatus.CREATED


class ArticleDislikeResource(Resource):
    """The reader's dislike of an article."""

    method_decorators = (attitudes_limited, login_required)

    def delete(self, article_id: int) -> tuple[None, NoContent]:
        """Take a dislike back, if there is one."""
        attitudes.withdraw_attitude(
            user_id=current.user_id(), article_id=article_id, attitude=AttitudeKind.DISLIKE
        )
        return None, HTTPStatus.NO_CONTENT
