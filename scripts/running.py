"""scripts/run: the whole product on this machine, from an empty directory to "try this"."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from common.utils.background import heap
from scripts import datadir, embedded, ports, programs, welcome
from scripts.child_output import ChildOutput
from scripts.listener import outlive_readers
from scripts.supervisor import EXPLAINED, ROOT, Child, Program, RunFailedError, Supervisor, stop
from scripts.tethered import tethered
from scripts.valkey import ValkeyError, ValkeyServer

READY_SECONDS = 120.0
PROBE_SECONDS = 2.0
WEB_STOP_SECONDS = 4.0
WORK_STOP_SECONDS = 3.0
WEB_THREADS = 2  # per worker: one works while the other waits for a store
METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own
PROCESS_STATE = "processes.json"  # of the data directory: what cannot be kept running
FIRST_TO_STOP = {programs.FRONT, programs.IM}  # with web, however many there are

console = Console(stderr=True, highlight=False)
app = typer.Typer(add_completion=False)


@dataclass(frozen=True)
class Addresses:
    """Where the run listens: one public server at two ports, the second for clients set up so."""

    host: str
    main: ports.Claim
    im: ports.Claim

    @property
    def url(self) -> str:
        """How this machine reaches us."""
        return ports.url(self.host, self.main.port)

    @property
    def im_url(self) -> str:
        """The same server at its second port."""
        return ports.url(self.host, self.im.port)


@app.command(help=__doc__)
def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of everything; 0: any free one.")] = 8000,
    im_port: Annotated[
        int,
        typer.Option(help="A second port, for clients with one for chat."),
    ] = 8001,
    data_dir: Annotated[Path, typer.Option(help="Where everything is kept.")] = ROOT / "data",
    workers: Annotated[
        int, typer.Option(min=1, max=datadir.MAX_WEB_WORKERS, help="Processes of the API.")
    ] = 2,
    reset: Annotated[bool, typer.Option("--reset", help="Delete all data first.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before --reset.")] = False,
    no_demo: Annotated[bool, typer.Option("--no-demo", help="No demo content or logins.")] = False,
) -> None:
    """Start everything and keep it running until Ctrl-C."""
    outlive_readers()
    heap.collect_as_usual()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where a shell ignores them
        signal.signal(number, signal.default_int_handler)
    try:
        programs.numbers_of_the_host()  # a wrong one is said before anything is made
        if reset:
            _reset(data_dir, ask=not yes and sys.stdin.isatty())
        addresses = _claim_addresses(host, port, im_port)
        with embedded.EmbeddedStack(data_dir) as stack:
            environment = _environment(stack, host, is_demo=not no_demo)
            prepared = _prepare(environment)
            _Run(stack, environment, addresses, workers).until_stopped(prepared)
    except (datadir.DataDirError, ports.PortError, ValkeyError, RunFailedError) as error:
        console.print(f"error: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error


def _reset(data_dir: Path, *, ask: bool) -> None:
    if ask and data_dir.exists():
        typer.confirm(f"Delete all data in {data_dir}?", abort=True)
    datadir.wipe(data_dir)


def _claim_addresses(host: str, port: int, im_port: int) -> Addresses:
    main = ports.claim(host, port, option="--port")
    if main.port == im_port:
        raise ports.PortError("--port and --im-port must differ")
    return Addresses(host, main, ports.claim(host, im_port, option="--im-port"))


def _environment(stack: embedded.EmbeddedStack, host: str, *, is_demo: bool) -> dict[str, str]:
    """What the processes see: ours, unless the caller's environment says otherwise."""
    defaults = {"TOUTIAO_DEMO": "on"} if is_demo else {"TOUTIAO_SMS_DRIVER": "file"}
    rpc = datadir.socket_path(stack.data_dir, datadir.RPC_SOCKET)
    defaults["TOUTIAO_RPC__CHATBOT"] = f"unix:{rpc.resolve()}"
    state = stack.data_dir / PROCESS_STATE
    state.unlink(missing_ok=True)
    ours = {
        "TOUTIAO_BIND_HOST": host,
        "TOUTIAO_PROCESS_STATE": str(state),
        "PYTHONUNBUFFERED": "1",
    }
    if not is_demo:
        ours["TOUTIAO_DEMO"] = "off"
    return {
        **defaults,
        **os.environ,
        **stack.environment,
        **ours,
        METRICS_VARIABLE: _empty_metrics(stack.data_dir),
    }


def _empty_metrics(data_dir: Path) -> str:
    """Where the web workers add up their metrics; what former processes left is not theirs."""
    folder = data_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return str(folder)


def _prepare(environment: dict[str, str]) -> dict[str, Any]:
    """Bring the data up to date in a process of its own, which explains its failures itself."""
    with subprocess.Popen(
        tethered([sys.executable, "-m", "scripts.preparing"]),
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        process_group=0,  # Ctrl-C in the terminal is for us alone
    ) as preparing:
        try:
            said, _ = preparing.communicate()
        except BaseException:
            os.killpg(preparing.pid, signal.SIGKILL)
            raise
    if preparing.returncode == EXPLAINED:
        raise typer.Exit(1)
    if preparing.returncode != 0:
        raise RunFailedError("the data could not be prepared, see above")
    prepared: dict[str, Any] = json.loads(said.splitlines()[-1])
    return prepared


class _Valkey:
    """The embedded Valkey as the supervisor sees it."""

    name = "valkey"
    is_essential = True

    def __init__(self, server: ValkeyServer) -> None:
        self._server = server
        self.socket = server.socket

    def start(self) -> None:
        try:
            self._server.start()
        except ValkeyError as error:
            raise RunFailedError(str(error)) from error

    def is_running(self) -> bool:
        return self._server.pid is not None

    def end(self, number: signal.Signals) -> None:
        if self._server.pid is not None:
            os.kill(self._server.pid, number)

    def last_words(self) -> str:
        return f"see {self._server.log}"


class _Run:
    """The processes of one run, from their start to their end."""

    def __init__(
        self,
        stack: embedded.EmbeddedStack,
        environment: dict[str, str],
        addresses: Addresses,
        workers: int,
    ) -> None:
        self._stack = stack
        self._addresses = addresses
        self._sockets = [
            *datadir.web_sockets(stack.data_dir, workers),
            datadir.socket_path(stack.data_dir, datadir.IM_SOCKET),
        ]
        self._supervisor = Supervisor(
            lambda text: console.print(f"! {text}", markup=False, soft_wrap=True),
            struggling=stack.data_dir / PROCESS_STATE,
        )
        self._supervisor.stop_on_signals()  # before anything of the run can be seen
        logs = stack.data_dir / "logs"
        self._children = [
            Child(program, environment, ChildOutput(program.name, logs / f"{program.name}.log"))
            for program in _programs(addresses, workers, stack.data_dir)
        ]

    def until_stopped(self, prepared: dict[str, Any]) -> None:
        """Start all, say so when they answer, and stop all in order when asked to."""
        started = time.monotonic()
        with ExitStack() as ending:
            ending.callback(self._stop)
            self._supervisor.adopt(_Valkey(self._stack.valkey))
            for child in self._children:
                self._supervisor.start(child)
            if self._supervisor.watch(until=self._is_ready(started)):
                welcome.show(
                    self._addresses.url, self._addresses.im_url, prepared, self._stack.data_dir
                )
                self._supervisor.watch()

    def _is_ready(self, started: float) -> Callable[[], bool]:
        address = self._addresses.main.listen[0]

        def is_ready() -> bool:
            if time.monotonic() - started > READY_SECONDS:
                raise RunFailedError(
                    f"{self._addresses.url}/readyz did not answer 200 in {READY_SECONDS:.0f} s"
                )
            # The sockets first: the front would log each time that nobody is behind one.
            return all(ports.is_served(each) for each in self._sockets) and _is_ready(address)

        return is_ready

    def _stop(self) -> None:
        console.print("Stopping ...")
        doors = [child for child in self._children if _is_door(child.name)]
        rest = [child for child in self._children if not _is_door(child.name)]
        stop(doors, within_seconds=WEB_STOP_SECONDS)
        stop(rest, within_seconds=WORK_STOP_SECONDS)


def _is_door(name: str) -> bool:
    return name in FIRST_TO_STOP or name.partition("-")[0] == programs.WEB


def _programs(addresses: Addresses, workers: int, data_dir: Path) -> list[Program]:
    web = datadir.web_sockets(data_dir, workers)
    im = datadir.socket_path(data_dir, datadir.IM_SOCKET)
    found = programs.read_procfile(
        {
            **programs.numbers_of_the_host(),
            "WEB_WORKERS": "1",
            "WEB_THREADS": str(WEB_THREADS),
        }
    )
    rpc = datadir.socket_path(data_dir, datadir.RPC_SOCKET)
    found[programs.RPC] = programs.on_socket(found[programs.RPC], rpc)
    processes = programs.on_sockets(found.pop(programs.WEB), web)
    processes.append(programs.on_socket(found.pop(programs.IM), im))
    listen = (*addresses.main.listen, *addresses.im.listen)
    return [*processes, *found.values(), programs.front(listen=listen, web=web, im=im)]


def _is_ready(address: str) -> bool:
    """Whether all is well at ``address``, asked for directly, whatever proxies are configured."""
    host, _, port = address.rpartition(":")
    host = ports.WILDCARDS.get(host.strip("[]"), host.strip("[]"))
    connection = http.client.HTTPConnection(host, int(port), timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    app(prog_name="scripts/run")
