"""Login codes, login, and refreshing a token."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.users import AccessToken, SmsSent, Tokens
from common.services.accounts import authentication, logging_in, sms_codes
from common.services.accounts.sms_codes import Door
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.http.credentials import authorization_of
from common.utils.http.describing import describes
from common.utils.http.devices import device_of
from common.utils.networks import limit_group
from common.utils.output import Created, Resource
from common.utils.parser import Mobile, SmsCode


class LoginRequest(BaseModel):
    mobile: Mobile
    code: SmsCode


class SmsVerificationCodeResource(Resource):
    """A login code by SMS."""

    def get(self, mobile: str) -> SmsSent:
        """Send a login code to a mobile."""
        sms_codes.send(mobile=mobile, address=limit_group(client_address()), door=Door.APP)
        return {"mobile": mobile}

    def head(self, mobile: str) -> SmsSent:
        """Sends nothing: link checkers and prefetching browsers must not cost money."""
        return {"mobile": mobile}


class AuthorizationResource(Resource):
    """Tokens."""

    def post(self, body: LoginRequest) -> tuple[Tokens, Created]:
        """Log in with a code; an unknown mobile is registered."""
        tokens = logging_in.log_in(
            mobile=body.mobile,
            code=body.code,
            address=limit_group(client_address()),
            device=device_of(current.request().user_agent.string),
        )
        return tokens, HTTPStatus.CREATED

    @describes(auth="refresh", errors=[HTTPStatus.FORBIDDEN])
    def put(self) -> tuple[AccessToken, Created]:
        """Exchange the refresh token in the header for a new access token."""
        credentials = authorization_of(current.request().headers.get("Authorization"))
        return authentication.refresh(credentials.token), HTTPStatus.CREATED
