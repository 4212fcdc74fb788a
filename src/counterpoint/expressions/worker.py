"""The engine's side of the worker process: one process for programs that may not end, replaced when it dies."""

from __future__ import annotations

import signal
import struct
import subprocess
import sys
import weakref
from typing import IO, Final

import msgspec

from counterpoint.expressions import worker_process
from counterpoint.expressions.failure import expression_error, without_data
from counterpoint.expressions.limits import ExpressionLimits

_LENGTH: Final = struct.Struct(">I")


class Worker:
    """Runs programs in a process of their own, which starts when it is first needed.

    A call blocks until the program ends or its deadline kills the process; the next call starts a new one.
    For one thread at a time. The process sees no environment variable, and ends when its input closes.
    """

    __slots__ = ("__weakref__", "_limits", "_process", "_stop")

    def __init__(self, limits: ExpressionLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._stop: weakref.finalize[[subprocess.Popen[bytes]], Worker] | None = None

    @property
    def process_id(self) -> int | None:
        """The process that runs now, if one does."""
        return self._process.pid if self._process else None

    def run(self, source: str, program: str, text: str) -> str | None:
        """The first result of `program` for the input `text`, as JSON text; None where there is none.

        Raises WorkflowError, which names `source`.
        """
        limits = self._limits
        request = msgspec.msgpack.encode([program, text, limits.expression_ms_max, limits.result_bytes_max])
        process = self._running()
        try:
            response = _exchange(process, request)
        except BaseException:
            self.close()  # a request without its response would be answered to the next caller
            raise
        if response is None:
            self.close()
            raise expression_error(source, self._cause_of_death(process.returncode))
        kind, answer = response
        if kind == "error":
            raise expression_error(source, without_data(answer, source))
        if kind == "large":
            limit = f"limit result_bytes_max is {limits.result_bytes_max:,}"
            raise expression_error(source, f"its result has {answer} bytes, {limit}")
        return answer if kind == "result" else None

    def close(self) -> None:
        """End the process; a later call starts another."""
        if self._stop is not None:
            self._stop()
        self._process = self._stop = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = self._start()
            self._stop = weakref.finalize(self, _end, self._process)
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        paths = [entry for entry in sys.path if entry]
        return subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", worker_process.__file__, str(self._limits.worker_bytes_max), *paths],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,  # an interrupt at the terminal is the engine's to handle
        )

    def _cause_of_death(self, returncode: int) -> str:
        if returncode == -signal.SIGALRM:
            return f"it took longer than {self._limits.expression_ms_max:,} ms (expression_ms_max)"
        if returncode == -signal.SIGABRT:
            return "it needed too much memory (worker_bytes_max) or recursed too deeply"
        return f"the expression worker ended unexpectedly (exit code {returncode})"


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> tuple[str, str] | None:
    """Send a request and read its response; None where the process died over it."""
    requests, responses = process.stdin, process.stdout
    if requests is None or responses is None:  # cannot be: both were asked for
        return None
    try:
        requests.write(_LENGTH.pack(len(request)) + request)
        requests.flush()
    except BrokenPipeError:
        process.wait()
        return None
    head = responses.read(_LENGTH.size)
    body = _rest(responses, head)
    if body is None:
        process.wait()
        return None
    return msgspec.msgpack.decode(body, type=tuple[str, str])


def _rest(responses: IO[bytes], head: bytes) -> bytes | None:
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = responses.read(length)
    return body if len(body) == length else None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:  # a request that the dead process never read
                continue
