"""Claims on what waits."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.overseeing.articles import Claimed
from common.services.reviewing import claiming
from common.utils.output import Created, NoContent
from common.utils.parameters.operators import Ids
from mis.resources.access import OperatorResource, operator, permitted
from mis.resources.review.articles import DECIDING


class Claims(BaseModel):
    article_ids: Ids


class ClaimListResource(OperatorResource):
    """My claims."""

    permissions = permitted(post=DECIDING, delete=DECIDING)

    def post(self, body: Claims) -> tuple[Claimed, Created]:
        """Claim those of these that wait and are free, for ten minutes."""
        return claiming.claim(operator(), body.article_ids), HTTPStatus.CREATED

    def delete(self, body: Claims) -> tuple[None, NoContent]:
        """Give mine among these up."""
        claiming.release(operator(), body.article_ids)
        return None, HTTPStatus.NO_CONTENT
