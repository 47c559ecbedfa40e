"""Login codes and the riddles before them, log-in, refreshing a token and log-out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field

from common.schemas.users import AccessToken, CaptchaRegistered, EditorTokens, SmsSent
from common.services.accounts import authentication, captchas, logging_in, sms_codes
from common.services.accounts.sms_codes import Door
from common.utils.captcha import Solution
from common.utils.decorators import verified_required
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.http.credentials import authorization_of
from common.utils.http.describing import describes
from common.utils.networks import limit_group
from common.utils.output import Created, NoContent, Resource
from common.utils.parser import Mobile, SmsCode, Text

MAX_CAPTCHA = 2048  # characters of each part of a solution

CaptchaPart = Annotated[str, Text(0, MAX_CAPTCHA)]


class CaptchaQuery(BaseModel):
    challenge: CaptchaPart = ""
    validation: Annotated[CaptchaPart, Field(alias="validate")] = ""
    seccode: CaptchaPart = ""
    altcha: CaptchaPart = ""


class LoginRequest(BaseModel):
    mobile: Mobile
    code: SmsCode


class CaptchaResource(Resource):
    """A riddle before a login code."""

    @describes(errors=[HTTPStatus.SERVICE_UNAVAILABLE])
    def get(self, mobile: str) -> CaptchaRegistered:
        """Pose a riddle for whoever wants a code for this mobile."""
        return captchas.pose(subject=mobile, address=limit_group(client_address()))


class SmsVerificationCodeResource(Resource):
    """A login code by SMS."""

    @describes(errors=[HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE])
    def get(self, mobile: str, query: CaptchaQuery) -> SmsSent:
        """Send a login code to a mobile, if the riddle was solved."""
        address = limit_group(client_address())
        solution = Solution(query.challenge, query.validation, query.seccode, query.altcha)
        captchas.require_solved(solution, subject=mobile, address=address)
        sms_codes.send(mobile=mobile, address=address, door=Door.MP)
        return {"mobile": mobile}

    def head(self, mobile: str) -> SmsSent:
        """Sends nothing: link checkers and prefetching browsers must not cost money."""
        return {"mobile": mobile}


class AuthorizationResource(Resource):
    """Tokens."""

    method_decorators = {"delete": (verified_required,)}  # noqa: RUF012 - Flask-RESTful reads a plain mapping

    @describes(errors=[HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS])
    def post(self, body: LoginRequest) -> tuple[EditorTokens, Created]:
        """Log in with a code; for verified people."""
        tokens = logging_in.log_in_editor(
            mobile=body.mobile, code=body.code, address=limit_group(client_address())
        )
        return tokens, HTTPStatus.CREATED

    @describes(auth="refresh", errors=[HTTPStatus.FORBIDDEN])
    def put(self) -> tuple[AccessToken, Created]:
        """Exchange the refresh token in the header for a new access token."""
        return authentication.refresh(_token(), verified=True), HTTPStatus.CREATED

    def delete(self) -> tuple[None, NoContent]:
        """Log out: the token in the header ends, and all others of the same log-in."""
        authentication.revoke(_token() or "")
        return None, HTTPStatus.NO_CONTENT


def _token() -> str | None:
    return authorization_of(current.request().headers.get("Authorization")).token
