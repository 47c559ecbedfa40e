"""The embedded stores: durable, private, and shared by the commands of one data directory."""

from __future__ import annotations

import pytest

from common import settings
from scripts import datadir
from scripts.embedded import EmbeddedStack, environment, reachable_stores
from scripts.valkey import ValkeyServer, durable

SMALL = {"maxmemory": "10mb"}


@pytest.fixture
def environ(monkeypatch):
    """Set all variables of a stack, as a process that is started with them finds them."""

    def apply(variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return apply


def test_the_environment_is_all_that_a_process_needs(tmp_path, environ):
    environ(environment(tmp_path / "data"))

    loaded = settings.load()

    assert loaded.store_url == f"unix://{tmp_path / 'data' / 'valkey.sock'}"
    assert settings.unknown_names() == []


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path, environ):
    with EmbeddedStack(tmp_path / ("long" * 30)) as stack:
        environ(stack.environment)
        loaded = settings.load()

        assert loaded.store_url == loaded.cache_url == loaded.bus == stack.valkey.url
        assert loaded.celery_broker_url == f"redis+socket://{stack.valkey.socket}?virtual_host=1"
    assert not stack.valkey.socket.parent.exists()


def test_what_the_caller_has_configured_is_left_to_him(tmp_path, environ):
    environ({"TOUTIAO_JWT_SECRET": "his own", "TOUTIAO_REDIS_STORE_URL": "redis://his.own"})

    ours = environment(tmp_path / ("long" * 30))

    assert "TOUTIAO_JWT_SECRET_FILE" not in ours
    assert "TOUTIAO_REDIS_STORE_URL" not in ours
    assert "TOUTIAO_REDIS_CACHE_URL" in ours
    datadir.remove_sockets(tmp_path / ("long" * 30))


def test_what_redis_acknowledged_is_there_after_a_restart(tmp_path):
    with EmbeddedStack(tmp_path / "data") as stack, stack.valkey.client() as client:
        client.set("kept", "1")

    with EmbeddedStack(tmp_path / "data") as stack, stack.valkey.client() as client:
        assert client.get("kept") == b"1"
        assert client.config_get("port") == {"port": "0"}


def test_nothing_is_left_running_or_listening(tmp_path):
    with EmbeddedStack(tmp_path / "data") as stack:
        socket = stack.valkey.socket
        assert socket.exists()

    assert (stack.valkey.pid, socket.exists()) == (None, False)


def test_the_server_of_a_killed_run_is_replaced(tmp_path):
    data_dir = datadir.prepare(tmp_path / "data")
    orphan = ValkeyServer(data_dir / "valkey", socket=datadir.socket_path(data_dir))
    orphan.start()
    orphan_pid = orphan.pid

    with EmbeddedStack(data_dir) as stack, stack.valkey.client() as client:
        assert client.info("server")["process_id"] == stack.valkey.pid != orphan_pid
    assert orphan.pid is None


def test_a_stale_socket_file_is_replaced(tmp_path):
    data_dir = datadir.prepare(tmp_path / "data")
    datadir.socket_path(data_dir).touch()

    with EmbeddedStack(data_dir) as stack, stack.valkey.client() as client:
        assert client.ping()


def test_a_second_run_on_the_same_directory_is_refused(tmp_path):
    with (
        EmbeddedStack(tmp_path / "data"),
        pytest.raises(datadir.DataDirBusyError, match="in use by process"),
        EmbeddedStack(tmp_path / "data"),
    ):
        pass


def test_a_command_uses_the_running_server(tmp_path):
    with EmbeddedStack(tmp_path / "data") as stack:
        with reachable_stores(tmp_path / "data"):
            pass

        assert stack.valkey.pid is not None


def test_a_command_without_a_running_server_has_its_own_for_a_while(tmp_path):
    data_dir = tmp_path / "data"
    server = ValkeyServer(data_dir, socket=datadir.socket_path(data_dir))

    with reachable_stores(data_dir), server.client() as client:
        assert client.ping()

    assert not server.socket.exists()


def test_at_its_bound_the_server_keeps_what_is_stores_and_goes_on_writing(tmp_path):
    assert int(durable()["maxmemory"].removesuffix("mb")) >= 256
    server = ValkeyServer(tmp_path, socket=tmp_path / "v", options=durable() | SMALL)
    server.start()
    try:
        with server.client() as client:
            client.mset({f"of store {number}": "x" * 1000 for number in range(1000)})
            for number in range(300):
                client.set(f"of cache {number}", "x" * 100_000, ex=3600)
            client.set("of store, later", "x")

            assert client.info("stats")["evicted_keys"] > 100
            assert len(client.keys("of store*")) == 1001
    finally:
        server.stop()
