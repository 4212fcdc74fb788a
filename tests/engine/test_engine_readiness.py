"""An engine that is careful starts where it has what unfinished instances call, and only there."""

from __future__ import annotations

import pytest

from counterpoint import Engine, function
from counterpoint.errors import MissingFunctions
from tests.engine.documents import LISTEN, STEPS, document

pytestmark = pytest.mark.anyio
CHILD = "- part: {run: {workflow: {namespace: test, name: part, version: '1.0.0'}}}\n"


@function
async def step(name: str) -> dict[str, str]:
    return {"name": name}


async def test_the_undo_of_a_sub_workflow_is_the_engines_own(tmp_path):
    path = tmp_path / "engine.db"
    async with Engine.embedded(path) as engine:
        await engine.publish(document(LISTEN, "part"))
        await engine.start(await engine.publish(document(CHILD)), id="whole")
    async with Engine.embedded(path, careful=True) as engine:
        assert (await engine.inspect("whole")).status in ("running", "waiting")


async def test_a_function_that_is_missing_is_named(tmp_path):
    path = tmp_path / "engine.db"
    async with Engine.embedded(path, functions=[step]) as engine:
        await engine.start(await engine.publish(document(LISTEN + STEPS.strip("\n") + "\n")), id="one")
    with pytest.raises(MissingFunctions, match="step"):
        async with Engine.embedded(path, careful=True):
            pass
