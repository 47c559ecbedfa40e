"""The log of what operators did."""

from __future__ import annotations

from typing import Annotated

from common.schemas.administration.audit import OperationFilter, OperationList
from common.services.audit import listing
from common.utils.constants import MenuId
from common.utils.output import CsvResponse
from common.utils.parameters.basic import Absent
from common.utils.parameters.operators import PeriodQuery
from common.utils.parser import Natural, Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

READING = Permission("operationlog-get", "运营日志查询", MenuId.OPERATION_LOG)


class OperationLogQuery(PeriodQuery):
    """Which entries."""

    keyword: Annotated[Annotated[str, Text(1, 100)] | None, Absent()] = None
    administrator_id: Annotated[Natural | None, Absent()] = None
    operation: Annotated[Annotated[str, Text(1, 50)] | None, Absent()] = None
    ip: Annotated[Annotated[str, Text(1, 45)] | None, Absent()] = None

    def wanted(self) -> OperationFilter:
        """Which entries."""
        return OperationFilter(
            keyword=self.keyword,
            begin=self.begin,
            end=self.end,
            administrator_id=self.administrator_id,
            operation=self.operation,
            ip=self.ip,
        )


class OperationLogListResource(OperatorResource):
    """The log."""

    permissions = permitted(get=READING)

    def get(self, query: OperationLogQuery) -> OperationList:
        """What was done, the latest first; that I looked is written down, too."""
        return listing.list_operations(
            operator(), query.wanted(), page=query.page, per_page=query.per_page
        )


class OperationLogExportResource(OperatorResource):
    """The log as a table."""

    permissions = permitted(get=READING)

    def get(self, query: OperationLogQuery) -> CsvResponse:
        """All that was done, the latest first, as CSV for spreadsheets."""
        rows = listing.export(operator(), query.wanted())
        return CsvResponse("operationlogs.csv", listing.CSV_HEADER, rows)
