"""Lifecycle CloudEvents: which, in what order, with what data."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint import function
from counterpoint.engine.cloudevents import checked
from tests.engine.documents import LISTEN, SAGA, STEPS, WAIT_A_DAY, document, rung

pytestmark = pytest.mark.anyio


@function
async def step(name: str) -> dict[str, str]:
    return {"name": name}


@function
async def refuse() -> None:
    raise ValueError("no")


def told(events):
    """Short types, with the name of the task."""
    short = []
    for event in events:
        kind = ".".join(event["type"].split(".")[2:-1])
        task = event["data"].get("task", "").rpartition("/")[2]
        short.append(f"{kind} {task}".strip())
    return short


async def test_a_run_that_completes(engine_on, store):
    events = []
    async with engine_on(store, functions=[step]) as engine:
        engine.on_lifecycle(events.append)
        await engine.start(await engine.publish(document(STEPS)), id="one")
        await engine.result("one", timeout=5)
    assert told(events) == [
        "workflow.started",
        *(f"task.{what} {name}" for name in ("first", "second") for what in ("created", "started", "completed")),
        "workflow.completed",
    ]
    assert all(checked(event) for event in events)
    assert len({event["id"] for event in events}) == len(events)
    assert events[0]["data"]["definition"] == {"name": "flow", "namespace": "test", "version": "1.0.0"}
    assert events[0]["data"]["name"] == "flow-one.test"
    assert events[1]["data"]["task"] == "/do/0/first"


async def test_a_saga_that_is_undone(engine_on, store):
    events = []
    async with engine_on(store, functions=[step, refuse]) as engine:
        engine.on_lifecycle(events.append)
        await engine.start(await engine.publish(document(SAGA)), id="one")
        await engine.result("one", timeout=5)
    assert told(events)[4:] == [
        "task.created ship",
        "task.started ship",
        "task.faulted ship",
        "saga.compensating",
        "task.created release",
        "task.started release",
        "task.completed release",
        "saga.compensated",
        "workflow.faulted",
    ]
    assert events[-1]["data"]["error"]["instance"] == "/do/1/ship"


async def test_suspending_listening_and_cancelling(engine_on, store):
    events = []
    async with engine_on(store, functions=[step]) as engine:
        await engine.start(await engine.publish(document(LISTEN + WAIT_A_DAY)), id="one")
        engine.on_lifecycle(events.append)
        await engine.suspend("one")
        await engine.resume("one")
        await engine.deliver(rung())
        while "task.started rest" not in told(events):
            await asyncio.sleep(0)
        await engine.cancel("one", reason="enough")
        await engine.result("one", timeout=5)
    assert told(events) == [
        "workflow.suspended",
        "task.suspended hear",
        "workflow.resumed",
        "task.resumed hear",
        "task.completed hear",
        "workflow.correlation-completed",
        "task.created rest",
        "task.started rest",
        "task.cancelled rest",
        "workflow.cancelled",
    ]


async def test_a_subscriber_that_fails_harms_nobody(engine_on, store):
    events = []

    def fail(event):
        raise RuntimeError("oh")

    async with engine_on(store, functions=[step]) as engine:
        engine.on_lifecycle(fail)
        stop = engine.on_lifecycle(events.append)
        await engine.start(await engine.publish(document(STEPS)), id="one")
        assert (await engine.result("one", timeout=5)).status == "completed"
        stop()
        seen = len(events)
        await engine.start("flow")
    assert len(events) == seen


async def test_correlation_keys_are_told_when_the_correlation_is_complete(engine_on, store):
    events = []
    ring = "{with: {type: org.example.rung}, correlate: {house: {from: .data.house}}}"
    async with engine_on(store) as engine:
        engine.on_lifecycle(events.append)
        await engine.start(
            await engine.publish(document(f"- hear: {{listen: {{to: {{all: [{ring}, {ring}]}}}}}}")), id="one"
        )
        for number, house in enumerate((7, 8, 7)):
            await engine.deliver(rung(str(number), house=house))
        view = await engine.result("one", timeout=5)
    assert view.output == [{"house": 7}, {"house": 7}]
    (completed,) = [event for event in events if "correlation-completed" in event["type"]]
    assert completed["data"]["correlationKeys"] == {"house": 7}


async def test_an_instance_that_is_held_and_goes_on(engine_on, store):
    events = []
    async with engine_on(store, functions=[step]) as engine:
        engine.on_lifecycle(events.append)
        session = await engine.service.debugging.start(str(await engine.publish(document(STEPS))), {}, "ada", id="one")
        await session.settled(5)
        await session.end("ada has ended it")
        await engine.result("one", timeout=5)
    [held] = [each for each in events if each["type"] == "io.counterpoint.debugging.held.v1"]
    [released] = [each for each in events if each["type"] == "io.counterpoint.debugging.released.v1"]
    assert (held["data"]["owner"], held["data"]["heldAt"]) == ("ada", held["time"])
    assert (released["data"]["reason"], released["data"]["releasedAt"]) == ("ada has ended it", released["time"])
    assert events.index(held) < events.index(released)
    assert told(events)[-1] == "workflow.completed" and all(checked(each) for each in (held, released))
