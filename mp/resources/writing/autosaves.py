"""What an editor is typing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import Field

from common.schemas.writing.autosaves import Autosave, Autosaved, AutosaveList, Typed
from common.services.writing.typed import autosaves, unfinished
from common.utils.budgets import autosaves_limited
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.http.idempotency import once
from common.utils.http.limiting import few_at_once
from common.utils.http.taking import Body
from common.utils.output import Created, NoContent
from common.utils.parameters.basic import Absent
from common.utils.parameters.listing import PageQuery
from common.utils.parser import Because, Text, Whole
from mp.resources.access import EditorResource
from mp.resources.writing.senders import LARGEST, Number, Sender

MAX_BODY_BYTES: Final = 4 * 1024 * 1024  # a megabyte of text, however it is escaped
AT_ONCE: Final = 4  # autosaves of one editor in one process: each may hold megabytes
LONGEST_TITLE: Final = 255
ANY_TITLE: Final = 'Value does not match pattern: "^.{0,255}$"'

# Nobody looks whether there is such a channel, as a save does: it is kept, and has to fit.
KeptChannelId = Annotated[int, Whole(0, LARGEST), Because("Invalid channel id.")]


class AutosaveBody(Sender):
    """A text that may lack anything."""

    title: Annotated[str, Text(0, LONGEST_TITLE, ANY_TITLE)] = ""
    content: Annotated[str, Text(0, MAX_BODY_BYTES, "Invalid params.", lines=True)] = ""
    cover: Annotated[dict[str, Any], Field(default_factory=dict)]
    channel_id: Annotated[KeptChannelId | None, Absent((0,))] = None
    base_version: Annotated[Number | None, Absent()] = None

    def typed(self) -> Typed:
        """What it says."""
        return Typed(
            self.title,
            self.content,
            self.cover,
            self.channel_id,
            self.base_version,
            self.origin(),
        )


typed_limited = few_at_once(AT_ONCE)
Sent = Annotated[AutosaveBody, Body(max_bytes=MAX_BODY_BYTES)]


class ArticleAutosaveResource(EditorResource):
    """What is typed about an article."""

    method_decorators = {"put": (typed_limited, autosaves_limited)}  # noqa: RUF012 - Flask-RESTful reads a mapping

    def get(self, article_id: int) -> Autosave:
        """What I was typing."""
        return unfinished.get(article_id, current.user_id())

    @describes(errors=(413,))
    def put(self, article_id: int, body: Sent) -> tuple[Autosaved, Created]:
        """Keep what I am typing."""
        return autosaves.keep(article_id, current.user_id(), body.typed()), HTTPStatus.CREATED

    def delete(self, article_id: int) -> tuple[None, NoContent]:
        """Give it up."""
        autosaves.discard(article_id, current.user_id())
        return None, HTTPStatus.NO_CONTENT


class AutosaveListResource(EditorResource):
    """Everything that is not finished."""

    prepares = True

    method_decorators = {"post": (typed_limited, autosaves_limited)}  # noqa: RUF012 - Flask-RESTful reads a mapping

    def get(self, query: PageQuery) -> AutosaveList:
        """My unfinished texts, the latest first."""
        return unfinished.list_own(current.user_id(), page=query.page, per_page=query.per_page)

    @describes(errors=(413,))
    def post(self, body: Sent) -> tuple[Autosaved, Created]:
        """Keep a text that is no article yet."""
        keep = autosaves.prepared(current.user_id(), body.typed())
        return once(lambda: (keep(), HTTPStatus.CREATED))


class AutosaveResource(EditorResource):
    """A text that is no article yet."""

    method_decorators = {"put": (typed_limited, autosaves_limited)}  # noqa: RUF012 - Flask-RESTful reads a mapping

    def get(self, autosave_id: int) -> Autosave:
        """What I was typing."""
        return unfinished.get_new(autosave_id, current.user_id())

    @describes(errors=(404, 413))
    def put(self, autosave_id: int, body: Sent) -> tuple[Autosaved, Created]:
        """Keep what I am typing."""
        kept = autosaves.keep_again(autosave_id, current.user_id(), body.typed())
        return kept, HTTPStatus.CREATED

    def delete(self, autosave_id: int) -> tuple[None, NoContent]:
        """Give it up."""
        autosaves.discard_new(autosave_id, current.user_id())
        return None, HTTPStatus.NO_CONTENT
