"""Authors' objections to decisions, as operators answer them (contract/admin.md §5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import db, reading_primary, refresh_view, transaction
from common.models import Administrator, Article, ArticleAppeal, ArticleReview, User
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.events.articles import AppealAnswered
from common.schemas.overseeing.articles import AppealList, AppealRow, Decided, Decision
from common.services import outbox
from common.services.audit.recording import record
from common.services.ids import identifiers
from common.services.paging import first_index
from common.services.reviewing.deciding import act
from common.services.reviewing.holding import hold, repeated
from common.services.reviewing.rules import written
from common.services.writing.reviewing.appeals import Refusal, latest_refusal
from common.utils import clock
from common.utils.constants import AppealStatus, ArticleStatus, ReviewAction

UNKNOWN: Final = "Invalid appeal id."
ANSWERED: Final = "Appeal is answered."
KIND: Final = "申诉"

# What lifts a decision that was wrong, by the status that it gave.
_LIFTS: Final = {
    ArticleStatus.REJECTED: ReviewAction.APPROVE,
    ArticleStatus.BANNED: ReviewAction.UNBAN,
}


def list_appeals(
    *, status: int | None, article_id: int | None, by_id: bool, page: int, per_page: int
) -> AppealList:
    """A page of objections, the latest first unless by id. Two statements."""
    conditions = [
        column == value
        for column, value in (
            (ArticleAppeal.status, status),
            (ArticleAppeal.article_id, article_id),
        )
        if value is not None
    ]
    oldest = select(func.min(ArticleAppeal.created_at)).where(
        ArticleAppeal.status == AppealStatus.OPEN
    )
    counts = select(func.count(), oldest.scalar_subquery()).select_from(ArticleAppeal)
    latest = ArticleAppeal.appeal_id.desc()
    query = (
        select(
            ArticleAppeal,
            Article.title,
            Article.status.label("article_status"),
            User.user_name,
            ArticleReview.status.label("decision"),
            ArticleReview.reason,
            Administrator.name.label("handler_name"),
        )
        .outerjoin(Article, Article.article_id == ArticleAppeal.article_id)
        .outerjoin(User, User.user_id == ArticleAppeal.user_id)
        .outerjoin(ArticleReview, ArticleReview.id == ArticleAppeal.review_id)
        .outerjoin(Administrator, Administrator.administrator_id == ArticleAppeal.handler_id)
        .where(*conditions)
        .order_by(ArticleAppeal.appeal_id if by_id else latest)
        .limit(per_page)
        .offset(first_index(page, per_page))
        .execution_options(populate_existing=True)
    )
    refresh_view()
    with reading_primary():
        total, oldest_at = db.session.execute(counts.where(*conditions)).one()
        rows = db.session.execute(query).all()
    return {
        "appeals": [_shown(row) for row in rows],
        "total_count": total,
        "oldest_at": written(oldest_at),
    }


def answer(
    operator: Operator, appeal_ids: Sequence[int], *, status: AppealStatus, text: str
) -> Decided:
    """Answer those of the objections that are open; others are left as they are.

    Upheld, it lifts the decision: what was rejected is approved, what was banned is live again, as
    far as the article still is as that decision left it. Its author is told either way.

    :raises InvalidInput: none of the ids exists
    :raises NotAllowed: none of them is open
    """
    batch_id = identifiers.new_id()
    return repeated(
        partial(_answer, operator, appeal_ids, status=status, text=text, batch_id=batch_id)
    )


def _answer(
    operator: Operator,
    appeal_ids: Sequence[int],
    *,
    status: AppealStatus,
    text: str,
    batch_id: int,
) -> Decided:
    with transaction() as session:
        of = ArticleAppeal.appeal_id.in_(appeal_ids)
        articles = hold(session, session.scalars(select(ArticleAppeal.article_id).where(of)).all())
        query = select(ArticleAppeal).where(of).order_by(ArticleAppeal.appeal_id)
        locked = query.with_for_update().execution_options(populate_existing=True)
        appeals = session.scalars(locked).all()
        if not appeals:
            raise InvalidInput(UNKNOWN)
        still_open = [each for each in appeals if each.status == AppealStatus.OPEN]
        if not still_open:
            raise NotAllowed(ANSWERED)
        for each in still_open:
            each.status, each.answer = status, text or None
            each.handler_id, each.handled_at = operator.administrator_id, clock.now()
        session.flush()
        lifted = 0
        if status == AppealStatus.UPHELD:
            lifted = _lift(session, operator, still_open, articles, batch_id=batch_id)
        _tell(still_open, articles)
        record(operator, *(_entry(each) for each in still_open))
    return {"count": len(still_open), "batch_id": batch_id if lifted else None, "skipped": []}


def _lift(
    session: Session,
    operator: Operator,
    appeals: Sequence[ArticleAppeal],
    articles: dict[int, Article],
    *,
    batch_id: int,
) -> int:
    """Lift the decisions that still stand; how many.

    What is rejected may have got another text since, and keep its status (an earlier version was
    restored): that text was shown to nobody, and does not appear by what was said about another.
    """
    rows: dict[ReviewAction, list[Article]] = {}
    for appeal in appeals:
        row = articles.get(appeal.article_id)
        if row is None or row.status not in _LIFTS:
            continue
        if _stands(latest_refusal(session, row.article_id, row.status), appeal, row):
            rows.setdefault(_LIFTS[ArticleStatus(row.status)], []).append(row)
    for action, of_it in rows.items():
        ids = [row.article_id for row in of_it]
        decision = Decision(action=action, article_ids=ids, reason="")
        act(session, operator, decision, of_it, batch_id=batch_id)
    return sum(map(len, rows.values()))


def _stands(refusal: Refusal | None, appeal: ArticleAppeal, row: Article) -> bool:
    """Whether an article is as it was when what is appealed against was decided."""
    if refusal is None or refusal.review_id != appeal.review_id:
        return False
    # Nobody changes what is banned, and older decisions do not name their version.
    return row.status == ArticleStatus.BANNED or refusal.version == row.version


def _tell(appeals: Sequence[ArticleAppeal], articles: dict[int, Article]) -> None:
    outbox.add_all(
        [
            AppealAnswered(
                appeal_id=each.appeal_id,
                article_id=each.article_id,
                author_id=each.user_id,
                title=articles[each.article_id].title,
                status=articles[each.article_id].status,
                answer=each.answer,
                appeal_status=each.status,
            )
            for each in appeals
            if each.article_id in articles
        ]
    )


def _entry(appeal: ArticleAppeal) -> Entry:
    is_upheld = appeal.status == AppealStatus.UPHELD
    return Entry(
        verb=Verb.APPROVE if is_upheld else Verb.REJECT,
        kind=KIND,
        name=appeal.appeal_id,
        detail=f"文章 {appeal.article_id} {appeal.answer or ''}".strip(),
        target=f"appeal:{appeal.appeal_id}",
        changes={"status": Change(int(AppealStatus.OPEN), int(appeal.status))},
    )


def _shown(row: Any) -> AppealRow:
    appeal = row.ArticleAppeal
    return {
        "appeal_id": appeal.appeal_id,
        "article_id": appeal.article_id,
        "title": row.title or "",
        "article_status": ArticleStatus.DELETED
        if row.article_status is None
        else row.article_status,
        "user_id": appeal.user_id,
        "name": row.user_name,
        "text": appeal.text,
        "status": appeal.status,
        "answer": appeal.answer,
        "decision": row.decision or 0,
        "reason": row.reason,
        "handler_name": row.handler_name,
        "create_time": appeal.created_at.isoformat(timespec="seconds"),
        "handled_at": written(appeal.handled_at),
    }
