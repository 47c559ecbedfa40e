"""Logging in as a client does: a code is asked for, and what the SMS said is typed."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any

from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import OutboxEvent, User
from common.utils.crypto import sealing
from tests.support.clients.api import ApiClient

LOGIN = "/v1_0/authorizations"
READERS, EDITORS = "/v1_0", "/mp/v1_0"

_mobiles = itertools.count(13_900_000_000)


def new_mobile() -> str:
    """A mobile number that nobody has used yet."""
    return str(next(_mobiles))


def ask_for_code(client: ApiClient, mobile: str, *, door: str = READERS, **options: Any) -> Any:
    """The answer to the wish for a code."""
    return client.get(f"{door}/sms/codes/{mobile}", **options)


def codes_sent() -> list[tuple[str, str]]:
    """Mobile and code of every message so far, oldest first."""
    refresh_view()
    rows = db.session.scalars(
        select(OutboxEvent).where(OutboxEvent.topic == "sms").order_by(OutboxEvent.id)
    )
    return [(row.payload["mobile"], sealing.unseal(row.payload["code"])) for row in rows]


def code_for(client: ApiClient, mobile: str, **options: Any) -> str:
    """The code that a mobile gets when it asks for one."""
    assert ask_for_code(client, mobile, **options).status_code == 200
    receiver, code = codes_sent()[-1]
    assert receiver == mobile
    return code


def account_of(mobile: str) -> User | None:
    """The account of a mobile as it is in SQL now, or None."""
    refresh_view()
    query = select(User).where(User.mobile == mobile).execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def payload_of(token: str) -> dict[str, Any]:
    """What a browser reads in a token."""
    part = token.split(".")[1]
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return payload


def another(code: str) -> str:
    """A wrong code that looks like this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def log_in(
    client: ApiClient, mobile: str, code: Any, *, door: str = READERS, **options: Any
) -> Any:
    """The answer to a login."""
    sent = {"mobile": mobile, "code": code}
    return client.post(f"{door}/authorizations", json=sent, **options)


def bearing(token: str) -> dict[str, Any]:
    """Options of a call that sends this token."""
    return {"headers": {"Authorization": f"Bearer {token}"}}


def from_address(address: str) -> dict[str, Any]:
    """Options of a call that comes from there."""
    return {"environ_overrides": {"REMOTE_ADDR": address}}
