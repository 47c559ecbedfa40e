"""Column types and defaults of all tables; each has the same meaning on MySQL and on SQLite.

Migrations use this vocabulary too: add a new word rather than change an existing one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import (
    CHAR,
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Integer,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from common.utils import clock

_MYSQL = ("mysql", "mariadb")


def _mysql_variant(generic: TypeEngine[Any], special: TypeEngine[Any]) -> Any:
    return generic.with_variant(special, *_MYSQL)


# SQLite numbers rows by itself only in a column declared INTEGER, which holds 64 bits.
BIG = _mysql_variant(BigInteger().with_variant(Integer(), "sqlite"), mysql.BIGINT(unsigned=True))
SIGNED_BIG = BigInteger().with_variant(Integer(), "sqlite")
UINT = _mysql_variant(Integer(), mysql.INTEGER(unsigned=True))
TINY = _mysql_variant(SmallInteger(), mysql.TINYINT())
UNSIGNED_TINY = _mysql_variant(SmallInteger(), mysql.TINYINT(unsigned=True))
LONG_TEXT = _mysql_variant(Text(), mysql.LONGTEXT())
DATETIME_MS = _mysql_variant(DateTime(), mysql.DATETIME(fsp=3))


def name_text(length: int) -> Any:
    """Text that compares without case, as the collation of MySQL does, on SQLite too."""
    return String(length).with_variant(String(length, collation="NOCASE"), "sqlite")


class FlagType(Boolean):
    """A boolean whose ``is_(False)`` is ``= false``: MySQL uses no index for ``IS false``."""

    class Comparator(Boolean.Comparator[bool]):
        """Turns IS and IS NOT into comparisons; our flags are never NULL."""

        def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """Build the expression of ``op``."""
            comparison = {operators.is_: operators.eq, operators.is_not: operators.ne}.get(op, op)
            return super().operate(comparison, *other, **kwargs)

    comparator_factory = Comparator


class TouchedTime(ColumnElement[datetime]):
    """Server default of an update time: MySQL renews it itself whenever the row changes."""

    inherit_cache = True


@compiles(TouchedTime)
def _plain(_element: TouchedTime, _compiler: Any, **_kw: Any) -> str:
    return "CURRENT_TIMESTAMP"


@compiles(TouchedTime, "mysql", "mariadb")
def _renewed(_element: TouchedTime, _compiler: Any, **_kw: Any) -> str:
    return "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"


CURRENT = text("CURRENT_TIMESTAMP")
ZERO = text("0")
ONE = text("1")

# Keys and references
AutoId = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=True)]
AutoUIntId = Annotated[int, mapped_column(UINT, primary_key=True, autoincrement=True)]
GivenId = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=False)]
GivenTinyId = Annotated[int, mapped_column(UNSIGNED_TINY, primary_key=True, autoincrement=False)]
GivenUIntId = Annotated[int, mapped_column(UINT, primary_key=True, autoincrement=False)]
BigRef = Annotated[int, mapped_column(BIG)]
UIntRef = Annotated[int, mapped_column(UINT)]

# Numbers
Big = Annotated[int, mapped_column(BIG)]
BigCount = Annotated[int, mapped_column(BIG, default=0, server_default=ZERO)]
SignedBig = Annotated[int, mapped_column(SIGNED_BIG)]
SignedBigCount = Annotated[int, mapped_column(SIGNED_BIG, default=0, server_default=ZERO)]
UInt = Annotated[int, mapped_column(UINT)]
Count = Annotated[int, mapped_column(UINT, default=0, server_default=ZERO)]
CountFromOne = Annotated[int, mapped_column(UINT, default=1, server_default=ONE)]
Code = Annotated[int, mapped_column(TINY)]
UnsignedCode = Annotated[int, mapped_column(UNSIGNED_TINY)]
CodeZero = Annotated[int, mapped_column(TINY, default=0, server_default=ZERO)]
CodeOne = Annotated[int, mapped_column(TINY, default=1, server_default=ONE)]
Flag = Annotated[bool, mapped_column(FlagType, default=False, server_default=ZERO)]
FlagOn = Annotated[bool, mapped_column(FlagType, default=True, server_default=ONE)]

# Texts
Char11 = Annotated[str, mapped_column(CHAR(11))]
Str20 = Annotated[str, mapped_column(String(20))]
Str30 = Annotated[str, mapped_column(String(30))]
Str32 = Annotated[str, mapped_column(String(32))]
Str45 = Annotated[str, mapped_column(String(45))]
Str50 = Annotated[str, mapped_column(String(50))]
Str60 = Annotated[str, mapped_column(String(60))]
Str64 = Annotated[str, mapped_column(String(64))]
Str100 = Annotated[str, mapped_column(String(100))]
Str128 = Annotated[str, mapped_column(String(128))]
Str200 = Annotated[str, mapped_column(String(200))]
Str254 = Annotated[str, mapped_column(String(254))]
Str255 = Annotated[str, mapped_column(String(255))]
LongText = Annotated[str, mapped_column(LONG_TEXT)]
PlainText = Annotated[str, mapped_column(Text)]
JsonObject = Annotated[dict[str, Any], mapped_column(JSON)]
JsonList = Annotated[list[Any], mapped_column(JSON(none_as_null=True))]
JsonOrNull = Annotated[dict[str, Any], mapped_column(JSON(none_as_null=True))]

# Times: naive, in product time (common/utils/clock.py). The Python default is always sent,
# because CURRENT_TIMESTAMP is UTC on SQLite.
Moment = Annotated[datetime, mapped_column(DateTime)]
MomentMs = Annotated[datetime, mapped_column(DATETIME_MS)]
CreateTime = Annotated[datetime, mapped_column(DateTime, default=clock.now, server_default=CURRENT)]
CreateTimeMs = Annotated[datetime, mapped_column(DATETIME_MS, default=clock.now_precise)]
UpdateTime = Annotated[
    datetime,
    mapped_column(DateTime, default=clock.now, onupdate=clock.now, server_default=TouchedTime()),
]
UpdateTimeOurs = Annotated[
    datetime, mapped_column(DateTime, default=clock.now, onupdate=clock.now, server_default=CURRENT)
]
