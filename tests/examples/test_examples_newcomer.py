"""A newcomer's path: the commands of README.md, as they stand there, in a shell, against a real server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from shared_data import ROOT

SECONDS_MAX = 60


def commands() -> str:
    """The commands of the section."""
    section = (ROOT / "README.md").read_text().partition("\n## In nine commands\n")[2].partition("\n## ")[0]
    [text] = re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    return text


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def test_there_are_nine_of_them():
    lines = commands().replace("\\\n", " ").splitlines()
    assert len(lines) == 9
    for each in ("counterpoint serve", "/v1/definitions", "/v1/instances?wait", "/events", "/retry"):
        assert sum(each in line for line in lines) == 1


def test_the_commands_start_publish_run_follow_and_repair(tmp_path):
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("the commands of README.md need curl and bash, and one of them is not on this machine")
    served, carrier = free_ports(2)
    script = commands().replace("8080", str(served)).replace("8081", str(carrier))  # all that is different here
    (tmp_path / "examples").symlink_to(ROOT / "examples")  # as in a clone
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOINT_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    shell = subprocess.Popen(
        ["bash", "-m", "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = shell.communicate(timeout=SECONDS_MAX)
    finally:
        end_session(shell.pid)
    assert shell.returncode == 0, out + err
    told = [
        '"reference":"examples/parcel:1.0.0"',
        '"status":"suspended","saga":"stuck"',
        "incident 1: the undo of /do/0/bookPickup: communication",
        "event: CompensationCompleted",
        "event: InstanceFaulted",
    ]
    places = [out.find(each) for each in told]
    assert -1 not in places, (told, out, err)
    assert places == sorted(places)
    for port in (served, carrier):
        with socket.socket() as caller:
            assert caller.connect_ex(("127.0.0.1", port)) != 0  # both servers have ended


def end_session(leader: int) -> None:
    """End what the shell has started and not ended itself; its jobs have process groups of their own."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            pid = int(process.name)
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
