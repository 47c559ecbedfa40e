"""The data directory of an installation: whose it is, its secrets, its lock, its sockets."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.sockets import spare_of

MARKER = ".toutiao"
DATABASE = "toutiao.db"
LOCK = "run.lock"
SECRET_NAMES = ("jwt_secret", "mis_jwt_secret", "secret_key")
ADMIN_PASSWORD = "admin_password"  # noqa: S105 - the name of the file, not its content
SECRET_BYTES = 48
ADMIN_PASSWORD_BYTES = 12
VALKEY_SOCKET = "valkey.sock"
WEB_SOCKET = "web.sock"
IM_SOCKET = "im.sock"
RPC_SOCKET = "rpc.sock"
MAX_WEB_WORKERS = 64
MAX_SOCKET_BYTES = 100  # the kernel takes 108, macOS 104


class DataDirError(Exception):
    """The directory cannot be used; the text is one line for people."""


class DataDirBusyError(DataDirError):
    """Another process of ours works on this directory."""


def prepare(data_dir: Path) -> Path:
    """Create the directory (readable by its owner only) and its secrets; return its full path.

    :raises DataDirError: it holds something else, or cannot be written
    """
    data_dir = data_dir.expanduser().resolve()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In this order, because another process of ours may be making it: marker first.
        if any(data_dir.iterdir()) and not is_ours(data_dir):
            raise DataDirError(
                f"{data_dir} holds something else; choose an empty or a new --data-dir"
            )
        data_dir.chmod(0o700)
        (data_dir / MARKER).touch(mode=0o600)
        (data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        _refuse_lost_secrets(data_dir)
        _generate_secrets(data_dir / "secrets")
    except OSError as error:
        raise DataDirError(
            f"cannot use {data_dir}: {error.strerror}; choose another --data-dir"
        ) from error
    return data_dir


def is_ours(data_dir: Path) -> bool:
    """Whether :func:`prepare` made this directory."""
    return (data_dir / MARKER).is_file()


def wipe(data_dir: Path) -> None:
    """Remove the directory with all content; nothing happens if there is none.

    :raises DataDirError: it is not ours, is in use, or cannot be removed
    """
    data_dir = data_dir.expanduser().resolve()
    if not data_dir.exists():
        return
    if not is_ours(data_dir):
        raise DataDirError(f"{data_dir} was not made by scripts/run; it is left as it is")
    try:
        with locked(data_dir):
            shutil.rmtree(data_dir)
    except OSError as error:
        raise DataDirError(f"cannot remove {data_dir}: {error.strerror}") from error


def read_secret(data_dir: Path, name: str) -> str:
    """A secret generated earlier."""
    return (data_dir / "secrets" / name).read_text(encoding="utf-8")


def _refuse_lost_secrets(data_dir: Path) -> None:
    """New secrets beside old data would end every log-in and make sealed values unreadable.

    :raises DataDirError: there are data, and a secret that they were made with is gone
    """
    if not (data_dir / DATABASE).exists():
        return
    for name in SECRET_NAMES:
        path = data_dir / "secrets" / name
        if not path.exists() and not _is_set(name):
            raise DataDirError(
                f"{path} is gone, but {data_dir / DATABASE} was made with it; bring it back from a"
                " backup (docs/operations.md), or begin anew with --reset"
            )


def _is_set(name: str) -> bool:
    variable = f"TOUTIAO_{name.upper()}"
    return variable in os.environ or f"{variable}_FILE" in os.environ


def _generate_secrets(directory: Path) -> None:
    directory.mkdir(mode=0o700, exist_ok=True)
    for name in SECRET_NAMES:
        _write_once(directory / name, secrets.token_urlsafe(SECRET_BYTES))
    # The sign-in form of the admin system wants a digit.
    password = f"{secrets.token_urlsafe(ADMIN_PASSWORD_BYTES)}{secrets.randbelow(10)}"
    _write_once(directory / ADMIN_PASSWORD, password)


def _write_once(path: Path, text: str) -> None:
    """Complete or not at all, and never twice, however many processes start together."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def socket_path(data_dir: Path, name: str = VALKEY_SOCKET) -> Path:
    """Where a process of ours listens: in the directory, or, if that path is too long for a
    socket, in a private directory of the system's temporary one.

    :param name: of ours; none is longer than Valkey's
    :raises DataDirError: the private directory belongs to somebody else
    """
    if _fits(data_dir):
        return data_dir / name
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    folder = f"toutiao-{os.getuid()}-{digest}"
    private = Path(tempfile.gettempdir()) / folder
    if not _fits(private):
        private = Path("/tmp") / folder  # noqa: S108 - its owner and mode are checked below
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise DataDirError(f"{private} belongs to somebody else")
    return private / name


def web_sockets(data_dir: Path, workers: int) -> list[Path]:
    """Where each worker of the web process listens.

    A socket for each: of several processes at one Unix socket, whichever wakes first takes most of
    the connections, and the others have nothing to do.
    """
    names = [WEB_SOCKET, *(f"web-{number}.sock" for number in range(2, workers + 1))]
    return [socket_path(data_dir, name) for name in names]


def _fits(folder: Path) -> bool:
    """Whether the paths of all our sockets are short enough there."""
    return len(os.fsencode(folder / VALKEY_SOCKET)) < MAX_SOCKET_BYTES


def remove_sockets(data_dir: Path) -> None:
    """Leave no trace of the sockets once their servers are gone."""
    for path in (
        socket_path(data_dir),
        socket_path(data_dir, IM_SOCKET),
        socket_path(data_dir, RPC_SOCKET),
        *web_sockets(data_dir, MAX_WEB_WORKERS),
    ):
        path.unlink(missing_ok=True)
        spare_of(path).unlink(missing_ok=True)
    folder = socket_path(data_dir).parent
    if folder != data_dir:
        with suppress(OSError):  # somebody put something else there
            folder.rmdir()


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Be the only process of ours that runs the stores of this directory.

    :raises DataDirBusyError: another one does
    """
    with (data_dir / LOCK).open("a+") as file:
        if not _try_lock(file.fileno()):
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise DataDirBusyError(
                f"{data_dir} is in use by process {owner}; stop it or choose another --data-dir"
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
