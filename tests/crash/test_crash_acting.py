"""The server is killed in the middle of an action on many instances: nothing is done twice, what was answered stays."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest

from counterpoint.application.reading import Reader
from counterpoint.bootstrap import open_reader
from tests.crash.served import COMMAND, REQUEST_SECONDS_MAX

COUNT = 2_000
DOCUMENT = """\
document: {dsl: '1.0.3', namespace: crash, name: waits, version: '1.0.0'}
do:
- hear: {listen: {to: {one: {with: {type: org.example.never}}}}}
"""
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOINT_")}


class Lives:
    """The server through all its lives, and the command line beside it."""

    def __init__(self, folder: Path) -> None:
        self.store = str(folder / "acting.db")
        self._document = folder / "waits.yaml"
        self._document.write_text(DOCUMENT)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._process: asyncio.subprocess.Process
        self._reading: asyncio.Task[bytes]

    async def begin(self) -> None:
        """A new life; returns once it can be reached."""
        self._process = await asyncio.create_subprocess_exec(
            *[COMMAND, "serve", str(self._document), "--quiet", "--http", f"127.0.0.1:{self.port}"],
            *["--store", self.store],
            env=ENVIRONMENT,
            stderr=asyncio.subprocess.PIPE,
        )
        errors = self._process.stderr
        assert errors is not None
        while not (line := await errors.readline()).startswith(b"serving"):
            assert line, "the server did not start"
        self._reading = asyncio.create_task(errors.read())

    async def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        await self._process.wait()
        await self._reading

    async def act(self, *arguments: str) -> tuple[int, str]:
        """`counterpoint instances act`: its exit code, and what it said."""
        process = await asyncio.create_subprocess_exec(
            *[COMMAND, "instances", "act", *arguments, "--store", self.store, "--timeout", "60"],
            env=ENVIRONMENT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, told.decode()


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
def test_an_action_that_is_killed_in_the_middle_does_nothing_twice(tmp_path: Path) -> None:
    asyncio.run(_look(tmp_path))


async def _look(folder: Path) -> None:
    lives = Lives(folder)
    await lives.begin()
    reader = open_reader(lives.store)
    try:
        address = f"http://127.0.0.1:{lives.port}"
        async with httpx2.AsyncClient(base_url=address, trust_env=False, timeout=REQUEST_SECONDS_MAX) as client:
            starts = [{"definition": "crash/waits", "input": {}}] * COUNT
            assert (await client.post("/v1/bulk/starts", json=starts)).status_code == 200
            asking = asyncio.create_task(lives.act("suspend", "--yes", "--reason", "r"))
            async with asyncio.timeout(60):
                while not await _suspended(reader):
                    await asyncio.sleep(0.001)
            await lives.kill()
            part = await _suspended(reader)
            await lives.begin()
            code, told = await asking
            assert 0 < part < COUNT, "it was not killed in the middle"
            assert (code, "part of it is done" in told) == (1, True), told
            assert await _suspended(reader) == part  # nobody has begun it again
            code, told = await lives.act("suspend", "--status", "waiting", "--yes", "--reason", "r")
            assert (code, told) == (0, f"suspend: done on {COUNT - part:,} runs, not on 0\n")
            acted = {"action": "resume", "filter": {"status": ["suspended"]}, "dryRun": False}
            answer = (await client.post("/v1/bulk/actions", json=acted)).json()
            await lives.kill()  # with its answer in hand
        assert [each["done"] for each in answer["items"]] == [True] * COUNT
        assert await _suspended(reader) == 0
        for each in answer["items"]:
            types = [event["type"] for event in await reader.history(each["id"])]
            assert types == ["InstanceStarted", "TaskStarted", "InstanceSuspended", "InstanceResumed"]
        print(f"killed after {part} of {COUNT}")
    finally:
        await reader.close()


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
def test_an_action_with_a_key_that_is_killed_in_the_middle_is_not_begun_again(tmp_path: Path) -> None:
    asyncio.run(_look_at_keys(tmp_path))


async def _look_at_keys(folder: Path) -> None:
    lives = Lives(folder)
    await lives.begin()
    reader = open_reader(lives.store)
    try:
        address = f"http://127.0.0.1:{lives.port}"
        async with httpx2.AsyncClient(base_url=address, trust_env=False, timeout=REQUEST_SECONDS_MAX) as client:
            starts = [{"definition": "crash/waits", "input": {}}] * COUNT
            assert (await client.post("/v1/bulk/starts", json=starts)).status_code == 200
            body = {"action": "suspend", "filter": {"status": ["waiting"]}, "dryRun": False}
            path, key = "/v1/bulk/actions", {"Idempotency-Key": "k"}
            asking = asyncio.create_task(client.post(path, json=body, headers=key))
            async with asyncio.timeout(60):
                while not await _suspended(reader):
                    await asyncio.sleep(0.001)
            await lives.kill()
            with pytest.raises(httpx2.TransportError):
                await asking
            part = await _suspended(reader)
            assert 0 < part < COUNT, "it was not killed in the middle"
            await lives.begin()
            again = await client.post(path, json=body, headers=key)
            assert (again.status_code, "cut off" in again.text) == (409, True)
            assert await _suspended(reader) == part
            rest = await client.post(path, json=body, headers={"Idempotency-Key": "rest"})
            assert rest.json()["count"] == COUNT - part
            await lives.kill()  # with its answer in hand
            await lives.begin()
            assert (await client.post(path, json=body, headers={"Idempotency-Key": "rest"})).json() == rest.json()
        assert await _suspended(reader) == COUNT
        await lives.kill()
    finally:
        await reader.close()


async def _suspended(reader: Reader) -> Any:
    return (await reader.count({"status": "suspended"})).total
