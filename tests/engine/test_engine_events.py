"""Events, sub-workflows and schedules: how instances start and wake each other."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import EngineLimits, function
from counterpoint.errors import InvalidInput
from tests.engine.documents import LISTEN, document, rung

pytestmark = pytest.mark.anyio

EMIT = "- ring: {emit: {event: {with: {type: org.example.rung, source: /bell, data: {bell: '${ .bell }'}}}}}"
CHILD = "- add: {set: {sum: '${ .a + .b }'}}"
CALL = "- sub: {run: {workflow: {namespace: test, name: child, version: '1.0.0', input: {a: 1, b: '${ .b }'}}}}"


async def test_an_emitted_event_wakes_a_listener_and_is_told_to_subscribers(engine_on, store):
    told = []
    async with engine_on(store) as engine:
        engine.on_emitted(told.append)
        await engine.start(await engine.publish(document(LISTEN, "hear")), id="ears")
        ring = await engine.publish(document(EMIT, "ring"))
        await engine.start(ring, {"bell": 7}, id="hand")
        assert (await engine.result("ears", timeout=5)).output == [{"bell": 7}]
        output = (await engine.result("hand", timeout=5)).output
    assert [event["data"] for event in told] == [{"bell": 7}]
    assert output["type"] == "org.example.rung"
    assert output["specversion"] == "1.0"


async def test_the_same_event_counts_once(engine_on, store):
    twice = "- hear: {listen: {to: {all: [{with: {type: org.example.rung}}, {with: {type: org.example.rung}}]}}}"
    async with engine_on(store) as engine:
        await engine.start(await engine.publish(document(twice)), id="one")
        for _ in range(3):
            await engine.deliver(rung("same", n=1))
        await engine.deliver(rung("other", n=2))
        assert (await engine.result("one", timeout=5)).output == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "id must be a string that is not empty"),
        ({"specversion": "0.3"}, "only 1.0 is supported"),
        ({"type": None}, "type is null"),
        ({"Bad-Name": "x"}, "lower-case letters and digits"),
        ({"time": "yesterday"}, "not an RFC 3339 timestamp"),
        ({"data_base64": "@"}, "not base64"),
        ({"extension": {}}, "must be a string, a boolean or a 32-bit integer"),
    ],
)
async def test_what_is_no_cloud_event_is_refused(engine_on, store, change, said):
    event = {
        key: value for key, value in {**rung(), **change}.items() if not (change.get("data_base64") and key == "data")
    }
    async with engine_on(store) as engine:
        with pytest.raises(InvalidInput, match=said):
            await engine.deliver(event)


async def test_a_parent_waits_for_its_child(engine_on, store):
    async with engine_on(store) as engine:
        await engine.publish(document(CHILD, "child"))
        await engine.start(await engine.publish(document(CALL)), {"b": 2}, id="parent")
        assert (await engine.result("parent", timeout=5)).output == {"sum": 3}
        assert (await engine.inspect("parent.1")).parent == "parent#1"


async def test_a_child_is_found_again_after_a_crash_and_started_once(engine_on, store):
    began = asyncio.Event()

    @function(name="step")
    async def hang(name: str) -> None:
        began.set()
        await asyncio.Event().wait()

    @function
    async def step(name: str) -> str:
        return name

    async with engine_on(store, functions=[hang]) as engine:
        await engine.publish(document("- only: {call: step, with: {name: inner}}", "child"))
        await engine.start(await engine.publish(document(CALL)), {"b": 2}, id="parent")
        await began.wait()
        crashed = store.after_a_crash()
    async with engine_on(crashed, functions=[step]) as engine:
        assert (await engine.result("parent", timeout=5)).output == "inner"
        assert len(crashed.contents.instances) == 2


async def test_a_failing_child_fails_its_parent_with_its_error(engine_on, store):
    async with engine_on(store) as engine:
        error = "{type: 'https://example.org/broken', status: 418, title: Teapot}"
        await engine.publish(document(f"- stop: {{raise: {{error: {error}}}}}", "child"))
        await engine.start(await engine.publish(document(CALL)), {"b": 2}, id="parent")
        view = await engine.result("parent", timeout=5)
    assert (view.status, view.error["type"]) == ("faulted", "https://example.org/broken")


async def test_cancelling_a_parent_cancels_its_child(engine_on, store):
    async with engine_on(store) as engine:
        await engine.publish(document(LISTEN, "child"))
        await engine.start(await engine.publish(document(CALL)), {"b": 2}, id="parent")
        for _ in range(50):
            await asyncio.sleep(0)
        await engine.cancel("parent", reason="enough")
        assert (await engine.result("parent", timeout=5)).status == "cancelled"
        assert (await engine.result("parent.1", timeout=5)).status == "cancelled"


async def test_a_child_whose_parent_went_on_without_it_is_cancelled_after_a_crash(engine_on, store, still_clock):
    """The crash comes between the parent's transition and the child's."""
    timed = CALL.replace("- sub: {", "- sub: {timeout: {after: {hours: 1}}, ")
    async with engine_on(store, clock=still_clock) as engine:
        await engine.publish(document(LISTEN, "child"))
        await engine.start(await engine.publish(document(timed)), {"b": 2}, id="parent")
        while not any(row.id == "parent.1" for row in store.contents.instances.values()):
            await asyncio.sleep(0)
        original, copies = store.append, []

        async def append(batch):
            await original(batch)
            copies.append(store.after_a_crash())

        store.append = append
        still_clock.advance(3_600_000)
        assert (await engine.result("parent", timeout=5)).status == "faulted"
    async with engine_on(copies[0], clock=still_clock) as engine:
        assert (await engine.result("parent", timeout=5)).status == "faulted"
        assert (await engine.result("parent.1", timeout=5)).status == "cancelled"


async def test_a_child_that_is_not_awaited_goes_its_own_way(engine_on, store):
    async with engine_on(store) as engine:
        await engine.publish(document(CHILD, "child"))
        ref = await engine.publish(document(CALL.replace("{run: {", "{run: {await: false, ")))
        await engine.start(ref, {"b": 2}, id="parent")
        assert (await engine.result("parent", timeout=5)).output == {"b": 2}
        view = await engine.result("parent.1", timeout=5)
        assert (view.output, view.parent) == ({"sum": 3}, None)


async def test_sub_workflows_may_not_nest_without_end(engine_on, store):
    endless = "- again: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}"
    async with engine_on(store, limits=EngineLimits(depth_max=3)) as engine:
        await engine.start(await engine.publish(document(endless, "child")), id="top")
        view = await engine.result("top", timeout=5)
    assert "depth_max" in view.error["detail"]
    assert len(store.contents.instances) == 4


async def test_a_child_of_an_unknown_workflow_is_a_configuration_error(engine_on, store):
    async with engine_on(store) as engine:
        await engine.start(await engine.publish(document(CALL)), {"b": 2}, id="parent")
        view = await engine.result("parent", timeout=5)
    assert view.error["type"].endswith("/configuration")
