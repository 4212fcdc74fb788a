"""One fault ends nothing: what was exported is remembered again later, and the spans of all others go out."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import function
from counterpoint.bootstrap import telemetry
from counterpoint.errors import LimitExceeded, StoreUnavailable
from counterpoint.ports.store import Record
from counterpoint.telemetry.tracing import MARK
from tests.engine.documents import STEPS, document

pytestmark = pytest.mark.anyio


@function
async def step(name: str) -> dict[str, str]:
    return {"name": name}


async def turns(holds) -> None:
    """Let others go on until it holds."""
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0)


@pytest.mark.parametrize("error", [LimitExceeded("commands_queued_max", 1), StoreUnavailable()], ids=["full", "disk"])
async def test_what_could_not_be_remembered_is_remembered_the_next_time(
    engine_on, collector, monkeypatch, caplog, error
):
    """A queue that is full refuses at once; the engine's own writes are refused as those of others."""
    monkeypatch.setattr(telemetry, "_MARK_SECONDS", 0)
    async with engine_on(functions=[step]) as engine:
        own, committer = engine._telemetry, engine.runtime.committer
        write, refused = committer.request_write, []

        def refuse(_):
            refused.append(1)
            raise error

        monkeypatch.setattr(committer, "request_write", refuse)
        marked = own._marked
        monkeypatch.setattr(own, "_exported_until", lambda: marked + 1000)
        await turns(lambda: len(refused) >= 2 or own._marking.done())
        assert not own._marking.done(), "nothing is remembered any more"
        assert own._marked == marked
        monkeypatch.setattr(committer, "request_write", write)
        await turns(lambda: own._marked == marked + 1000)
        assert await engine.runtime.store.value(MARK) == str(marked + 1000).encode()
    assert any("what was exported is not remembered" in each.getMessage() for each in caplog.records)


async def test_spans_that_a_crash_may_have_kept_go_out_although_one_instance_cannot_be_read(
    engine_on, collector, store, caplog
):
    """The newest comes first, so the one that cannot be read stands before all others."""
    async with engine_on(store, functions=[step]) as engine:
        reference = await engine.publish(document(STEPS))
        for id in ("one", "two", "spoilt"):
            await engine.start(reference, id=id)
            await engine.result(id, timeout=20)
    collector.spans.clear()
    store.contents.values[MARK] = b"1"  # as where nothing was exported since
    [number] = [each.number for each in store.contents.instances.values() if each.id == "spoilt"]
    store.contents.journal[number][2] = Record(number, 2, b"rubbish")
    async with engine_on(store, functions=[step]) as engine:
        await turns(lambda: not engine.runtime._asides)
    found = {span.attributes["counterpoint.instance.id"] for span in collector.spans}
    assert found == {"one", "two"}
    assert any("spans of instance spoilt are not exported again" in each.getMessage() for each in caplog.records)
