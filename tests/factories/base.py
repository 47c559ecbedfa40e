"""How factories write: one transaction per call, like a verb of the product."""

from __future__ import annotations

from typing import Any

import factory

from common.extensions.db import transaction

FIRST_ID = 10**12  # 13 digits: below every id that the product issues


class Factory(factory.Factory):
    """A factory whose rows are committed when the call returns."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Any], *_args: Any, **values: Any) -> Any:
        return write(model_class(**values))


def write(row: Any, *companions: Any) -> Any:
    """Commit the row, and then the rows that go with it in the same transaction; return it."""
    with transaction() as session:
        session.add(row)
        session.flush()
        session.add_all(companions)
    return row


def snowflake(first: int = FIRST_ID) -> Any:
    """A declaration: the next id of a table whose ids the product issues itself."""
    return factory.Sequence(lambda n: first + n)
