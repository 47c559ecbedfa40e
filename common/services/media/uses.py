"""Where stored pictures are in use: bodies, covers, revisions, autosaves, avatars.

contract/additions.md §2. Whoever keeps a text with pictures says so in the transaction that saves
it; an object goes only when nothing uses it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, not_, select, tuple_
from sqlalchemy.orm import Session

from common.extensions.db import db, insert_ignore
from common.models import Material, MaterialUse
from common.schemas.events.media import PicturesReleased
from common.services import outbox
from common.utils import media
from common.utils.constants import MaterialStatus, MaterialUseKind
from common.utils.storage.keys import owner_of
from common.utils.text.html import pictures_of

AT_ONCE = 500  # rows of one statement


def keys_in(html: str = "", cover: Mapping[str, Any] | None = None) -> list[str]:
    """Keys of our own pictures in a body and a cover (``{"images": […]}``), each once, in order.

    Addresses may be absolute, relative or bare keys (covers); a thumbnail's address counts as its
    picture's.
    """
    images = (cover or {}).get("images") or []
    addresses = [*pictures_of(html), *(image for image in images if isinstance(image, str))]
    return list(dict.fromkeys(key for url in addresses if (key := media.key_of(url))))


def record(
    session: Session,
    user_id: int,
    kind: MaterialUseKind,
    holder_id: int,
    keys: Collection[str],
    *,
    former: Collection[str] | None = None,
) -> None:
    """Say which pictures a holder uses, instead of what it used before; inside a transaction.

    :param user_id: who owns the holder
    :param holder_id: article (body, cover), ``news_article_revision.id``, autosave or user
    :param former: what it used before, if known: then nothing is asked, and nothing written
        where it is the same
    """
    before = set(_of(session, kind, holder_id) if former is None else former)
    after = set(keys)
    _insert(session, user_id, kind, holder_id, sorted(after - before))
    for gone in _parts(sorted(before - after)):
        session.execute(
            delete(MaterialUse).where(
                MaterialUse.kind == kind,
                MaterialUse.holder_id == holder_id,
                MaterialUse.object_key.in_(gone),
            )
        )
        _released(session, user_id, gone)


def release(
    session: Session, user_id: int, kind: MaterialUseKind, holder_ids: Sequence[int]
) -> None:
    """These holders are gone, and with them all that they used; inside a transaction.

    :param user_id: who owned the holders
    """
    if not holder_ids:
        return
    held = (MaterialUse.kind == kind, MaterialUse.holder_id.in_(holder_ids))
    keys = session.scalars(select(MaterialUse.object_key).where(*held).distinct()).all()
    if keys:
        session.execute(delete(MaterialUse).where(*held))
    for some in _parts(sorted(keys)):
        _released(session, user_id, some)


def counts(user_id: int, keys: Collection[str]) -> dict[str, int]:
    """How often the user's own texts and avatar use each picture; one statement for all.

    Pictures without any use are left out.
    """
    if not keys:
        return {}
    rows = db.session.execute(
        select(MaterialUse.object_key, func.count())
        .where(MaterialUse.user_id == user_id, MaterialUse.object_key.in_(keys))
        .group_by(MaterialUse.object_key)
    )
    return {row[0]: row[1] for row in rows}


def _released(session: Session, user_id: int, keys: Sequence[str]) -> None:
    """Objects may be removed now, but for those that the user has in his library.

    Texts may name whatever they like: of a key that nobody ever uploaded there is nothing to
    remove, and a note about it would keep the relay from what others wait for.
    """
    gone = tuple(key for key in keys if owner_of(key) is None)  # guests' have no row for long
    if materials := [(owner, key) for key in keys if (owner := owner_of(key)) is not None]:
        kept_by_him = and_(Material.user_id == user_id, Material.status == MaterialStatus.APPROVED)
        rows = session.scalars(
            select(Material.hash).where(
                tuple_(Material.user_id, Material.hash).in_(materials), not_(kept_by_him)
            )
        )
        gone += tuple(key for key in rows if key is not None)
    if gone:
        outbox.add(PicturesReleased(keys=gone))


def _of(session: Session, kind: MaterialUseKind, holder_id: int) -> Iterable[str]:
    return session.scalars(
        select(MaterialUse.object_key).where(
            MaterialUse.kind == kind, MaterialUse.holder_id == holder_id
        )
    )


def _insert(
    session: Session, user_id: int, kind: MaterialUseKind, holder_id: int, keys: Sequence[str]
) -> None:
    insert_ignore(
        session,
        MaterialUse,
        [
            {"object_key": key, "kind": kind, "holder_id": holder_id, "user_id": user_id}
            for key in keys
        ],
    )


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as a statement takes."""
    for first in range(0, len(keys), AT_ONCE):
        yield keys[first : first + AT_ONCE]
