"""Log-in by password with the riddle before it, refreshing a token, log-out, one's password."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field

from common.schemas.administration.operators import OperatorTokens
from common.schemas.users import AccessToken, CaptchaRegistered
from common.services.accounts import captchas
from common.services.administration import authentication, logging_in
from common.utils.captcha import Solution
from common.utils.http.client_address import client_address
from common.utils.http.describing import describes
from common.utils.networks import limit_group
from common.utils.output import Created, NoContent, Resource
from common.utils.parameters.operators import Account, Password
from common.utils.parser import Text
from mis.resources.access import (
    LOGGED_IN,
    OperatorResource,
    login_guard,
    operator,
    permitted,
    token,
)

MAX_CAPTCHA = 2048  # characters of each part of a solution

CaptchaPart = Annotated[str, Text(0, MAX_CAPTCHA)]


class LoginRequest(BaseModel):
    """Account and password, and the solution of the riddle where one is asked."""

    account: Account
    password: Password
    challenge: CaptchaPart = ""
    validation: Annotated[CaptchaPart, Field(alias="validate")] = ""
    seccode: CaptchaPart = ""
    altcha: CaptchaPart = ""

    def solution(self) -> Solution:
        """Of the riddle."""
        return Solution(self.challenge, self.validation, self.seccode, self.altcha)


class PasswordChange(BaseModel):
    old_password: Password
    password: Password


class CaptchaResource(Resource):
    """A riddle before a log-in."""

    @describes(errors=[HTTPStatus.SERVICE_UNAVAILABLE])
    def get(self, account: str) -> CaptchaRegistered:
        """Pose a riddle for whoever wants to log in as this account."""
        subject = logging_in.captcha_subject(account[:MAX_CAPTCHA])
        return captchas.pose(subject=subject, address=limit_group(client_address()))


class AuthorizationResource(Resource):
    """Tokens."""

    method_decorators = {"delete": (login_guard,)}  # noqa: RUF012 - Flask-RESTful reads a plain mapping

    @describes(
        errors=[
            HTTPStatus.FORBIDDEN,
            HTTPStatus.TOO_MANY_REQUESTS,
            HTTPStatus.SERVICE_UNAVAILABLE,
        ]
    )
    def post(self, body: LoginRequest) -> tuple[OperatorTokens, Created]:
        """Log in with a password."""
        tokens = logging_in.log_in(
            account=body.account,
            password=body.password,
            address=client_address(),
            solution=body.solution(),
        )
        return tokens, HTTPStatus.CREATED

    @describes(auth="refresh", errors=[HTTPStatus.FORBIDDEN])
    def put(self) -> tuple[AccessToken, Created]:
        """Exchange the refresh token in the header for a new access token."""
        return authentication.refresh(token()), HTTPStatus.CREATED

    def delete(self) -> tuple[None, NoContent]:
        """Log out: the token in the header ends, and all others of the same log-in."""
        authentication.log_out(operator(), token() or "")
        return None, HTTPStatus.NO_CONTENT


class PasswordResource(OperatorResource):
    """One's own password."""

    permissions = permitted(put=LOGGED_IN)

    def put(self, body: PasswordChange) -> tuple[None, Created]:
        """Change my password; all my tokens end, this one too."""
        logging_in.change_password(operator(), old=body.old_password, new=body.password)
        return None, HTTPStatus.CREATED
