"""Requests from other processes: posted to the inbox of the store that the engine holds, and answered."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from counterpoint import Engine, function
from counterpoint.bootstrap import open_reader, open_requester
from counterpoint.errors import Conflict, InvalidInput, NotFound, StoreLocked
from tests.engine.documents import LISTEN, WAIT_A_DAY, document, rung

pytestmark = pytest.mark.anyio

ELSEWHERE = """
import asyncio, json, sys
from counterpoint.bootstrap import open_requester

async def main(path, kind, body):
    requester = open_requester(path)
    print(json.dumps(await requester.request(kind, json.loads(body), 10)))

asyncio.run(main(*sys.argv[1:]))
"""


@function
async def step(name: str) -> str:
    return name


async def test_another_process_cancels_an_instance(tmp_path):
    path = tmp_path / "engine.db"
    async with Engine.embedded(path) as engine:
        await engine.start(await engine.publish(document(WAIT_A_DAY)), id="one")
        asked = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", ELSEWHERE, str(path), "cancel", json.dumps({"id": "one", "reason": "enough"})),
            stdout=asyncio.subprocess.PIPE,
        )
        answer, _ = await asked.communicate()
        assert json.loads(answer) == {"id": "one"}
        view = await engine.result("one", timeout=5)
        assert (view.status, view.reason) == ("cancelled", "enough")


async def test_requests_start_suspend_resume_and_are_refused_with_reasons(tmp_path):
    path = tmp_path / "engine.db"
    async with Engine.embedded(path) as engine:
        await engine.publish(document(LISTEN))
        requester = open_requester(path)
        assert await requester.request("start", {"definition": "flow", "id": "one"}, 5) == {"id": "one"}
        await requester.request("suspend", {"id": "one"}, 5)
        assert (await engine.inspect("one")).status == "suspended"
        with pytest.raises(Conflict, match="suspended already"):
            await requester.request("suspend", {"id": "one"}, 5)
        await requester.request("resume", {"id": "one"}, 5)
        with pytest.raises(NotFound, match="no instance 'two'"):
            await requester.request("cancel", {"id": "two"}, 5)
        with pytest.raises(InvalidInput, match="needs 'id'"):
            await requester.request("cancel", {}, 5)
        with pytest.raises(NotFound, match="no request 'dance'"):
            await requester.request("dance", {}, 5)
        with pytest.raises(Conflict, match="no open incident"):
            await requester.request("retry", {"id": "one"}, 5)
        assert await requester.deliver(rung(bell=1))
        assert not await requester.deliver(rung(bell=1))
        assert (await engine.result("one", timeout=5)).output == [{"bell": 1}]


async def test_a_request_waits_for_the_next_engine(tmp_path):
    path = tmp_path / "engine.db"
    async with Engine.embedded(path) as engine:
        await engine.start(await engine.publish(document(WAIT_A_DAY)), id="one")
    requester = open_requester(path)
    with pytest.raises(TimeoutError):
        await requester.request("cancel", {"id": "one"}, 0.05)
    async with Engine.embedded(path) as engine:
        assert (await engine.result("one", timeout=5)).status == "cancelled"


async def test_a_second_engine_is_refused_and_reading_is_allowed(tmp_path):
    path = tmp_path / "engine.db"
    async with Engine.embedded(path) as engine:
        await engine.start(await engine.publish(document(WAIT_A_DAY)), id="one")
        with pytest.raises(StoreLocked):
            async with Engine.embedded(path):
                pass
        reader = open_reader(path)
        assert (await reader.inspect("one")).status == "waiting"
        assert [row.id for row in await reader.browse({"workflow": "flow"})] == ["one"]
        assert (await reader.history("one"))[0]["type"] == "InstanceStarted"
        await reader.close()
