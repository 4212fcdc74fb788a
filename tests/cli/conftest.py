"""The installed command as its users meet it: a process of its own, in a directory of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from counterpoint.cli.main import main

COMMAND = str(Path(sys.executable).with_name("counterpoint"))
FUNCTIONS = Path(__file__).with_name("functions_for_cli.py")
SECONDS_MAX = 30


class Ran(NamedTuple):
    """What a finished command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which is one JSON value and nothing else."""
        return json.loads(self.out)


@pytest.fixture
def environment() -> dict[str, str]:
    """The variables of a plain user: none of ours, none that ask for colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERPOINT_", "NO_COLOR"))}
    return {**kept, "PYTHONWARNINGS": "error::ResourceWarning"}


@pytest.fixture
def counterpoint(tmp_path: Path, environment: dict[str, str]) -> Callable[..., Ran]:
    """Run the command to its end: `counterpoint("run", file, input=..., env={...})`."""

    def run(*arguments: object, input: str | bytes = b"", env: dict[str, str] | None = None) -> Ran:
        text = input.encode() if isinstance(input, str) else input
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env={**environment, **(env or {})},
            input=text,
            capture_output=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def within(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """As `counterpoint`, but inside this process: for the many cases that need no process of their own."""

    def run(*arguments: object, env: dict[str, str] | None = None) -> Ran:
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            capfd.readouterr()
            code = main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


class Started:
    """A command that is still running; `until` reads its output up to a line that holds a text."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []

    def until(self, text: str) -> None:
        """Read standard output until a line holds `text`."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return
        raise AssertionError(f"ended before {text!r}: {''.join(self.lines)}{self.rest().err}")

    def rest(self) -> Ran:
        """Wait for the end; the output since the last `until`."""
        out, err = self.process.communicate(timeout=SECONDS_MAX)
        return Ran(self.process.returncode, out, err)

    def signal(self, number: int) -> Ran:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.rest()


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., Started]]:
    """Start the command and leave it running."""
    started: list[Started] = []

    def begin(*arguments: object) -> Started:
        process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(Started(process))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate(timeout=SECONDS_MAX)


@pytest.fixture
def document(tmp_path: Path) -> Callable[..., Path]:
    """Write a document into the directory of the commands: its tasks, and a name."""

    def write(tasks: str, name: str = "thing", more: str = "") -> Path:
        path = tmp_path / f"{name}.yaml"
        head = f"document: {{ dsl: '1.0.3', namespace: cli, name: {name}, version: '1.0.0' }}\n"
        path.write_text(head + more + "do:\n" + tasks)
        return path

    return write
