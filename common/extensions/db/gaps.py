"""Time between two moments, which each dialect computes in its own way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class SecondsBetween(FunctionElement[float]):
    """``SecondsBetween(earlier, later)``, to the millisecond, as moments are kept."""

    type = Float()
    inherit_cache = True


@compiles(SecondsBetween)
def _of_sqlite(element: SecondsBetween, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(each, **options) for each in element.clauses)
    return f"ROUND((JULIANDAY({later}) - JULIANDAY({earlier})) * 86400, 3)"


@compiles(SecondsBetween, "mysql", "mariadb")
def _of_mysql(element: SecondsBetween, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(each, **options) for each in element.clauses)
    return f"(TIMESTAMPDIFF(MICROSECOND, {earlier}, {later}) / 1000000)"
