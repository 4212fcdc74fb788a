"""`run: shell`, `run: script` and `run: container`."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Coroutine
from typing import Any

import msgspec

from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.problems import configuration, failure
from counterpoint.connectors.process.arguments import read_text, returned
from counterpoint.connectors.process.container import (
    check_started,
    cleanup,
    cleanup_delay,
    container_name,
    container_program,
    find_engine,
    removal_program,
)
from counterpoint.connectors.process.policy import KINDS, ProcessPolicy
from counterpoint.connectors.process.script import script_program
from counterpoint.connectors.process.shell import shell_program
from counterpoint.connectors.process.supervision import Program, run
from counterpoint.connectors.resources import Resources
from counterpoint.connectors.timing import Now, system_now, until
from counterpoint.errors import ConnectorError
from counterpoint.ports.connector import Completion, Invocation
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Outcome

logger = logging.getLogger("counterpoint.process")


class ProcessConnector:
    """Runs processes, each in an empty directory of its own, with an environment of its own.

    `arguments` are the process object of the document, evaluated, with the task's `await` and `return`.
    A process that is not awaited ends with the connector at the latest.
    """

    functions = KINDS

    def __init__(
        self, policy: ProcessPolicy | None = None, resources: Resources | None = None, now: Now = system_now
    ) -> None:
        self._policy = policy or ProcessPolicy()
        self._own_client = HttpClient(now=now) if resources is None else None
        self._resources = resources or Resources(self._own_client or HttpClient(now=now))
        self._now = now
        self._slots = asyncio.Semaphore(self._policy.processes_max)
        self._background: set[asyncio.Task[None]] = set()

    async def invoke(self, invocation: Invocation) -> Completion:
        """Run the process. Raises ConnectorError: configuration where it may not run, runtime where it fails."""
        kind = invocation.function
        if kind not in self._policy.allow:
            raise configuration(f"`run: {kind}` is not allowed here; add {kind!r} to the process policy's `allow`")
        if invocation.arguments.get("await") is False:
            self._spawn(self._unawaited(invocation))
            return Completion(output=invocation.input)
        outcome = Outcome.NONE
        try:
            async with until(invocation.deadline, self._now), self._slots:
                outcome = Outcome.UNKNOWN
                return Completion(output=await self._run(invocation))
        except TimeoutError as error:
            detail = f"the {kind} process did not end before its deadline and was killed"
            raise failure("timeout", detail, outcome) from error

    async def close(self) -> None:
        """Kill what still runs."""
        for task in tuple(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        if self._own_client is not None:
            await self._own_client.close()

    async def _unawaited(self, invocation: Invocation) -> None:
        try:
            async with self._slots:
                await self._run(invocation)
        except ConnectorError as error:
            # Nobody waits for its result (dsl-reference, run): the log is all that it can tell.
            logger.warning("%s, not awaited: %s", invocation.reference, error)

    async def _run(self, invocation: Invocation) -> JsonValue:
        with tempfile.TemporaryDirectory(prefix="counterpoint-", ignore_cleanup_errors=True) as directory:
            if invocation.function == "container":
                return await self._run_container(invocation, directory)
            program = await self._program(invocation, directory)
            return returned(program.what, await run(program), invocation.arguments.get("return"))

    async def _program(self, invocation: Invocation, directory: str) -> Program:
        arguments, output_bytes_max = invocation.arguments, self._policy.output_bytes_max
        if invocation.function == "shell":
            return shell_program(arguments, directory, output_bytes_max)
        if arguments.get("code") is not None or "source" not in arguments:
            code = read_text(arguments, "code")
        else:
            fetched = await self._resources.fetch(arguments["source"], deadline=invocation.deadline)
            code = fetched.content.decode("utf-8", "replace")
        return script_program(arguments, code, directory, output_bytes_max)

    async def _run_container(self, invocation: Invocation, directory: str) -> JsonValue:
        arguments, policy = invocation.arguments, self._policy
        engine, name = find_engine(), container_name(arguments, invocation)
        program = container_program(engine, name, arguments, policy.mounts, directory, policy.output_bytes_max)
        removal = removal_program(engine, name, program)
        lasts = cleanup(arguments)
        delay = cleanup_delay(arguments) if lasts == "eventually" else 0.0
        try:
            ended = await run(program)
        except BaseException:
            # Killing the command line does not stop the container.
            await run(removal)
            raise
        check_started(program.what, ended)
        if lasts == "eventually":
            self._spawn(self._remove_later(removal, delay))
        return returned(program.what, ended, arguments.get("return"))

    async def _remove_later(self, removal: Program, delay: float) -> None:
        await asyncio.sleep(delay)
        with tempfile.TemporaryDirectory(prefix="counterpoint-", ignore_cleanup_errors=True) as directory:
            await run(msgspec.structs.replace(removal, directory=directory))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
