"""Sagas across instances and across time: children undone with their parents, late compensation, incidents."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest

from counterpoint import Refused, function
from counterpoint.errors import Conflict, InputRefused, InvalidInput
from tests.engine.documents import document

pytestmark = pytest.mark.anyio

UNDOABLE = (
    "- {0}: {{call: do_it, with: {{name: {0}}}, compensate: {{do: [{{u: {{call: undo_it, with: {{name: {0}}}}}}}]}}}}"
)
SUB = "- sub: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}"
FAIL = "- fail: {call: fail}"
CHILD = UNDOABLE.format("inner")
WINDOW = "metadata: {{saga: {{compensableFor: {{days: 30}}}}}}"


@pytest.fixture
def done():
    return []


@pytest.fixture
def functions(done):
    @function
    async def do_it(name: str) -> str:
        done.append(name)
        return name

    @function
    async def undo_it(name: str) -> None:
        done.append(f"undo {name}")

    @function
    async def fail() -> None:
        raise Refused("no")

    return [do_it, undo_it, fail]


async def test_a_completed_child_is_undone_when_its_parent_fails(engine_on, store, functions, done):
    parent = "\n".join([UNDOABLE.format("outer"), SUB, FAIL])
    async with engine_on(store, functions=functions) as engine:
        await engine.publish(document(CHILD, "child"))
        await engine.start(await engine.publish(document(parent)), id="parent")
        view = await engine.result("parent", timeout=5)
        child = await engine.inspect("parent.2")
    assert (view.status, view.saga) == ("faulted", "compensated")
    assert (child.status, child.saga) == ("completed", "compensated")
    assert done == ["outer", "inner", "undo inner", "undo outer"]


async def test_a_child_that_fails_undoes_itself_first(engine_on, store, functions, done):
    child, parent = "\n".join([CHILD, FAIL]), "\n".join([UNDOABLE.format("outer"), SUB])
    async with engine_on(store, functions=functions) as engine:
        await engine.publish(document(child, "child"))
        await engine.start(await engine.publish(document(parent)), id="parent")
        assert (await engine.result("parent", timeout=5)).status == "faulted"
    assert done == ["outer", "inner", "undo inner", "undo outer"]


async def test_a_child_with_nothing_to_undo_leaves_no_entry(engine_on, store, functions, done):
    async with engine_on(store, functions=functions) as engine:
        await engine.publish(document("- calm: {set: {a: 1}}", "child"))
        await engine.start(await engine.publish(document("\n".join([SUB, FAIL]))), id="parent")
        view = await engine.result("parent", timeout=5)
    assert (view.status, view.saga) == ("faulted", None)


async def test_cancelling_the_parent_waits_until_the_child_in_flight_has_undone_itself(
    engine_on, store, functions, done
):
    child = "\n".join([CHILD, "- wait: {listen: {to: {one: {with: {type: org.example.never}}}}}"])
    async with engine_on(store, functions=functions) as engine:
        await engine.publish(document(child, "child"))
        await engine.start(await engine.publish(document("\n".join([UNDOABLE.format("outer"), SUB]))), id="parent")
        while (await engine.inspect("parent")).tasks[-1].name != "sub" or "inner" not in done:
            await asyncio.sleep(0)
        await engine.cancel("parent")
        view = await engine.result("parent", timeout=5)
        assert (await engine.inspect("parent.2")).saga == "compensated"
    assert (view.status, view.saga) == ("cancelled", "compensated")
    assert done == ["outer", "inner", "undo inner", "undo outer"]


async def test_the_undo_of_a_child_survives_a_crash(engine_on, store, functions, done):
    hanging = asyncio.Event()

    @function(name="undo_it")
    async def hang(name: str) -> None:
        hanging.set()
        await asyncio.Event().wait()

    parent = "\n".join([SUB, FAIL])
    async with engine_on(store, functions=[functions[0], hang, functions[2]]) as engine:
        await engine.publish(document(CHILD, "child"))
        await engine.start(await engine.publish(document(parent)), id="parent")
        await asyncio.wait_for(hanging.wait(), 5)
        survivor = store.after_a_crash()
    async with engine_on(survivor, functions=functions) as engine:
        view = await engine.result("parent", timeout=5)
        assert (await engine.inspect("parent.1")).saga == "compensated"
    assert (view.status, view.saga) == ("faulted", "compensated")
    assert done == ["inner", "undo inner"]


def with_window(text: str) -> str:
    return document(text).replace("version: '1.0.0'", "version: '1.0.0', " + WINDOW.format(), 1)


async def test_a_customer_may_cancel_late_within_the_window(engine_on, store, functions, done):
    async with engine_on(store, functions=functions) as engine:
        ref = await engine.publish(with_window(UNDOABLE.format("a")))
        id = await engine.start(ref)
        assert (await engine.result(id, timeout=5)).status == "completed"
        await engine.compensate(id, reason="the customer changed their mind")
        view = await engine.result(id, timeout=5)
        assert (view.status, view.saga, view.output) == ("completed", "compensated", "a")
        with pytest.raises(Conflict, match="nothing left to undo"):
            await engine.compensate(id)
    assert done == ["a", "undo a"]


async def test_without_a_window_what_has_completed_stays(engine_on, store, functions):
    async with engine_on(store, functions=functions) as engine:
        id = await engine.start(await engine.publish(document(UNDOABLE.format("a"))))
        await engine.result(id, timeout=5)
        with pytest.raises(Conflict, match="declares no compensableFor"):
            await engine.compensate(id)


async def test_an_incident_is_resolved_with_a_reason(engine_on, store, functions, done):
    @function(name="undo_it")
    async def broken(name: str) -> None:
        raise Refused("not today")

    text = "\n".join([UNDOABLE.format("a"), FAIL])
    async with engine_on(store, functions=[functions[0], broken, functions[2]]) as engine:
        id = await engine.start(await engine.publish(document(text)))
        view = await engine.result(id, timeout=5)
        assert (view.status, view.saga) == ("suspended", "stuck")
        [incident] = view.incidents
        for none in (None, "", " \t"):
            with pytest.raises(InvalidInput, match="needs a reason"):
                await engine.resolve(id, incident.run, "skip", reason=none)
        await engine.resolve(id, incident.run, "skip", reason="refunded by hand")
        view = await engine.result(id, timeout=5)
    assert (view.status, view.saga) == ("faulted", "compensated")
    assert [each["reason"] for each in view.left] == ["refunded by hand"]


async def test_a_child_that_is_retried_after_a_pivot_is_a_new_one(engine_on, store, functions, done):
    answers = iter(["no", "no", "yes"])

    @function(name="do_it")
    async def in_the_end(name: str) -> str:
        if name == "inner" and next(answers) == "no":
            raise Refused("not yet")
        return name

    parent = "\n".join(["- sure: {call: do_it, with: {name: sure}, saga: pivot}", SUB])
    async with engine_on(store, functions=[in_the_end, *functions[1:]]) as engine:
        await engine.publish(document(CHILD, "child"))
        await engine.start(await engine.publish(document(parent)), id="parent")
        view = await engine.result("parent", timeout=5)
        attempts = [(await engine.inspect(id)).status for id in ("parent.2", "parent.2~2", "parent.2~3")]
    assert (view.status, view.output) == ("completed", "inner")
    assert attempts == ["faulted", "faulted", "completed"]


PAID = """
- sure: {set: '${ . }', saga: pivot}
- ship:
    input:
      schema:
        document:
          type: object
          properties: {order: {type: integer}, card: {type: string, x-sensitive: true}}
          required: [order]
    call: ship
    with: {given: '${ . }'}
"""
CARD = "4111 1111 1111 1111"


@pytest.fixture
def ship():
    @function
    async def ship(given: dict[str, object]) -> dict[str, object]:
        if given["order"] == 7:
            raise Refused("there is no such order")
        return given

    return ship


async def test_an_input_that_the_schema_of_its_task_does_not_take_is_no_way_out(engine_on, store, ship):
    async with engine_on(store, functions=[ship]) as engine:
        id = await engine.start(await engine.publish(document(PAID)), {"order": 7})
        [incident] = (await engine.result(id, timeout=5)).incidents
        with pytest.raises(InputRefused, match="does not meet the schema of `ship`: /order") as refused:
            await engine.resolve(id, incident.run, "retry", input=({"order": "eight"},))
        assert [each.pointer for each in refused.value.faults] == ["/order"]
        assert (await engine.inspect(id)).incidents == [incident]
        await engine.resolve(id, incident.run, "retry", input=({"order": 8},))
        view = await engine.result(id, timeout=5)
    assert (view.status, view.output) == ("completed", {"order": 8})


@pytest.mark.parametrize("reshapes", [False, True])
async def test_what_is_sensitive_in_an_input_is_so_where_a_person_puts_another(engine_on, store, ship, reshapes):
    text = PAID.replace("    input:\n", "    input:\n      from: '${ { order, card } }'\n") if reshapes else PAID
    async with engine_on(store, functions=[ship]) as engine:
        id = await engine.start(await engine.publish(document(text)), {"order": 7})
        [incident] = (await engine.result(id, timeout=5)).incidents
        await engine.resolve(id, incident.run, "retry", input=({"order": 8, "card": CARD},))
        view = await engine.result(id, timeout=5)
        assert view.status == "completed"
        shown = json.dumps([msgspec.to_builtins(view), await engine.history(id)])
        assert CARD not in shown
        assert (await engine.result(id, unmask=True)).output == {"order": 8, "card": CARD}
