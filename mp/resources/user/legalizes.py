"""The editor's applications for qualification."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel

from common.schemas.users import Application, ApplicationList
from common.services.accounts import qualifications
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.http.idempotency import once
from common.utils.http.taking import Body
from common.utils.output import Created
from common.utils.parameters.listing import PageQuery
from common.utils.parameters.people import Base64Picture, IdNumber, OptionalPicture
from common.utils.parser import Text
from mp.resources.access import EditorResource

MAX_BODY_BYTES = 10 * 1024 * 1024

Answered = Annotated[str, Text(1, 200)]


class Papers(BaseModel):
    name: Annotated[str, Text(1, 20)]
    id_number: IdNumber
    industry: Answered
    company: Answered
    position: Answered
    add_info: Annotated[str, Text(0, 200)] = ""
    id_card_front: OptionalPicture = None
    id_card_back: OptionalPicture = None
    id_card_handheld: OptionalPicture = None
    qualification_img: Base64Picture


class LegalizeListResource(EditorResource):
    """What the editor has applied for."""

    prepares = True

    def get(self, query: PageQuery) -> ApplicationList:
        """My applications and what became of them, the latest first."""
        return qualifications.list_applications(
            current.user_id(), page=query.page, per_page=query.per_page
        )

    @describes(errors=[409, 413, 429, 507])
    def post(
        self, body: Annotated[Papers, Body(max_bytes=MAX_BODY_BYTES)]
    ) -> tuple[Application, Created]:
        """Apply for qualification as a medium; pictures as base64."""
        papers: Any = body.model_dump(exclude_unset=True)
        sent = {name: papers.pop(name) for name in qualifications.PICTURES if name in papers}
        files = {name: data for name, data in sent.items() if data is not None}
        with qualifications.preparing(current.user_id(), files) as apply:
            return once(lambda: (apply(papers), HTTPStatus.CREATED))
