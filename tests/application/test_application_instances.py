"""What people do with instances through the Python API, and what they are shown."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import Engine, Refused, function
from counterpoint.engine.clock import VirtualClock
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, NotFound
from tests.engine.documents import LISTEN, STEPS, WAIT_A_DAY, document, rung

pytestmark = pytest.mark.anyio

RETRIED = """
- careful:
    try: [{first: {call: step, with: {name: first}}}]
    catch: {retry: {delay: {seconds: 1}, limit: {attempt: {count: 5}}}}
"""
STUCK = """
- reserve:
    call: step
    with: {name: reserve}
    compensate: {do: [{release: {call: step, with: {name: release}}}], retry: {limit: {attempt: {count: 1}}}}
- ship: {call: step, with: {name: ship}}
"""


@function
async def step(name: str) -> dict[str, str]:
    return {"name": name}


def engine(**options) -> Engine:
    options.setdefault("clock", VirtualClock())
    options.setdefault("functions", [step])
    return Engine.embedded(**options)


async def test_a_view_tells_the_whole_story():
    failures = iter([True, True, False])

    @function(name="step")
    async def sometimes(name: str) -> str:
        if next(failures):
            raise Refused("not now")
        return "done"

    async with engine(functions=[sometimes]) as it:
        ref = await it.publish(document(RETRIED))
        assert str(ref) == "test/flow:1.0.0"
        id = await it.start(ref, {"a": 1})
        view = await it.result(id, timeout=5)
    assert (view.id, view.workflow, view.status, view.saga) == (id, "test/flow:1.0.0", "completed", None)
    assert (view.input, view.output, view.error, view.incidents) == ({"a": 1}, "done", None, [])
    assert [(task.reference, task.status, task.attempt) for task in view.tasks] == [
        ("/do/0/careful", "completed", 1),
        ("/do/0/careful/try/0/first", "faulted", 1),
        ("/do/0/careful/try/0/first", "faulted", 2),
        ("/do/0/careful/try/0/first", "completed", 3),
    ]
    assert view.tasks[1].error["detail"] == "not now"
    assert view.tasks[3].started_at - view.tasks[1].started_at == 2_000


async def test_an_incident_waits_for_a_person_who_has_it_tried_again():
    broken = {"ship", "release"}

    @function(name="step")
    async def sometimes(name: str) -> str:
        if name in broken:
            raise Refused(f"{name} is broken")
        return name

    async with engine(functions=[sometimes]) as it:
        id = await it.start(await it.publish(document(STUCK)))
        view = await it.result(id, timeout=5)
        assert (view.status, view.saga) == ("suspended", "stuck")
        (incident,) = view.incidents
        assert (incident.reference, incident.undo) == ("/do/0/reserve", True)
        assert incident.error["detail"] == "release is broken"
        with pytest.raises(Conflict, match="retry it"):
            await it.resume(id)
        broken.discard("release")
        await it.retry(id, incident.run)
        view = await it.result(id, timeout=5)
        assert (view.status, view.saga, view.incidents) == ("faulted", "compensated", [])


async def test_a_view_of_an_instance_that_waits():
    async with engine(clock=VirtualClock(jumps=False)) as it:
        id = await it.start(await it.publish(document(WAIT_A_DAY)))
        view = await it.inspect(id)
        assert (view.status, [task.status for task in view.tasks]) == ("waiting", ["waiting"])
        with pytest.raises(TimeoutError, match="is waiting after"):
            await it.result(id, timeout=0.01)
        await it.cancel(id, reason="enough")
        view = await it.inspect(id)
        assert (view.status, view.reason, [task.status for task in view.tasks]) == (
            "cancelled",
            "enough",
            ["cancelled"],
        )


async def test_what_cannot_be_done_is_refused_with_the_reason():
    async with engine() as it:
        ref = await it.publish(document(STEPS))
        id = await it.start(ref, id="mine")
        await it.result(id)
        with pytest.raises(NotFound, match="no definition 'other'"):
            await it.start("other")
        with pytest.raises(Conflict, match="'mine' is taken"):
            await it.start(ref, id="mine")
        with pytest.raises(InvalidInput, match="cannot be an id"):
            await it.start(ref, id="a#b")
        for refused in (it.cancel("mine"), it.suspend("mine"), it.resume("mine"), it.retry("mine")):
            with pytest.raises(Conflict, match="ended already"):
                await refused
        for unknown in (it.cancel("x"), it.inspect("x"), it.history("x"), it.result("x")):
            with pytest.raises(NotFound, match="no instance 'x'"):
                await unknown
    with pytest.raises(CounterpointError, match="not open"):
        await it.inspect("mine")


async def test_rows_are_listed_newest_first_and_paged():
    async with engine() as it:
        ref = await it.publish(document(STEPS))
        await it.publish(document(LISTEN, "other"))
        for number in range(5):
            await it.result(await it.start(ref, id=f"n{number}"))
        await it.start("other", id="waits")
        assert [row.id for row in await it.list(limit=3)] == ["waits", "n4", "n3"]
        (last,) = await it.list(status="waiting")
        assert [row.id for row in await it.list(before=last.number, workflow="flow", limit=2)] == ["n4", "n3"]


async def test_rows_are_listed_by_when_they_are_due_and_paged():
    async with engine(clock=VirtualClock(jumps=False)) as it:
        for name, days in (("late", 3), ("soon", 1), ("next", 2)):
            await it.start(await it.publish(document(f"- pause: {{wait: {{days: {days}}}}}", name)), id=name)
        await it.start(await it.publish(document(LISTEN, "other")), id="hears")
        assert [row.id for row in await it.due()] == ["soon", "next", "late"]
        (first,) = await it.due(limit=1)
        assert [row.id for row in await it.due(after=(first.due_at, first.number), limit=1)] == ["next"]
        assert [row.id for row in await it.due(workflow="late")] == ["late"]
        with pytest.raises(NotFound, match="nothing"):
            await it.due(workflow="nothing")


async def test_history_is_every_event_as_json():
    async with engine() as it:
        id = await it.start(await it.publish(document(STEPS)))
        await it.result(id)
        history = await it.history(id)
    assert [(each["sequence"], each["type"]) for each in history] == [
        (1, "InstanceStarted"),
        (1, "TaskStarted"),
        (2, "TaskCompleted"),
        (2, "TaskStarted"),
        (3, "TaskCompleted"),
        (3, "InstanceCompleted"),
    ]


async def test_closing_tells_those_who_wait():
    it = engine()
    await it.open()
    id = await it.start(await it.publish(document(LISTEN)))
    waiting = asyncio.ensure_future(it.result(id))
    await asyncio.sleep(0)
    await it.close()
    with pytest.raises(CounterpointError, match="closed before"):
        await waiting


async def test_an_event_reaches_a_suspended_instance_and_is_kept_for_it():
    async with engine() as it:
        id = await it.start(await it.publish(document(LISTEN + "- go: {set: '${ . }'}")))
        await it.suspend(id)
        await it.deliver(rung(bell=3))
        for _ in range(20):
            await asyncio.sleep(0)
        assert (await it.inspect(id)).status == "suspended"
        await it.resume(id)
        assert (await it.result(id, timeout=5)).output == [{"bell": 3}]
