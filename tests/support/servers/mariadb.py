"""Real MariaDB servers on loopback: a primary, and a replica that follows it."""

from __future__ import annotations

import getpass
import secrets
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pymysql
from sqlalchemy import Engine, inspect, text

from tests.support.harness.waiting import eventually
from tests.support.servers.servers import Server, free_ports, program

ACCOUNT = "toutiao"
# Apart, so that a test which ends the product's connections does not end replication with them.
REPLICATION_ACCOUNT = "replication"
# Fast rather than durable: a power cut during a test loses nothing.
FAST = ("--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--innodb-buffer-pool-size=64M")


class MariaDB:
    """A server with an empty data directory of its own, reachable on a loopback port."""

    def __init__(self, directory: Path, *, server_id: int, options: tuple[str, ...] = ()) -> None:
        self.directory = directory
        (self.port,) = free_ports(1)
        self.password = secrets.token_hex(16)
        self._data = directory / "data"
        self._socket = directory / "s"
        self._server = Server(
            self._command(server_id, options), log=directory / "log", ready=self._answers
        )

    def __enter__(self) -> Self:
        self._install()
        self._server.start()
        self._create_account()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.stop()

    def start(self) -> None:
        """Start again after :meth:`stop` or :meth:`kill`, with the same data."""
        self._server.start()

    def stop(self) -> None:
        """Shut down in order."""
        self._server.stop()

    def kill(self) -> None:
        """End as in a power cut."""
        self._server.kill()

    def url(self, database: str) -> str:
        """SQLAlchemy address of a database."""
        return f"mysql+pymysql://{ACCOUNT}:{self.password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Run one statement as the administrator; its rows as dictionaries."""
        connection = pymysql.connect(
            unix_socket=str(self._socket),
            user="root",
            autocommit=True,
            cursorclass=pymysql.cursors.DictCursor,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())

    @contextmanager
    def database(self) -> Iterator[str]:
        """An empty utf8mb4 database; gone afterwards. Yields its name."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")
        try:
            yield name
        finally:
            self._end_connections()
            self.execute(f"DROP DATABASE {name}")

    def _end_connections(self) -> None:
        """Or a test that left a transaction open would make the DROP wait for ever."""
        for row in self.execute(
            "SELECT id FROM information_schema.processlist WHERE user = %s", ACCOUNT
        ):
            with suppress(pymysql.MySQLError):  # it went by itself
                self.execute(f"KILL {row['id']}")

    def _install(self) -> None:
        command = [
            program("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self._data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            f"--user={getpass.getuser()}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"mariadb-install-db failed\n{done.stdout}{done.stderr}")

    def _command(self, server_id: int, options: tuple[str, ...]) -> list[str]:
        return [
            program("mariadbd"),
            "--no-defaults",
            f"--user={getpass.getuser()}",
            f"--datadir={self._data}",
            f"--socket={self._socket}",
            f"--pid-file={self.directory / 'pid'}",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            f"--server-id={server_id}",
            f"--log-bin={self.directory / 'binlog'}",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_520_ci",
            "--skip-name-resolve",
            *FAST,
            *options,
        ]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:  # the driver leaks the sockets it fails with
            if probe.connect_ex(str(self._socket)) != 0:
                return False
        try:
            self.execute("SELECT 1")
        except pymysql.MySQLError:
            return False
        return True

    def _create_account(self) -> None:
        self.execute(f"CREATE USER {ACCOUNT}@'127.0.0.1' IDENTIFIED BY %s", self.password)
        self.execute(f"GRANT ALL ON `test\\_%`.* TO {ACCOUNT}@'127.0.0.1'")
        self.execute(f"GRANT REPLICA MONITOR, PROCESS ON *.* TO {ACCOUNT}@'127.0.0.1'")
        self.execute(
            f"CREATE USER {REPLICATION_ACCOUNT}@'127.0.0.1' IDENTIFIED BY %s", self.password
        )
        self.execute(f"GRANT REPLICATION SLAVE ON *.* TO {REPLICATION_ACCOUNT}@'127.0.0.1'")


class Replica(MariaDB):
    """A read-only server that follows a primary."""

    def __init__(self, directory: Path, primary: MariaDB) -> None:
        super().__init__(directory, server_id=2, options=("--read-only",))
        self._primary = primary

    def __enter__(self) -> Self:
        super().__enter__()
        self.execute(
            "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%s, MASTER_USER=%s,"
            " MASTER_PASSWORD=%s, MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=slave_pos",
            self._primary.port,
            REPLICATION_ACCOUNT,
            self._primary.password,
        )
        self.execute("SET GLOBAL gtid_slave_pos = %s", self._position_of(self._primary))
        self.execute("START SLAVE")
        return self

    def catch_up(self) -> None:
        """Return when everything that the primary has committed by now is here."""
        position = self._position_of(self._primary)
        self.execute("SELECT MASTER_GTID_WAIT(%s, 10)", position)
        eventually(
            lambda: self.execute("SHOW SLAVE STATUS")[0]["Seconds_Behind_Master"] == 0,
            what="replication",
        )

    def stop_following(self) -> None:
        """Fall behind from now on."""
        self.execute("STOP SLAVE")

    def follow(self) -> None:
        """Follow again."""
        self.execute("START SLAVE")

    def lag(self, seconds: int) -> None:
        """Apply what the primary writes only so much later, from now on."""
        self.execute("STOP SLAVE")
        self.execute("CHANGE MASTER TO MASTER_DELAY=%s", seconds)
        self.execute("START SLAVE")

    @staticmethod
    def _position_of(primary: MariaDB) -> str:
        return str(primary.execute("SELECT @@gtid_binlog_pos AS position")[0]["position"])


def rows_of(engine: Engine, query: str) -> list[tuple[object, ...]]:
    """What a query answers."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(query.replace("%", "%%"))
        return [tuple(row) for row in rows]


def empty(engine: Engine) -> None:
    """Drop all tables of a database."""
    with engine.begin() as connection:
        connection.execute(text("SET foreign_key_checks = 0"))
        for table in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE `{table}`"))
