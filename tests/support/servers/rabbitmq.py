"""A real RabbitMQ on loopback, with a directory and a port of its own."""

from __future__ import annotations

import socket
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Self

import psutil

from tests.support.servers.servers import STOP_SECONDS, Server, free_ports, frozen, program

EPMD = "epmd"  # by which Erlang's programs find one another; RabbitMQ does not start without
CONFIGURATION = """
listeners.tcp.default = 127.0.0.1:{port}
loopback_users = none
distribution.listener.interface = 127.0.0.1
log.file.level = warning
"""


class RabbitMQ:
    """A broker whose messages and settings are gone with its directory."""

    def __init__(self, directory: Path) -> None:
        self.port, distribution, names = free_ports(3)
        configuration, plugins = directory / "rabbitmq.conf", directory / "plugins"
        configuration.write_text(CONFIGURATION.format(port=self.port))
        plugins.write_text("[].\n")
        variables = {
            "HOME": directory,
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": distribution,
            "RABBITMQ_MNESIA_BASE": directory / "mnesia",
            "RABBITMQ_LOG_BASE": directory / "log",
            "RABBITMQ_CONFIG_FILE": configuration,
            "RABBITMQ_ENABLED_PLUGINS_FILE": plugins,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1 -start_epmd false",
            "ERL_EPMD_PORT": names,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        self._names = Server(
            [program(EPMD), "-port", str(names), "-address", "127.0.0.1"],
            log=directory / "epmd.out",
            ready=lambda: True,
        )
        # Beside the program that is found by its name: that one changes the user.
        server = Path(program("rabbitmq-server")).resolve().with_name("rabbitmq-server")
        self._server = Server(
            ["env", *(f"{name}={value}" for name, value in variables.items()), str(server)],
            log=directory / "out",
            ready=self._answers,
        )

    @property
    def url(self) -> str:
        """Its address, as BUS_URL wants it."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self._names.start()
            starting.callback(self._names.stop)
            starting.callback(self.stop)
            self.start()
            starting.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        self._names.stop()

    def start(self) -> None:
        """Start, or start again."""
        self._server.start()

    def stop(self) -> None:
        """End in order."""
        self._server.stop()

    def kill(self) -> None:
        """End at once, as a crash would; what it starts is killed by its own end."""
        for process in self._family():
            process.kill()
            process.wait(STOP_SECONDS)
        self._server.kill()

    def frozen(self) -> AbstractContextManager[None]:
        """Connections stay, and nothing on them is answered."""
        return frozen(self._family())

    def _family(self) -> list[psutil.Process]:
        own = psutil.Process().children(recursive=True)
        return [each for each in own if each.name().startswith("beam")]

    def _answers(self) -> bool:
        """It listens once it serves."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
