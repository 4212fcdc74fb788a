"""Runs one program: bounded output, and its whole process group gone when it ends, is cancelled or is late."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Final

import msgspec

from counterpoint.connectors.problems import configuration, failure
from counterpoint.values.problem import Outcome

PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What to run. `environment` is the whole environment: nothing of the engine's is inherited."""

    what: str
    """Its name in errors."""
    argv: Sequence[str]
    environment: Mapping[str, str]
    directory: str
    stdin: bytes = b""
    output_bytes_max: int


class Ended(msgspec.Struct, frozen=True):
    """How a program ended; a signal n counts as code 128 + n, as in a shell."""

    code: int
    stdout: str
    stderr: str


@contextlib.contextmanager
def _readable(content: bytes) -> Iterator[IO[bytes]]:
    """A file to read standard input from. All of it is there when the program starts.

    With a pipe a program that does not wait for its input (as `readFileSync` of Node does not) could find it empty.
    """
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


async def run(program: Program) -> Ended:
    """Run a program to its end. On cancellation its process group is killed.

    Raises ConnectorError: configuration (outcome none) where it cannot be started, runtime where it
    writes more than it may.
    """
    with _readable(program.stdin) as stdin:
        try:
            transport, supervisor = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Supervisor(program.output_bytes_max),
                *program.argv,
                stdin=stdin,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=dict(program.environment),
                cwd=program.directory,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise configuration(f"{program.what} cannot be started: {error}") from error
    try:
        await supervisor.ended
    finally:
        if not supervisor.exited.done():
            supervisor.kill()
            await supervisor.exited  # reaped: no zombie is left behind
        transport.close()
    return _outcome(program, transport, supervisor)


class _Supervisor(asyncio.SubprocessProtocol):
    """Collects what a program writes; kills its process group when it ends or writes too much."""

    def __init__(self, output_bytes_max: int) -> None:
        self._output_bytes_max = output_bytes_max
        self._pid = 0
        self.output = {1: bytearray(), 2: bytearray()}
        self.exited: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """The program itself has ended."""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """And all that it wrote has been read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._pid = transport.get_pid()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        output = self.output[fd]
        output += data
        if len(output) > self._output_bytes_max:
            self.kill()

    def process_exited(self) -> None:
        # What the program left running must not outlive the task, nor keep its pipes open.
        self.kill()
        if not self.exited.done():
            self.exited.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)


def _outcome(program: Program, transport: asyncio.SubprocessTransport, supervisor: _Supervisor) -> Ended:
    for name, output in (("stdout", supervisor.output[1]), ("stderr", supervisor.output[2])):
        if len(output) > program.output_bytes_max:
            detail = f"{program.what} wrote more than output_bytes_max ({program.output_bytes_max:,}) to {name}"
            raise failure("runtime", detail, Outcome.UNKNOWN)
    code = transport.get_returncode()
    assert code is not None
    stdout, stderr = (bytes(output).decode("utf-8", "replace") for output in supervisor.output.values())
    return Ended(128 - code if code < 0 else code, stdout, stderr)
