"""The synchronous face."""

from __future__ import annotations

import inspect

import pytest

from counterpoint import Engine as AsyncEngine
from counterpoint import function, sync
from counterpoint.application.debugging import steering
from counterpoint.errors import NotFound, StoreLocked
from counterpoint.sync import Engine
from tests.engine.documents import LISTEN, STEPS, document, rung


@function
def step(name: str) -> str:
    return name.upper()


def test_a_program_without_a_loop_runs_workflows(tmp_path):
    told = []
    with Engine.embedded(tmp_path / "sync.db", functions=[step]) as engine:
        engine.on_lifecycle(lambda event: told.append(event["type"]))
        view = engine.result(engine.start(engine.publish(document(STEPS)), {"a": 1}), timeout=10)
        assert (view.status, view.output) == ("completed", "SECOND")
        id = engine.start(engine.publish(document(LISTEN, "hear")))
        engine.suspend(id)
        engine.resume(id)
        engine.deliver(rung(bell=1))
        assert engine.result(id, timeout=10).output == [{"bell": 1}]
        assert len(engine.browse()) == 2
        assert engine.due() == []
        assert engine.history(id)
        assert (engine.moment(id, "1.1").status, engine.moment(id).status) == ("running", "completed")
        assert "/status" in [each.pointer for each in engine.difference(id, "1.1")]
        assert engine.replay(id).same
        assert engine.plan_fork(id, 1).sequence == 1
        assert engine.inspect(engine.fork(id, 1, reason="once more", fork_id="again")).id == "again"
        with pytest.raises(NotFound):
            engine.cancel("unknown")
    assert told[0] == "io.serverlessworkflow.workflow.started.v1"


def test_a_store_that_is_held_is_refused(tmp_path):
    with Engine.embedded(tmp_path / "sync.db"), pytest.raises(StoreLocked), Engine.embedded(tmp_path / "sync.db"):
        pass


def test_the_engine_blocks_in_all_that_it_can_do():
    """Whoever adds to one face adds to the other one."""
    own_form = {
        "open": "with",
        "close": "with",
        "list": "browse",  # in a class, `list` would hide the type
        "follow": "is a stream of an event loop",
        "on_emitted": "is a stream of an event loop",
        "runtime": "belongs to the loop's thread",
        "service": "belongs to the loop's thread",
    }
    missing = {each for each in vars(AsyncEngine) if each[0] != "_"} - set(vars(Engine))
    assert missing == set(own_form)
    refuse_others(AsyncEngine, Engine, {"embedded", "on_lifecycle", "debugging"})


@pytest.mark.parametrize(
    ("theirs", "ours"), [(steering.Debugging, sync.Debugging), (steering.DebugSession, sync.DebugSession)]
)
def test_debugging_blocks_in_all_that_it_can_do(theirs, ours):
    public = [{each for each in vars(kind) if each[0] != "_"} for kind in (theirs, ours)]
    assert public[0] == public[1]
    refuse_others(theirs, ours, {"id"})


def refuse_others(theirs, ours, without):
    """What both can do takes the same."""
    for name in set(vars(theirs)) & set(vars(ours)) - without:
        if name[0] != "_":
            asked, given = (list(inspect.signature(getattr(each, name)).parameters) for each in (theirs, ours))
            assert given == asked, name
