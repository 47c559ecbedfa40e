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


def test_nginx_sends_the_same_paths_to_im_as_the_front():
    text = (DEPLOY / "nginx.conf").read_text()
    (pattern,) = re.findall(r"location ~ (\S+) \{", text)

    for path in ("/socket.io", "/socket.io/x", "/app/socket.io/", "/im", "/im/x"):
        assert re.search(pattern, path)
    for path in ("/imtest", "/v1_0/im", "/app/imtest", "/socket.iox", "/"):
        assert not re.search(pattern, path)
    assert text.count("{") == text.count("}")


def test_compose_starts_no_module_that_is_missing():
    modules = re.findall(r"-m, ([\w.]+)", (DEPLOY / "compose.yaml").read_text())

    assert modules
    assert all(importlib.util.find_spec(module) for module in modules)


def test_the_image_and_the_unit_do_not_run_as_root():
    assert "\nUSER toutiao\n" in (DEPLOY / "Dockerfile").read_text()
    assert "\nUser=toutiao\n" in (DEPLOY / "toutiao@.service").read_text()


def test_the_front_is_told_where_everything_is():
    command = programs.front(host="::1", port=1, web="http://[::1]:2", im=None).command

    assert shlex.join(command[1:]) == "-m scripts.front --host ::1 --port 1 --web 'http://[::1]:2'"
