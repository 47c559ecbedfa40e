"""A reader of the demo who talks to a running product over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

MOBILE = "13812345678"
CODE = "246810"  # of everybody in the demo
PATHS = (
    "/v1_0/channels",
    "/v1_0/user",
    "/v1_0/user/profile",
    "/v1_0/user/histories",
    "/v1_0/user/followings",
    "/v1_0/article/collections",
    "/v1_0/announcements",
    "/v1_0/search?q=python",
    "/v1_0/search/histories",
    "/v1_1/articles?channel_id=0&timestamp={now}&with_top=1",
    "/v1_0/articles/{article}",
    "/v1_0/comments?type=a&source={article}",
    "/metrics",
    "/docs",
    "/openapi/user.json",
)
FINE = dict.fromkeys(PATHS, 200)


class DemoReader:
    """Who has logged in and read the first page of the feed.

    :param mobile: of the reader that the demo knows, or of a new one
    """

    def __init__(self, url: str, mobile: str = MOBILE) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}
        _, login = self.call("POST", "/v1_0/authorizations", {"mobile": mobile, "code": CODE})
        self.token: str = login["data"]["token"]
        self._headers["Authorization"] = f"Bearer {self.token}"
        _, feed = self.call("GET", self.path("/v1_1/articles?channel_id=0&timestamp={now}"))
        self.articles = [each["art_id"] for each in feed["data"]["results"]]
        self.article, self.author = self.articles[0], feed["data"]["results"][0]["aut_id"]

    def path(self, template: str) -> str:
        """A path with its values."""
        return template.format(now=time.time_ns() // 10**6, article=getattr(self, "article", 0))

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and body of an answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - an address of ours
            self._url + path, data, self._headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the same
                content = answer.read()
                is_json = answer.headers.get_content_type() == "application/json"
                return answer.status, json.loads(content) if is_json else content
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read())

    @property
    def user_id(self) -> int:
        """His own."""
        return int(self.call("GET", "/v1_0/user")[1]["data"]["id"])

    def follow(self, user_id: int) -> int:
        """What is answered to a write that tells somebody."""
        return self.call("POST", "/v1_0/user/followings", {"target": user_id})[0]

    def reads(self) -> dict[str, int]:
        """What is answered to everything that only reads."""
        return {path: self.call("GET", self.path(path))[0] for path in PATHS}

    def like(self, article: int | None = None) -> int:
        """What is answered to a write."""
        target = self.article if article is None else article
        return self.call("POST", "/v1_0/article/likings", {"target": target})[0]

    def comment(self, text: str) -> tuple[int, Any]:
        """The answer to a write that is never a repeat."""
        return self.call("POST", "/v1_0/comments", {"target": self.article, "content": text})

    def ask_for_code(self) -> int:
        """What is answered to the wish for a login code."""
        mobile = 13_700_000_000 + time.time_ns() // 10**6 % 10**8
        return self.call("GET", f"/v1_0/sms/codes/{mobile}")[0]

    def readiness(self) -> Any:
        """What ``/readyz`` says."""
        return self.call("GET", "/readyz")[1]
