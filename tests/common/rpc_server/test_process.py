"""The rpc process as a deployment starts it: where it listens, and how it ends."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from common.rpc.chatbot.client import Chatbot
from tests.support.harness.waiting import eventually
from tests.support.processes.programs import ROOT, environment, program
from tests.support.servers.servers import free_ports

COMMAND = ["-m", "common.rpc_server.main"]


@pytest.fixture
def chatbot():
    made = Chatbot()
    yield made
    made.close()


def is_healthy(address):
    with grpc.insecure_channel(address) as channel:
        try:
            question = health_pb2.HealthCheckRequest(service="ChatBotService")
            answer = health_pb2_grpc.HealthStub(channel).Check(question, timeout=5)
        except grpc.RpcError:
            return False
    return answer.status == health_pb2.HealthCheckResponse.SERVING


def test_at_a_socket_it_serves_its_owner_and_leaves_nothing_behind(runtime, tmp_path, chatbot):
    socket, log = tmp_path / "rpc.sock", tmp_path / "log"
    command = [*COMMAND, "--socket", str(socket)]
    with program(command, environment(runtime), log) as process:
        eventually(lambda: is_healthy(f"unix:{socket}"), what="rpc", log=log)
        mode = stat.S_IMODE(socket.stat().st_mode)
        chatbot.bind(f"unix:{socket}", otherwise=None)
        said = chatbot.reply("你是谁", "7", None)
        process.send_signal(signal.SIGTERM)
        code = process.wait(10)

    assert (mode, code) == (0o600, 0)
    assert not socket.exists()
    assert "小助手" in said


def test_with_every_store_away_it_starts_and_talks(runtime, tmp_path, chatbot):
    port, log = free_ports(1)[0], tmp_path / "log"
    nowhere = "redis://127.0.0.1:1"
    env = environment(
        runtime,
        TOUTIAO_RPC_PORT=str(port),
        TOUTIAO_REDIS_STORE_URL=nowhere,
        TOUTIAO_REDIS_CACHE_URL=nowhere,
        TOUTIAO_DB_PRIMARY_URL="mysql+pymysql://x:x@127.0.0.1:1/x",
    )
    with program(COMMAND, env, log):
        eventually(lambda: is_healthy(f"127.0.0.1:{port}"), what="rpc", log=log)
        chatbot.bind(f"127.0.0.1:{port}", otherwise=None)
        said = [chatbot.reply(text, "7", None) for text in ("怎么修改昵称", "最近有什么新闻")]

    assert "编辑资料" in said[0]
    assert "正忙" in said[1]


def test_a_port_that_is_taken_is_one_clear_line(runtime, tmp_path):
    port, log = free_ports(1)[0], tmp_path / "log"
    env = environment(runtime, TOUTIAO_RPC_PORT=str(port))
    with program(COMMAND, env, log):
        eventually(lambda: is_healthy(f"127.0.0.1:{port}"), what="rpc", log=log)
        second = subprocess.run(
            [sys.executable, *COMMAND],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert second.returncode == 1
    assert f"cannot listen at 127.0.0.1:{port}" in second.stderr
    assert "Traceback" not in second.stderr
