"""Object storage with Qiniu.

The SDK signs; the calls are ours, because the SDK's own client sends uploads in the clear,
keeps its configuration in global variables, and limits neither total time nor answer size.
Private objects live in a bucket of their own, named as the public one with ``-private``.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from qiniu import Auth
from qiniu.utils import entry

from common.errors import DependencyUnavailable
from common.utils.background import memories
from common.utils.net import outbound
from common.utils.storage import keys

UC_URL = "https://uc.qiniuapi.com"
PRIVATE_BUCKET_SUFFIX = "-private"
UPLOAD_TOKEN_SECONDS = 600
HOSTS_SECONDS = 3600.0  # how long the hosts of a bucket are believed
OK = 200
ABSENT = 612  # Qiniu's "no such file or directory"


@dataclass(frozen=True)
class _Hosts:
    upload: str
    manage: str
    found_at: float


class QiniuStorage:
    """Objects in two buckets.

    :param media_url: the domain of the public bucket, with ``/`` at the end
    :param uc_url: where hosts and domains of a bucket are asked for
    """

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        *,
        bucket: str,
        media_url: str,
        uc_url: str = UC_URL,
        limits: outbound.Limits = outbound.LIMITS,
    ) -> None:
        self._access_key = access_key
        self._auth = Auth(access_key, secret_key)
        self._bucket = bucket
        self._media_url = media_url
        self._uc_url = uc_url.rstrip("/")
        self._provider = outbound.Provider(limits)
        self._lock = threading.Lock()
        self._hosts: dict[str, _Hosts] = {}
        self._private_domain = ""
        _found.add(self)

    def put(self, key: str, data: bytes, content_type: str, *, private: bool = False) -> None:
        """Store an object; one that has this key is replaced."""
        bucket = self._bucket_of(keys.checked_for(key, private=private))
        token = self._auth.upload_token(bucket, key, UPLOAD_TOKEN_SECONDS)
        answer = self._call(
            "POST",
            self._hosts_of(bucket).upload,
            data={"token": token, "key": key},
            files={"file": ("file", data, content_type)},
        )
        if answer.status != OK or _member(answer, "key") != key:
            raise _unavailable(f"upload answered {answer.status}")

    def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        status = self._manage("delete", keys.checked(key))
        if status not in (OK, ABSENT):
            raise _unavailable(f"delete answered {status}")

    def exists(self, key: str) -> bool:
        """Whether there is an object with this key."""
        status = self._manage("stat", keys.checked(key))
        if status not in (OK, ABSENT):
            raise _unavailable(f"stat answered {status}")
        return status == OK

    def url(self, key: str, *, base_url: str) -> str:
        """The address below ``MEDIA_URL``."""
        return keys.public_url(key, self._media_url)

    def signed_url(self, key: str, seconds: int, *, base_url: str) -> str:
        """An address at the private bucket's own domain, which Qiniu opens for so long."""
        keys.checked_for(key, private=True)
        domain = self._private_domain
        if not domain:
            domain = self._private_domain = self._find_private_domain()
        scheme = urlsplit(self._media_url).scheme
        address = f"{scheme}://{domain}/{quote(key)}"
        return str(self._auth.private_download_url(address, expires=seconds))

    def hosts_kept(self) -> int:
        """How many answers about buckets are kept."""
        return len(self._hosts) + bool(self._private_domain)

    def forget_hosts(self) -> None:
        """Ask again where the buckets are."""
        with self._lock:
            self._hosts.clear()
        self._private_domain = ""

    def _bucket_of(self, key: str) -> str:
        return self._bucket + PRIVATE_BUCKET_SUFFIX if keys.is_private(key) else self._bucket

    def _manage(self, operation: str, key: str) -> int:
        bucket = self._bucket_of(key)
        url = f"{self._hosts_of(bucket).manage}/{operation}/{entry(bucket, key)}"
        return self._signed_post(url).status

    def _find_private_domain(self) -> str:
        bucket = self._bucket + PRIVATE_BUCKET_SUFFIX
        answer = self._signed_post(f"{self._uc_url}/v2/domains?tbl={quote(bucket)}")
        domains = _json(answer) if answer.status == OK else None
        if not isinstance(domains, list) or not domains or not isinstance(domains[0], str):
            raise _unavailable(f"domains answered {answer.status}")
        return domains[0]

    def _hosts_of(self, bucket: str) -> _Hosts:
        with self._lock:
            known = self._hosts.get(bucket)
        if known is not None and time.monotonic() - known.found_at < HOSTS_SECONDS:
            return known
        query = {"ak": self._access_key, "bucket": bucket}
        answer = self._call("GET", f"{self._uc_url}/v4/query", params=query)
        scheme = urlsplit(self._uc_url).scheme
        try:
            region = answer.json()["hosts"][0]
            upload, manage = (f"{scheme}://{region[kind]['domains'][0]}" for kind in ("up", "rs"))
        except (LookupError, TypeError, outbound.AnswerUnusable) as error:
            raise _unavailable(f"query answered {answer.status}") from error
        found = _Hosts(upload, manage, time.monotonic())
        with self._lock:
            self._hosts[bucket] = found
        return found

    def _signed_post(self, url: str) -> outbound.Answer:
        headers = {"Authorization": f"QBox {self._auth.token_of_request(url)}"}
        return self._call("POST", url, headers=headers)

    def _call(self, method: str, url: str, **options: Any) -> outbound.Answer:
        try:
            return self._provider.call(method, url, **options)
        except outbound.FAILURES as error:
            raise DependencyUnavailable("storage") from error


_found: Final[memories.Family[QiniuStorage]] = memories.Family(
    "storage_hosts", entries=QiniuStorage.hosts_kept, forget=QiniuStorage.forget_hosts
)


def _unavailable(reason: str) -> DependencyUnavailable:
    error = DependencyUnavailable("storage")
    error.add_note(reason)
    return error


def _json(answer: outbound.Answer) -> Any:
    try:
        return answer.json()
    except outbound.AnswerUnusable as error:
        raise DependencyUnavailable("storage") from error


def _member(answer: outbound.Answer, name: str) -> Any:
    content = _json(answer)
    return content.get(name) if isinstance(content, dict) else None
