"""A real browser without a window, told what to do over a pipe (Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

COMMANDS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-sandbox",  # which root, as in containers, cannot have
)
# The browser reads commands from descriptor 3 and writes answers to 4.
PIPES: Final = 'exec "$0" "$@" 3<&"$FROM_US" 4>&"$TO_US"'
CHUNK: Final = 65_536


def installed() -> str | None:
    """The browser of this machine, None if there is none."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


class Browser:
    """One window. Commands are those of the protocol; events are kept until they are asked for."""

    def __init__(self, command: str, profile: Path) -> None:
        theirs, self._to_browser = os.pipe()
        self._from_browser, answers = os.pipe()
        environment = os.environ | {"FROM_US": str(theirs), "TO_US": str(answers)}
        self._process = subprocess.Popen(
            ["bash", "-c", PIPES, command, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            env=environment,
            pass_fds=(theirs, answers),
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(answers)
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        targets = self.do("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in targets if each["type"] == "page")
        attached = self.do("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.do(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        os.close(self._to_browser)
        os.close(self._from_browser)
        self._process.terminate()
        self._process.wait()

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give a command; its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to_browser, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def wait_for(self, event: str) -> None:
        """Until the browser has told of such an event."""
        while all(each["method"] != event for each in self.events):
            self.events.append(self._next())

    def open(self, address: str, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Show a page, loaded to the end, in a window of this size.

        :param scheme: ``light`` or ``dark``, what its user prefers
        """
        self.events.clear()
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.do("Emulation.setEmulatedMedia", features=features)
        self.do("Page.navigate", url=address)
        self.wait_for("Page.loadEventFired")

    def ask(self, expression: str) -> Any:
        """What an expression comes to in the page; promises are awaited."""
        answer = self.do(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def requests(self) -> list[str]:
        """What the page has asked for over the network."""
        told = [each["params"] for each in self.events if each["method"] == _REQUEST]
        return [each["request"]["url"] for each in told]

    def complaints(self) -> list[str]:
        """What the browser has complained about: blocked styles, pictures that are not there."""
        told = [each["params"]["entry"] for each in self.events if each["method"] == _COMPLAINT]
        return [each["text"] for each in told]

    def picture(self) -> bytes:
        """The whole page as a PNG."""
        answer = self.do("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(answer["data"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            chunk = os.read(self._from_browser, CHUNK)
            if not chunk:
                raise RuntimeError("the browser has gone")
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed


_REQUEST: Final = "Network.requestWillBeSent"
_COMPLAINT: Final = "Log.entryAdded"


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """The browser of this machine.

    :param profile: a folder for what it remembers
    """
    command = installed()
    assert command is not None
    with Browser(command, profile) as browser:
        yield browser
