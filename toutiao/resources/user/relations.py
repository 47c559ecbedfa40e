"""Following and blocking users, and the lists of them."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.targets import Target
from common.schemas.users import RelationList
from common.services.relations import following, lists
from common.utils.budgets import relations_limited
from common.utils.decorators import login_optional, login_required
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Created, NoContent, Resource
from common.utils.parameters.listing import PageQuery
from common.utils.parser import UserId
from toutiao.resources.user.relation_queries import RelationPageQuery


class RelationCreate(BaseModel):
    target: UserId


class FollowingListResource(Resource):
    """Whom the logged-in user follows."""

    method_decorators = {  # noqa: RUF012 - Flask-RESTful reads a plain mapping
        "get": (login_required,),
        "post": (relations_limited, login_required),
    }

    def get(self, query: RelationPageQuery) -> RelationList:
        """Whom I follow, the latest first."""
        return lists.list_followings(current.user_id(), page=query.page, per_page=query.size)

    @describes(errors=[HTTPStatus.FORBIDDEN])
    def post(self, body: RelationCreate) -> tuple[Target, Created]:
        """Follow a user."""
        following.follow_user(user_id=current.user_id(), target_id=body.target)
        return {"target": body.target}, HTTPStatus.CREATED


class FollowingResource(Resource):
    """Somebody the logged-in user follows."""

    method_decorators = (relations_limited, login_required)

    def delete(self, user_id: int) -> tuple[None, NoContent]:
        """Stop following."""
        following.unfollow_user(user_id=current.user_id(), target_id=user_id)
        return None, HTTPStatus.NO_CONTENT


class FollowerListResource(Resource):
    """Who follows the logged-in user."""

    method_decorators = (login_required,)

    def get(self, query: RelationPageQuery) -> RelationList:
        """Who follows me, the latest first."""
        return lists.list_followers(current.user_id(), page=query.page, per_page=query.size)


class BlacklistListResource(Resource):
    """Whom the logged-in user has blocked."""

    method_decorators = {  # noqa: RUF012 - Flask-RESTful reads a plain mapping
        "get": (login_required,),
        "post": (relations_limited, login_required),
    }

    def get(self, query: PageQuery) -> RelationList:
        """Whom I have blocked, the latest first."""
        return lists.list_blocked(current.user_id(), page=query.page, per_page=query.per_page)

    def post(self, body: RelationCreate) -> tuple[Target, Created]:
        """Block a user; neither follows the other any more."""
        following.block_user(user_id=current.user_id(), target_id=body.target)
        return {"target": body.target}, HTTPStatus.CREATED


class BlacklistResource(Resource):
    """Somebody the logged-in user has blocked."""

    method_decorators = (relations_limited, login_required)

    def delete(self, user_id: int) -> tuple[None, NoContent]:
        """Unblock a user."""
        following.unblock_user(user_id=current.user_id(), target_id=user_id)
        return None, HTTPStatus.NO_CONTENT


class UserFollowingListResource(Resource):
    """Whom somebody follows."""

    method_decorators = (login_optional,)

    def get(self, user_id: int, query: RelationPageQuery) -> RelationList:
        """Whom a user follows, the latest first."""
        return lists.list_followings(user_id, page=query.page, per_page=query.size)


class UserFollowerListResource(Resource):
    """Who follows somebody."""

    method_decorators = (login_optional,)

    def get(self, user_id: int, query: RelationPageQuery) -> RelationList:
        """Who follows a user, the latest first."""
        return lists.list_followers(user_id, page=query.page, per_page=query.size)
