"""What shows a picture of the library, by name (contract/additions.md §2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, func, select

from common.errors import NotFound
from common.extensions.db import db
from common.models import Article, ArticleAutosave, ArticleRevision, Material, MaterialUse
from common.schemas.materials import MaterialUseCard, MaterialUseList
from common.services.paging import first_index
from common.utils.constants import MaterialStatus, MaterialUseKind

NOT_THERE: Final = "Image not exists."


def list_uses(user_id: int, material_id: int, *, page: int, per_page: int) -> MaterialUseList:
    """A page of what of the user's own shows a picture; as many as its ``used_in`` says.

    Bodies first, then covers, revisions, autosaves, the avatar; of each kind the newest first. A
    holder that is gone has its kind alone. Six statements at most.

    :raises NotFound: the picture is not in the user's library
    """
    key = db.session.scalar(
        select(Material.url).where(
            Material.material_id == material_id,
            Material.user_id == user_id,
            Material.status == MaterialStatus.APPROVED,
        )
    )
    if key is None:
        raise NotFound(NOT_THERE)
    own = (MaterialUse.user_id == user_id, MaterialUse.object_key == key)
    total, cards = page_of_uses(own, page=page, per_page=per_page)
    return {"total_count": total, "page": page, "per_page": per_page, "results": cards}


def page_of_uses(
    conditions: Collection[ColumnElement[bool]], *, page: int, per_page: int
) -> tuple[int, list[MaterialUseCard]]:
    """How many uses there are, and a page of them in the order of :func:`list_uses`."""
    total = db.session.scalar(select(func.count()).select_from(MaterialUse).where(*conditions)) or 0
    rows = db.session.execute(
        select(MaterialUse.kind, MaterialUse.holder_id)
        .where(*conditions)
        .order_by(MaterialUse.kind, MaterialUse.holder_id.desc())
        .offset(first_index(page, per_page))
        .limit(per_page)
    ).all()
    return total, _cards([(row.kind, row.holder_id) for row in rows])


Members = dict[str, Any]  # of a card, but for its kind
Finder = Callable[[Collection[int]], dict[int, Members]]


def _cards(uses: Collection[tuple[int, int]]) -> list[MaterialUseCard]:
    found: dict[tuple[int, int], Members] = {}
    for members_of, kinds in _MEMBERS.items():
        ids = {holder_id for kind, holder_id in uses if kind in kinds}
        of_holder = members_of(ids) if ids else {}
        found |= {(kind, id_): members for kind in kinds for id_, members in of_holder.items()}
    return [cast(MaterialUseCard, {"kind": _NAMES[use[0]]} | found.get(use, {})) for use in uses]


def _articles(ids: Collection[int]) -> dict[int, Members]:
    rows = db.session.execute(
        select(Article.article_id, Article.title).where(Article.article_id.in_(ids))
    )
    return {row.article_id: {"article_id": row.article_id, "title": row.title} for row in rows}


def _revisions(ids: Collection[int]) -> dict[int, Members]:
    rows = db.session.execute(
        select(
            ArticleRevision.id,
            ArticleRevision.article_id,
            ArticleRevision.version,
            ArticleRevision.title,
        ).where(ArticleRevision.id.in_(ids))
    )
    return {
        row.id: {
            "article_id": row.article_id,
            "title": row.title,
            "version": row.version,
        }
        for row in rows
    }


def _autosaves(ids: Collection[int]) -> dict[int, Members]:
    rows = db.session.execute(
        select(
            ArticleAutosave.autosave_id, ArticleAutosave.article_id, ArticleAutosave.title
        ).where(ArticleAutosave.autosave_id.in_(ids))
    )
    return {
        row.autosave_id: {
            "article_id": row.article_id,
            "title": row.title,
            "autosave_id": row.autosave_id,
        }
        for row in rows
    }


_MEMBERS: Final[Mapping[Finder, tuple[MaterialUseKind, ...]]] = {
    _articles: (MaterialUseKind.BODY, MaterialUseKind.COVER),
    _revisions: (MaterialUseKind.REVISION,),
    _autosaves: (MaterialUseKind.AUTOSAVE,),
}
_NAMES: Final[Mapping[int, str]] = {kind: kind.name.lower() for kind in MaterialUseKind}
