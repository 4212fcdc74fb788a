"""What a saga costs, in calls of functions: the bound of what may creep in."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from bench.sagas import document, functions
from counterpoint import BulkStart, Engine
from tests.counting import counted

pytestmark = pytest.mark.anyio
SAGAS = 200
CALLS_MAX = 660
"""Of a saga of four steps, each with an undo that is not needed, from its start to its end: 637 when this was written.

Whoever adds what few use lets nobody else pay for it; whoever needs more says why, here.
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="comprehensions are no calls any more: the bound is of 3.11")
async def test_a_saga_of_which_nobody_asks_anything_special_costs_no_more_calls_than_these():
    async with Engine.embedded(None, functions=functions()) as engine:
        reference = str(await engine.publish(document()))
        await _run(engine, reference, "warm")
        with counted() as calls:
            await _run(engine, reference, "counted")
    each = calls.count / SAGAS
    print(f"{each:.0f} calls a saga")
    assert 100 < each < CALLS_MAX


async def _run(engine, reference, label):
    await engine.start_many([BulkStart(reference, {"order": f"{label}-{number}"}) for number in range(SAGAS)])
    while engine.runtime.population.lives:
        await asyncio.sleep(0)


def test_an_engine_loads_no_library_of_which_it_makes_no_use():
    code = "import sys; from counterpoint import Engine; Engine.embedded(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    few_need = {"cryptography", "joserfc", "litestar", "uvicorn", "opentelemetry", "rich", "textual"}
    assert few_need & {name.partition(".")[0] for name in loaded} == set()
