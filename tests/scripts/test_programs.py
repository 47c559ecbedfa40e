"""The process table: one Procfile, from which every way to deploy takes its commands."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys

import pytest

from scripts import programs
from scripts.programs import read_procfile
from scripts.supervisor import ROOT

DEPLOY = ROOT / "scripts" / "deploy"


def test_values_replace_the_defaults_of_a_line(tmp_path):
    procfile = tmp_path / "Procfile"
    procfile.write_text(
        "# a remark\nweb: python -m server ${HOST:-here} ${PORT:-1}\nother: sh -c x\n"
    )

    found = read_procfile({"PORT": "2"}, procfile)

    assert found["web"].command == [sys.executable, "-m", "server", "here", "2"]
    assert found["other"].command == ["sh", "-c", "x"]
    assert list(found) == ["web", "other"]


@pytest.mark.parametrize("name", read_procfile({}))
def test_every_process_of_ours_can_be_found(name):
    command = read_procfile({})[name].command

    modules = [
        word.partition(":")[0]
        for word in command
        if re.match(r"(scripts|common|schedule|im)\.", word)
    ]
    assert modules
    assert all(importlib.util.find_spec(module) for module in modules)


@pytest.mark.parametrize("name", read_procfile({}))
def test_every_way_to_deploy_runs_every_process(name):
    compose = (DEPLOY / "compose.yaml").read_text()
    unit = (DEPLOY / "toutiao@.service").read_text()

    assert f"    command: [{name}]\n" in compose
    assert f"toutiao@{name}" in unit


def test_the_image_holds_everything_that_the_processes_import():
    copied = re.findall(r"^COPY (\S+) \1$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)

    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests"} == set(copied)


def test_compose_asks_for_exactly_the_values_that_the_example_lists():
    text = (DEPLOY / "compose.yaml").read_text()
    asked = set(re.findall(r"\$\{(\w+)(?!\w|:-)", text))
    listed = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE))

    assert asked == listed


def test_compose_is_laid_out_as_yaml_wants_it():
    lines = (DEPLOY / "compose.yaml").read_text().splitlines()

    assert [line for line in lines if "\t" in line or line != line.rstrip()] == []
    assert [line for line in lines if (len(line) - len(line.lstrip())) % 2] == []


def test_compose_mounts_what_nginx_includes():
    compose = (DEPLOY / "compose.yaml").read_text()

    assert '"./nginx.conf:/etc/nginx/nginx.conf:ro", "./front:/etc/nginx/front:ro"' in compose


def test_compose_starts_no_module_that_is_missing():
    modules = re.findall(r"-m, ([\w.]+)", (DEPLOY / "compose.yaml").read_text())

    assert modules
    assert all(importlib.util.find_spec(module) for module in modules)


def test_the_image_and_the_unit_do_not_run_as_root():
    assert "\nUSER toutiao\n" in (DEPLOY / "Dockerfile").read_text()
    assert "\nUser=toutiao\n" in (DEPLOY / "toutiao@.service").read_text()


def test_web_behind_the_public_server_listens_on_its_sockets_alone(tmp_path):
    sockets = [tmp_path / "web.sock", tmp_path / "web-2.sock"]

    web = programs.on_sockets(read_procfile({})["web"], sockets)

    assert [each.name for each in web] == ["web", "web-2"]
    assert [each.socket for each in web] == sockets
    assert [shlex.join(each.command).partition(" --uds ")[2] for each in web] == [
        f"{socket} --uds-permissions 0600 scripts.gateway:create" for socket in sockets
    ]


def test_rpc_behind_a_socket_listens_there_alone_and_can_be_done_without(tmp_path):
    rpc = programs.on_socket(read_procfile({})["rpc"], tmp_path / "rpc.sock")

    assert rpc.command[1:] == ["-m", "common.rpc_server.main", "--socket", f"{tmp_path}/rpc.sock"]
    assert (rpc.socket, rpc.is_essential) == (tmp_path / "rpc.sock", False)


def test_the_public_server_is_told_where_everything_is(tmp_path):
    listen = ["[::1]:1", "127.0.0.1:1"]

    web = [tmp_path / "w", tmp_path / "v"]

    command = programs.front(listen=listen, web=web, im=tmp_path / "i").command

    assert shlex.join(command[1:]) == (
        f"-m scripts.front --im {tmp_path}/i --web={tmp_path}/w --web={tmp_path}/v"
        " '--listen=[::1]:1' --listen=127.0.0.1:1"
    )
