"""The data directory: private, never somebody else's, one run at a time."""

from __future__ import annotations

import pytest

from scripts import datadir
from scripts.datadir import DataDirBusyError, DataDirError
from tests.support.harness.threads import at_once


def _mode(path):
    return path.stat().st_mode & 0o777


def test_a_new_directory_and_its_secrets_are_readable_by_their_owner_only(tmp_path):
    made = datadir.prepare(tmp_path / "deep" / "data")

    assert _mode(made) == 0o700
    assert {_mode(path) for path in (made / "secrets").iterdir()} == {0o600}


def test_secrets_are_made_once_and_differ(tmp_path):
    made = datadir.prepare(tmp_path / "data")
    first = [datadir.read_secret(made, name) for name in datadir.SECRET_NAMES]

    datadir.prepare(made)

    assert [datadir.read_secret(made, name) for name in datadir.SECRET_NAMES] == first
    assert len({*first, datadir.read_secret(made, datadir.ADMIN_PASSWORD)}) == 4


def test_processes_that_start_together_agree_on_the_secrets(tmp_path):
    def prepare_and_read():
        made = datadir.prepare(tmp_path / "data")
        return datadir.read_secret(made, "jwt_secret")

    assert len(set(at_once(*[prepare_and_read] * 4))) == 1


def test_a_directory_that_holds_something_else_is_not_touched(tmp_path):
    (tmp_path / "thesis.txt").write_text("irreplaceable")

    for verb in (datadir.prepare, datadir.wipe):
        with pytest.raises(DataDirError):
            verb(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_directory(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(DataDirError, match=r"cannot use .*file"):
        datadir.prepare(tmp_path / "file")


def test_our_directory_can_be_wiped_and_a_missing_one_too(tmp_path):
    made = datadir.prepare(tmp_path / "data")

    datadir.wipe(made)
    datadir.wipe(made)

    assert not made.exists()


def test_one_process_at_a_time_holds_the_directory(tmp_path):
    made = datadir.prepare(tmp_path / "data")

    with datadir.locked(made):
        with pytest.raises(DataDirBusyError), datadir.locked(made):
            pass
        with pytest.raises(DataDirBusyError):
            datadir.wipe(made)

    with datadir.locked(made):
        pass


def test_a_long_path_gets_a_short_private_socket(tmp_path):
    short, long = tmp_path / "short", tmp_path / ("long" * 30)

    sockets = [datadir.socket_path(path) for path in (short, long)]

    assert sockets[0] == short / "valkey.sock"
    assert len(str(sockets[1])) < datadir.MAX_SOCKET_BYTES
    assert _mode(sockets[1].parent) == 0o700
    datadir.remove_sockets(long)
    assert not sockets[1].parent.exists()


def test_a_socket_directory_that_others_may_enter_is_refused(tmp_path):
    long = tmp_path / ("long" * 30)
    private = datadir.socket_path(long).parent
    private.chmod(0o755)

    with pytest.raises(DataDirError, match="somebody else"):
        datadir.socket_path(long)

    private.rmdir()


@pytest.mark.parametrize("name", datadir.SECRET_NAMES)
def test_a_secret_that_is_gone_beside_data_is_not_made_anew(tmp_path, name):
    made = datadir.prepare(tmp_path / "data")
    (made / datadir.DATABASE).touch()
    (made / "secrets" / name).unlink()

    with pytest.raises(DataDirError, match=rf"{name} is gone"):
        datadir.prepare(made)

    assert not (made / "secrets" / name).exists()


def test_a_secret_that_comes_from_elsewhere_need_not_be_there(tmp_path, monkeypatch):
    made = datadir.prepare(tmp_path / "data")
    (made / datadir.DATABASE).touch()
    (made / "secrets" / "jwt_secret").unlink()
    monkeypatch.setenv("TOUTIAO_JWT_SECRET", "x" * 40)

    datadir.prepare(made)
