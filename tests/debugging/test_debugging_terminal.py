"""The terminal debugger: line by line on a trial and on a real run, and the one that fills the screen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

HEAD = "document: {dsl: '1.0.3', namespace: terminal, name: trip, version: '1.0.0'}\n"
TRIP = HEAD + (
    "do:\n"
    "- car:\n    call: book\n    with: {what: car}\n    compensate: {do: [{back: {call: book, with: {what: back}}}]}\n"
    "- pay:\n    call: book\n    with: {what: '${ .what }'}\n"
    "- thank:\n    set: {thanked: '${ . }'}\n"
)
FUNCTIONS = """
from pathlib import Path
from counterpoint import function

@function
async def book(what: str = "") -> dict:
    with Path(__file__).with_name("acted").open("a") as file:
        file.write(f"{what}\\n")
    return {"what": what}
"""
COMMAND = str(Path(sys.executable).with_name("counterpoint"))
DEADLINE_SECONDS = 40.0


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a document and its functions."""
    (tmp_path / "trip.yaml").write_text(TRIP)
    (tmp_path / "functions_of_trip.py").write_text(FUNCTIONS)
    return tmp_path


def counterpoint(place: Path, *arguments: str, lines: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, *arguments]
    return subprocess.run(command, cwd=place, input=lines, capture_output=True, text=True, timeout=60, check=False)


def debug(place: Path, lines: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return counterpoint(place, "debug", *arguments, lines=lines)


def acted(place: Path) -> list[str]:
    path = place / "acted"
    return path.read_text().split() if path.exists() else []


def test_a_document_is_stepped_through_and_nothing_outside_is_touched(place: Path) -> None:
    lines = 'step\nset data {"what": "all"}\nprint .what\nstep\nback\nnow\ncontinue\ntasks\n'
    done = debug(place, lines, "trip.yaml")
    assert done.returncode == 0, done.stderr
    assert "stopped (entry) at car  /do/0/car" in done.stdout
    assert ">   3 | - car:" in done.stdout
    assert '"all"' in done.stdout
    assert "ended: it has come to its end: completed" in done.stdout
    assert "completed  pay  /do/1/pay" in done.stdout
    assert acted(place) == []


def test_faults_undos_and_replaced_outputs(place: Path) -> None:
    lines = "continue\nfail communication no money\nwhere\ncontinue\nlog\n"
    done = debug(place, lines, "trip.yaml", "-b", "pay", "-b", "undo")
    assert done.returncode == 0, done.stderr
    assert "stopped (undo) at back" in done.stdout
    assert "(undo of car)" in done.stdout
    assert "ended: it has come to its end: faulted" in done.stdout
    assert "compensated  /do/0/car" in done.stdout


def test_what_cannot_be_done_is_said_on_standard_error_and_in_the_exit_code(place: Path) -> None:
    done = debug(place, "break nothing\nset data {\njump\nat 99\nbreak if 1 +\nbreaks\n", "trip.yaml")
    assert done.returncode == 1
    told = done.stderr
    for expected in ("there is no task 'nothing'", "must be JSON", "'jump' is no command", "no place 99", "not valid"):
        assert expected in told
    assert "no breakpoints" in done.stdout
    assert debug(place, "", "missing.yaml").returncode == 2
    assert debug(place, "", "no-such-run").returncode == 4


class Server:
    """`counterpoint serve`, in a process of its own."""

    def __init__(self, place: Path) -> None:
        command = [COMMAND, "serve", "trip.yaml", "--store", "trip.db"]
        command += ["--function", "functions_of_trip.py", "--http", "127.0.0.1:0"]
        self._log = (place / "serve.log").open("w")
        self.process = subprocess.Popen(command, cwd=place, stdout=self._log, stderr=self._log)
        self.address = ""
        until(lambda: "HTTP API at" in (place / "serve.log").read_text(), "the server listens")
        self.address = (place / "serve.log").read_text().split("HTTP API at ")[1].split(",")[0].strip()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self._log.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        import httpx2

        with httpx2.Client(base_url=self.address, trust_env=False, timeout=10) as client:
            return client.request(method, path, json=body).json()


def until(holds: Any, what: str) -> None:
    """Look until it holds: other processes have no clock to turn."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < end, what
        os.sched_yield()


def test_a_run_of_a_server_is_held_stepped_and_goes_on_when_its_debugger_leaves(place: Path) -> None:
    with Server(place) as server:
        session = server.ask("POST", "/v1/debug/sessions", {"owner": "ada", "definition": "trip", "input": {}})
        id = session["instance"]
        refused = debug(place, "", id, "--store", "trip.db", "--owner", "bob")
        assert (refused.returncode, "debugged by ada" in refused.stderr) == (1, True)
        taken = debug(place, "step\nback\nnow\nlog\n", id, "--store", "trip.db", "--owner", "bob", "--takeover")
        assert taken.returncode == 0, taken.stderr
        assert "stopped (step) at pay" in taken.stdout
        assert "due          /do/0/car  completed" in taken.stdout
        view = server.ask("GET", f"/v1/instances/{id}?wait=10")
        assert (view["status"], acted(place)) == ("completed", ["car", "car"])


def test_a_run_that_only_waits_is_told_at_once_and_is_let_go_when_its_debugger_is_ended(place: Path) -> None:
    (place / "trip.yaml").write_text(HEAD + "do: [{rest: {wait: {hours: 1}}}]\n")
    with Server(place) as server:
        id = server.ask("POST", "/v1/instances", {"definition": "trip"})["id"]
        began = time.monotonic()
        debugger = subprocess.Popen(
            [COMMAND, "debug", id, "--store", "trip.db", "--lease", "600"],
            cwd=place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert debugger.stdout is not None
        assert debugger.stdout.readline() == "running\n"
        assert "waits for timer" in debugger.stdout.readline()
        assert time.monotonic() - began < 20, "it has waited until the time was up"
        debugger.send_signal(signal.SIGTERM)
        assert debugger.wait(20) == 128 + signal.SIGTERM
        states = [each["state"] for each in server.ask("GET", "/v1/debug/sessions")["items"]]
        assert states == ["ended"]


def test_after_kill_9_no_instance_stays_held(place: Path) -> None:
    with Server(place) as server:
        session = server.ask("POST", "/v1/debug/sessions", {"owner": "ada", "definition": "trip", "input": {}})
        id = session["instance"]
        server.process.kill()
        server.process.wait(20)
    assert acted(place) == []
    shown = json.loads(counterpoint(place, "instances", "history", id, "--store", "trip.db", "--json").stdout)
    assert [each["type"] for each in shown][-1] == "TaskCreated"
    with Server(place) as server:
        view = server.ask("GET", f"/v1/instances/{id}?wait=10")
        assert view["status"] == "completed"
        types = [each["type"] for each in server.ask("GET", f"/v1/instances/{id}/history")["items"]]
    assert types.index("InstanceReleased") < types.index("TaskStarted")
    assert acted(place) == ["car", "car"]


def test_a_run_is_replayed_against_another_version(place: Path) -> None:
    options = ["--store", "trip.db"]
    ran = counterpoint(
        place, "run", "trip.yaml", "--id", "first", "--function", "functions_of_trip.py", "--no-watch", *options
    )
    assert ran.returncode == 0, ran.stderr
    same = counterpoint(place, "replay", "first", *options)
    assert (same.returncode, "nothing differs" in same.stdout) == (0, True), same.stderr
    changed = (
        TRIP.replace("'1.0.0'", "'2.0.0'")
        .replace("what: car}", "what: coach}")
        .replace("- thank", "- more: {call: book}\n- thank")
    )
    (place / "changed.yaml").write_text(changed)
    told = counterpoint(place, "replay", "first", "--against", "changed.yaml", "--json", *options)
    assert told.returncode == 1, told.stderr
    replay = json.loads(told.stdout)
    assert [(each["kind"], each["task"]) for each in replay["effects"]] == [("changed", "car"), ("added", "more")]
    assert [each["task"] for each in replay["unanswered"]] == ["more"]
    assert acted(place) == ["car", "car"]
    fault = '[{"task": "pay", "error": {"type": "communication", "status": 422}, "outcome": "none"}]'
    undone = counterpoint(place, "replay", "first", "--faults", fault, *options)
    assert "undone: nothing -> car" in undone.stdout
    missing = counterpoint(place, "replay", "first", "--against", "none/such:1.0.0", *options)
    assert (missing.returncode, "no definition" in missing.stderr) == (1, True)
