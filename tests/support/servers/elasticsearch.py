"""A real Elasticsearch on loopback, with a password and TLS, gone with its directory.

Its program (:mod:`.elasticsearch_programs`) refuses to run as root: it becomes ``nobody`` then.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import psutil
from elasticsearch import ApiError, Elasticsearch, TransportError

from tests.support.servers.certificates import for_loopback
from tests.support.servers.elasticsearch_programs import home_of, java_of
from tests.support.servers.servers import STOP_SECONDS, Server, free_ports, frozen, program

PASSWORD: Final = "a?b/c@d:e%"
_HASH: Final = "$2a$10$0EtjayUqE37GisHub.s.T.Wu0pRjBel/3FVQjHcImYZ4jgHXDQZh2"  # of it
USER, MASTER = "toutiao", "tester"
# What operators are told that the product needs (docs/operations.md).
_RIGHTS: Final = {"names": ["articles*"], "privileges": ["manage", "read", "write"]}
_ROLES: Final = {"search": {"indices": [_RIGHTS]}}
_NOBODY: Final = "nobody"
_CONFIGURATION: Final = """
path.data: {folder}/data
path.logs: {folder}/logs
http.host: 127.0.0.1
http.port: {port}
transport.host: 127.0.0.1
transport.port: {transport}
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
xpack.security.enabled: true
xpack.security.http.ssl:
  enabled: true
  key: {folder}/config/key.pem
  certificate: {folder}/config/chain.pem
"""


class ElasticServer:
    """One node. Its directory is its own user's, so that he may come to it."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.port, transport = free_ports(2)
        home = home_of(version)
        self._folder = Path(tempfile.mkdtemp(prefix="elasticsearch-"))
        config = self._folder / "config"
        shutil.copytree(home / "config", config)
        (self._folder / "tmp").mkdir()
        # What it would log of its memory goes to its home, which is not his.
        (config / "jvm.options").write_text("-XX:+UseSerialGC\n-Djava.io.tmpdir=${ES_TMPDIR}\n")
        certificate = for_loopback()
        (config / "roles.yml").write_text(json.dumps(_ROLES))  # YAML, too
        (config / "users").write_text(f"{USER}:{_HASH}\n{MASTER}:{_HASH}\n")
        (config / "users_roles").write_text(f"search:{USER}\nsuperuser:{MASTER}\n")
        (config / "key.pem").write_bytes(certificate.key)
        (config / "chain.pem").write_bytes(certificate.chain)
        (config / "elasticsearch.yml").write_text(
            _CONFIGURATION.format(folder=self._folder, port=self.port, transport=transport)
        )
        self.ca_file = Path(tempfile.mkstemp(suffix=".pem")[1])
        self.ca_file.write_bytes(certificate.chain)
        self._own()
        variables = {
            "ES_PATH_CONF": config,
            "ES_JAVA_HOME": java_of(version),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_TMPDIR": self._folder / "tmp",
            "CLI_JAVA_OPTS": "-Xmx64m -XX:TieredStopAtLevel=1",
        }
        environment = ["env", *(f"{name}={value}" for name, value in variables.items())]
        prefix = [*_as_nobody(), *environment]
        self._server = Server(
            [*prefix, str(home / "bin" / "elasticsearch")],
            log=self._folder / "out",
            ready=self._answers,
        )

    @property
    def url(self) -> str:
        """Its address with user and password, as ELASTICSEARCH_URL wants it."""
        return f"https://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}"

    @property
    def bare_url(self) -> str:
        """Its address without them."""
        return f"https://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        self.ca_file.unlink()

    def start(self) -> None:
        """Start, or start again, with what it had."""
        self._server.start()

    def kill(self) -> None:
        """End at once, as a crash would."""
        for process in self._family()[1:]:
            process.kill()
            process.wait(STOP_SECONDS)
        self._server.kill()

    def frozen(self) -> AbstractContextManager[None]:
        """Connections stay, and nothing on them is answered."""
        return frozen(self._family())

    @contextmanager
    def client(self) -> Iterator[Elasticsearch]:
        """A client that looks into it beside the product."""
        with Elasticsearch(
            self.bare_url,
            basic_auth=(MASTER, PASSWORD),
            ca_certs=str(self.ca_file),
            request_timeout=30,
        ) as client:
            yield client

    def new_key(self) -> str:
        """A key with the rights of the product's user, as ELASTICSEARCH_API_KEY wants it."""
        with self.client() as client:
            made = client.security.create_api_key(name=USER, role_descriptors=_ROLES)
        return str(made["encoded"])

    def revoke(self, key: str) -> None:
        """A key opens nothing any more."""
        identifier, _, _ = base64.b64decode(key).decode().partition(":")
        with self.client() as client:
            client.security.invalidate_api_key(ids=[identifier])

    def reset(self) -> None:
        """No index of articles is left."""
        with self.client() as client:
            names = list(client.indices.get_alias(index="articles-*,articles_own-*"))
            if names:
                client.indices.delete(index=names)

    def _family(self) -> list[psutil.Process]:
        """The program that starts the server, and the server."""
        started = psutil.Process(self._server.pid)
        return [started, *started.children(recursive=True)]

    def _own(self) -> None:
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                shutil.chown(path, _NOBODY)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                health = client.options(request_timeout=2).cluster.health()
        except (TransportError, ApiError):
            return False
        return health["status"] in ("green", "yellow")


def _as_nobody() -> list[str]:
    """As root, another user; he too ends with the tests."""
    if os.geteuid() != 0:
        return []
    user = [program("setpriv"), "--reuid", _NOBODY, "--regid", "nogroup", "--clear-groups"]
    return [*user, "--pdeathsig", "TERM"]
