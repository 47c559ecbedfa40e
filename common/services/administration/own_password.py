"""How often an administrator may be wrong about his own password, wherever he is asked for it.

Contract: admin.md §2.5. Who holds nothing but a token would otherwise guess at one door what
another counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from common.schemas.administration.operators import Operator
from common.utils import limiter
from common.utils.limiter import Limit

# Taken before the password is looked at and given back if it was right: guesses that come all at
# once are as many as those that come one by one.
WRONG_PER_ACCOUNT: Final = Limit("5 per 15 minutes", scope="mis:account", closed=True)


@contextmanager
def proving(operator: Operator) -> Iterator[None]:
    """In which the operator's own password is looked at; what ends it normally was right.

    :raises TooManyRequests: it was wrong too often
    """
    subject = f"own:{operator.administrator_id}"
    limiter.consume((WRONG_PER_ACCOUNT, subject))
    yield
    limiter.forget(WRONG_PER_ACCOUNT, subject)
