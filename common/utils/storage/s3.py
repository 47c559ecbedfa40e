"""Object storage with any provider that speaks S3.

Private objects live in a bucket of their own, named as the public one with ``-private``; making
the public one readable is the operator's part.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from common.errors import DependencyUnavailable
from common.utils.net import outbound
from common.utils.storage import keys

Result = TypeVar("Result")

PRIVATE_BUCKET_SUFFIX = "-private"
POOL_SIZE = 10
BLOCK_BYTES = 16 * 1024
ABSENT = "NoSuchKey"
FAILURES = (
    MinioException,
    urllib3.exceptions.HTTPError,
    outbound.AnswerUnusable,
    ParseError,  # an answer that is not the XML it claims to be
    LookupError,
    ValueError,
    OSError,
)


class S3Storage:
    """Objects in two buckets.

    :param endpoint: ``https://host[:port]``; without scheme, https
    :param media_url: public address of the bucket, if not the endpoint's own
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        *,
        bucket: str,
        media_url: str = "",
        limits: outbound.Limits = outbound.LIMITS,
    ) -> None:
        address = endpoint if "://" in endpoint else f"https://{endpoint}"
        parts = urlsplit(address)
        self._bucket = bucket
        self._media_url = media_url or f"{address.rstrip('/')}/{bucket}/"
        self._client = Minio(
            parts.netloc,
            access_key,
            secret_key,
            secure=parts.scheme == "https",
            http_client=_BoundedPool(limits),
        )

    def put(self, key: str, data: bytes, content_type: str, *, private: bool = False) -> None:
        """Store an object; one that has this key is replaced."""
        bucket = self._bucket_of(keys.checked_for(key, private=private))
        written = _guard(
            lambda: self._client.put_object(
                bucket, key, BytesIO(data), len(data), content_type=content_type
            )
        )
        if not written.etag:  # "200 OK" from something that is no S3
            raise DependencyUnavailable("storage")

    def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        bucket = self._bucket_of(keys.checked(key))
        _guard(lambda: self._client.remove_object(bucket, key))

    def exists(self, key: str) -> bool:
        """Whether there is an object with this key."""
        bucket = self._bucket_of(keys.checked(key))
        try:
            _guard(lambda: self._client.stat_object(bucket, key))
        except DependencyUnavailable as error:
            if isinstance(error.__cause__, S3Error) and error.__cause__.code == ABSENT:
                return False
            raise
        return True

    def url(self, key: str, *, base_url: str) -> str:
        """The address below ``MEDIA_URL``, else at the endpoint."""
        return keys.public_url(key, self._media_url)

    def signed_url(self, key: str, seconds: int, *, base_url: str) -> str:
        """An address that the provider opens for so long."""
        bucket = self._bucket_of(keys.checked_for(key, private=True))
        lifetime = timedelta(seconds=seconds)
        return _guard(lambda: self._client.presigned_get_object(bucket, key, expires=lifetime))

    def _bucket_of(self, key: str) -> str:
        return self._bucket + PRIVATE_BUCKET_SUFFIX if keys.is_private(key) else self._bucket


class _BoundedPool(urllib3.PoolManager):
    """Connections that neither hang, nor follow redirects, nor read without end."""

    def __init__(self, limits: outbound.Limits) -> None:
        self._limits = limits
        timeout = urllib3.Timeout(connect=limits.connect, read=limits.silence)
        super().__init__(maxsize=POOL_SIZE, timeout=timeout, retries=False)

    def urlopen(self, method: str, url: str, *args: Any, **options: Any) -> urllib3.HTTPResponse:
        """As the parent's, with the answer read within its limits."""
        deadline = time.monotonic() + self._limits.total
        options |= {"preload_content": False, "redirect": False}
        response = super().urlopen(method, url, *args, **options)
        try:
            # Not stream(): it collects a whole block, however slowly the bytes come.
            pieces = iter(lambda: response.read1(BLOCK_BYTES, decode_content=False), b"")
            body = outbound.read_bounded(pieces, deadline, self._limits)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return urllib3.HTTPResponse(
            body=BytesIO(body),
            headers=response.headers,
            status=response.status,
            reason=response.reason,
            request_method=method,
        )


def _guard(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except FAILURES as error:
        raise DependencyUnavailable("storage") from error
