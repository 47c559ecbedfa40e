"""Who follows the editor."""

from __future__ import annotations

from common.schemas.users import RelationList
from common.services.relations import lists
from common.utils.http import current
from common.utils.parameters.basic import PerPage
from common.utils.parameters.listing import PageQuery
from mp.resources.access import EditorResource


class FollowerQuery(PageQuery):
    per_page: PerPage = 20


class FollowerListResource(EditorResource):
    """Who follows the logged-in editor."""

    def get(self, query: FollowerQuery) -> RelationList:
        """My followers, the latest first."""
        return lists.list_followers(current.user_id(), page=query.page, per_page=query.per_page)
