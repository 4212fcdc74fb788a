"""Debug sessions from programs: on real instances and in a simulated world, asynchronous and blocking."""

from __future__ import annotations

import pytest

from counterpoint import Engine, function, sync
from counterpoint.application.debugging.sessions import Breaks
from counterpoint.errors import Conflict, InvalidDocument, InvalidInput, NotFound
from tests.engine.documents import LISTEN, document, rung

STEPS = document(
    "- first: {set: {a: 1}}\n- second: {call: record, with: {value: '${ .a }'}}\n- third: {set: {c: '${ . }'}}"
)
recorded: list[int] = []


@function
def record(value: int) -> int:
    recorded.append(value)
    return value


@pytest.fixture(autouse=True)
def _nothing_recorded() -> None:
    recorded.clear()


@pytest.mark.anyio
async def test_an_instance_that_waits_is_attached_to_and_goes_on_when_the_session_is_closed():
    async with Engine.embedded() as engine:
        id = await engine.start(await engine.publish(document(LISTEN + "- after: {set: {b: 2}}")))
        async with await engine.debugging.attach(id, "ada") as session:
            assert engine.debugging.find(session.id).view().owner == "ada"
            with pytest.raises(Conflict, match="is being debugged by ada"):
                await engine.debugging.attach(id, "bob")
            await engine.deliver(rung())
            stopped = await session.wait()
            assert (stopped.state, stopped.stop.at.task) == ("stopped", "after")
            taken = await engine.debugging.attach(id, "bob", takeover=True)
            assert session.view().ended == "bob has taken it over"
            with pytest.raises(Conflict, match="has ended"):
                await session.over()
        assert (await taken.close()).ended == "bob has ended it"
        assert (await engine.result(id, timeout=5)).output == {"b": 2}
        with pytest.raises(NotFound):
            engine.debugging.find("none")
        with pytest.raises(Conflict):
            await engine.debugging.attach(id, "ada")


@pytest.mark.anyio
async def test_a_document_is_debugged_in_a_simulated_world_with_a_story(tmp_path):
    file = tmp_path / "flow.yaml"
    file.write_text(STEPS)
    async with Engine.embedded(functions=[record]) as engine:
        story = {"answers": {"second": 41}}
        async with await engine.debugging.simulate(file, "ada", story=story) as session:
            assert list(session.texts()) == ["test/flow:1.0.0"]
            assert (await session.over()).stop.at.task == "second"
            assert (await session.over()).stop.input == 41
            assert (await session.moment("1.2")).place == "1.2"
            assert (await session.over()).state == "ended"
        assert recorded == []
        assert await engine.list() == []
        with pytest.raises(InvalidDocument):
            await engine.debugging.simulate("do: []", "ada")
        with pytest.raises(InvalidInput, match="owner"):
            await engine.debugging.simulate(STEPS, "")


def test_a_program_without_a_loop_debugs_as_well():
    with sync.Engine.embedded(functions=[record]) as engine:
        reference = engine.publish(STEPS)
        with engine.debugging.start(reference, {}, "ada", breakpoints=[Breaks(task="third")]) as session:
            assert [each.id for each in engine.debugging.all()] == [session.id]
            number = session.break_at("second", condition=".a == 1")
            stopped = session.continue_()
            assert (stopped.stop.at.task, stopped.stop.breakpoint) == ("second", number)
            session.clear(number)
            session.renew(120_000)
            assert session.edit("data", {"a": 7}).stop.input == {"a": 7}
            assert session.continue_().stop.at.task == "third"
            assert session.moment().data == 7
            assert session.output({"d": 8}).state == "ended"
            id = session.view().instance
        assert engine.result(id, timeout=5).output == {"d": 8}
    assert recorded == [7]


def test_a_session_is_closed_also_where_its_program_fails():
    with sync.Engine.embedded(functions=[record]) as engine:
        reference = engine.publish(STEPS)
        with pytest.raises(ZeroDivisionError), engine.debugging.start(reference, {}, "ada") as session:
            raise ZeroDivisionError
        assert session.view().state == "ended"
        assert engine.result(session.view().instance, timeout=5).status == "completed"
    assert recorded == [1]
