"""Who may call what: every endpoint of the door by every kind of caller (security.md row 33).

The cases are made from the route table, so that a new endpoint is among them, or fails.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import delete

from common.extensions.db import transaction
from common.models import Administrator
from common.schemas.administration.permissions import API_PERMISSIONS
from common.services.accounts import authentication as readers
from common.services.administration import authentication
from common.utils.constants import UserStatus
from mis.resources import DOMAINS
from mis.resources.access import LOGGED_IN, OperatorResource, Permission
from tests.factories import AdministratorFactory, UserFactory
from tests.support.scenarios.operators import MIS, group_with, operator_with

# What anybody may call; the refresh checks its token itself, the log-out is guarded by hand.
OPEN = {
    ("GET", "/v1_0/captchas/<account>"),
    ("POST", "/v1_0/authorizations"),
    ("PUT", "/v1_0/authorizations"),
}
BY_HAND: dict[tuple[str, str], Permission | None] = {("DELETE", "/v1_0/authorizations"): LOGGED_IN}

NO_TOKEN = {True: "User must be authorized.", False: "Administrator must be authorized."}


def _endpoints() -> dict[tuple[str, str], Permission | None]:
    """What each guarded endpoint asks for."""
    found = dict(BY_HAND)
    for routes in DOMAINS.values():
        for url, resource in routes:
            if issubclass(resource, OperatorResource):
                for verb, permission in resource.permissions.items():
                    found[verb.upper(), url] = permission
    return found


GUARDED = _endpoints()
BY_CODE = {key: each for key, each in GUARDED.items() if each is not None}


def _name(endpoint: tuple[str, str]) -> str:
    return " ".join(endpoint)


@pytest.fixture
def call(gateway):
    """``call(endpoint, token)``: status and message."""

    def send(endpoint: tuple[str, str], token: str | None, **options: Any) -> tuple[int, str]:
        verb, url = endpoint
        path = "/mis" + re.sub(r"<[^>]*>", "9999", url)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = gateway.open(path, method=verb, headers=headers, **options)
        message = answer.json["message"] if answer.is_json else ""
        return answer.status_code, message

    return send


def _token(row: Administrator, *, ver: int | None = None) -> str:
    version = row.token_version if ver is None else ver
    return authentication.issuer().access(row.administrator_id, ver=version)


def test_every_endpoint_is_open_by_intent_or_declares_what_it_asks_for(mis_app):
    served = {
        (verb, rule.rule)
        for rule in mis_app.url_map.iter_rules()
        for verb in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert served == OPEN | GUARDED.keys()


def test_a_method_without_a_declaration_cannot_be_registered():
    class Forgotten(OperatorResource):
        def get(self) -> None:
            """Nobody said who may."""

    with pytest.raises(TypeError, match="declares no permission"):
        Forgotten.as_view("forgotten")


def test_the_seeded_codes_are_those_that_endpoints_declare():
    declared = {(each.code, each.name, int(each.menu)) for each in BY_CODE.values()}
    seeded = {(row.code, row.name, row.parent_id) for row in API_PERMISSIONS}

    assert declared == seeded, "run scripts/manage permissions"


def test_a_code_has_one_name_and_one_place_in_the_tree():
    codes = {(each.code, each.name, each.menu) for each in BY_CODE.values()}

    assert len({code for code, _, _ in codes}) == len(codes)


@pytest.mark.parametrize("endpoint", GUARDED, ids=_name)
def test_who_is_no_operator_gets_401(call, endpoint):
    reader, verified = UserFactory(), UserFactory(verified=True)
    issuer = readers.issuer()
    boss = AdministratorFactory(super=True)
    refused = (401, NO_TOKEN[GUARDED[endpoint] is LOGGED_IN])

    assert call(endpoint, None) == refused
    assert call(endpoint, "nonsense") == refused
    assert call(endpoint, issuer.access(reader.user_id, ver=0)) == refused
    assert call(endpoint, issuer.access(verified.user_id, ver=0, verified=True)) == refused
    assert (
        call(endpoint, _token(boss, ver=boss.token_version + 1)) == refused
    )  # of another password


@pytest.mark.parametrize("endpoint", GUARDED, ids=_name)
def test_who_may_not_come_in_gets_403(call, endpoint):
    boss = AdministratorFactory(super=True)
    disabled = AdministratorFactory(super=True, status=UserStatus.DISABLED)
    in_disabled = operator_with(group_id=group_with(status=UserStatus.DISABLED).group_id)
    gone = AdministratorFactory(super=True)
    with transaction() as session:
        mine = Administrator.administrator_id == gone.administrator_id
        session.execute(delete(Administrator).where(mine))
    refresh = authentication.issuer().refresh(boss.administrator_id, ver=boss.token_version)

    assert call(endpoint, refresh) == (403, "Do not use refresh token.")
    assert call(endpoint, _token(gone)) == (403, "Administrator does not exist.")
    assert call(endpoint, _token(disabled)) == (403, "Administrator denied.")
    assert call(endpoint, _token(in_disabled)) == (403, "Group status disable.")


@pytest.mark.parametrize("endpoint", BY_CODE, ids=_name)
def test_who_holds_every_other_code_gets_403_whatever_he_sends(call, endpoint):
    permission = BY_CODE[endpoint]
    opens = {permission.code, *permission.also}
    operator = operator_with(*(row.code for row in API_PERMISSIONS if row.code not in opens))

    assert call(endpoint, _token(operator)) == (403, "Permission denied.")
    for body in (b"{", b"[]", b'{"status": 9}'):
        assert call(endpoint, _token(operator), data=body) == (403, "Permission denied.")


@pytest.mark.parametrize("endpoint", BY_CODE, ids=_name)
def test_each_code_that_is_asked_for_opens_the_endpoint_alone(call, endpoint):
    permission = BY_CODE[endpoint]
    seeded = {row.code for row in API_PERMISSIONS}

    for code in {permission.code, *permission.also} & seeded:
        status, message = call(endpoint, _token(operator_with(code)))
        # The id in the path is nobody's, the body is empty: what is behind the guard says so.
        assert (status, message) not in {(401, NO_TOKEN[False]), (403, "Permission denied.")} or (
            _is_for_super_only(endpoint)
        )


def _is_for_super_only(endpoint: tuple[str, str]) -> bool:
    return endpoint == ("PUT", "/v1_0/administrators/<id:administrator_id>/password")


def test_tokens_of_operators_open_no_other_door(gateway):
    token = {"Authorization": f"Bearer {_token(AdministratorFactory(super=True))}"}

    for path in ("/app/v1_0/user", "/mp/v1_0/user/profile"):
        assert gateway.get(path, headers=token).status_code == 401


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_makes_another_method_of_one(with_codes, header):
    operator = with_codes("group-get")
    path = f"{MIS}/groups/{operator.user.group_id}"

    answer = operator.get(f"{path}?_method=DELETE", headers={header: "DELETE"})

    assert (answer.status_code, answer.json["data"]["group_id"]) == (200, operator.user.group_id)


@pytest.mark.parametrize(
    "path",
    [
        "//mis/v1_0/groups",
        "/mis/../mis/v1_0/groups",
        "/MIS/v1_0/groups",
        "/mis/v1_0/groups;x",
        "/mis/v1_0/groups.",
        "/mis/v1_0/%2e%2e/groups",
        "/mis/v1_0/Groups",
    ],
)
def test_no_other_spelling_of_a_path_gets_around_the_guard(gateway, path):
    assert gateway.get(path).status_code in (401, 404)


def test_the_tree_of_an_operator_is_served_while_he_has_no_code_at_all(with_codes):
    nobody = with_codes()

    answer = nobody.get(f"{MIS}/administrator")

    assert answer.status_code == 200
    assert answer.json["data"]["administrator_id"] == nobody.user.administrator_id
    assert not any(node["checked"] for node in answer.json["data"]["permission_tree"])
