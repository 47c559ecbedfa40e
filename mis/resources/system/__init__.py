"""Log-in, administrators, groups, permissions and the operation log: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mis.resources.system import administrators, groups, operation_logs, passport, permissions

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/captchas/<account>", passport.CaptchaResource),
    ("/v1_0/authorizations", passport.AuthorizationResource),
    ("/v1_0/password", passport.PasswordResource),
    ("/v1_0/administrator", administrators.OwnAdministratorResource),
    ("/v1_0/administrators", administrators.AdministratorListResource),
    ("/v1_0/administrators/<id:administrator_id>", administrators.AdministratorResource),
    (
        "/v1_0/administrators/<id:administrator_id>/password",
        administrators.AdministratorPasswordResource,
    ),
    ("/v1_0/groups", groups.GroupListResource),
    ("/v1_0/groups/<id:group_id>", groups.GroupResource),
    ("/v1_0/permissions", permissions.PermissionListResource),
    ("/v1_0/permissions/<id:permission_id>", permissions.PermissionResource),
    ("/v1_0/operationlogs", operation_logs.OperationLogListResource),
    ("/v1_0/operationlogs/export", operation_logs.OperationLogExportResource),
]
