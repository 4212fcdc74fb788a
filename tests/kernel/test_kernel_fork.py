"""Laws of forks, over the recorded histories and over random ones."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from composer import Chaos, play
from story import Story

from counterpoint import dsl
from counterpoint.expressions import Compiler
from counterpoint.history import Codec, fold
from counterpoint.kernel import Instance, pending
from counterpoint.kernel import commands as c
from counterpoint.kernel import decide as decided
from counterpoint.kernel.effects import Invoke, Timer
from counterpoint.kernel.forking import unforkable
from counterpoint.kernel.invariants import violations
from counterpoint.kernel.log import EntryState
from counterpoint.plan import Plan, compile_plan
from tests.histories.histories import RECORDED, read
from tests.histories.picture import picture

NEW = "a fork: of it"
Transitions = list[tuple[int, list[Any]]]


def renamed(transitions: Transitions) -> Transitions:
    """The history under the id of the fork."""
    (at, [started, *others]), *later = transitions
    return [(at, [msgspec.structs.replace(started, id=NEW), *others]), *later]


def forked(plan: Plan, transitions: Transitions, secrets: Any = None) -> tuple[Instance, Instance]:
    """The origin at the point, and a fork of it a minute later."""
    origin = fold(plan, transitions, secrets)
    fork = fold(plan, renamed(transitions), secrets)
    at = origin.now + 60_000
    command = c.Fork(at=at, id=NEW, origin=origin.id, sequence=len(transitions), shift=60_000, reason="r")
    assert decided(fork, command)
    fork.sequence += 1
    return origin, fork


def compared(instance: Instance) -> dict[str, Any]:
    """What is the same for both: all but its name, how often it has moved, and when timers are due."""
    found = picture(instance)
    for each in found["owed"]:
        each.pop("due", None)
        each.pop("key", None)
        if each.get("function") == "emit":  # the id of an event that is emitted is the key
            each["arguments"] = {name: value for name, value in each["arguments"].items() if name != "id"}
    return {**found, "id": None, "sequence": None, "log": [{**each, "key": None} for each in found["log"]]}


def check(plan: Plan, transitions: Transitions, secrets: Any = None) -> bool:
    """Whether there can be a fork at the end of this history; then everything that must hold of it does."""
    if unforkable(fold(plan, transitions, secrets)) is not None:
        return False
    origin, fork = forked(plan, transitions, secrets)
    if origin.hold is None:
        assert compared(fork) == compared(origin)
        assert fork.fresh == pending(fork)
        for key, effect in origin.owed.items():
            own = fork.owed[key]
            if isinstance(effect, Timer):
                assert own == Timer(effect.run, effect.timer, effect.due + 60_000)
            elif isinstance(effect, Invoke):
                assert own.key == NEW + effect.key[len(origin.id) :]
        for run, entry in origin.log.items():
            key = NEW + entry.key[len(origin.id) :] if entry.state is EntryState.ARMED else entry.key
            assert fork.log[run].key == key
    assert fork.hold is None
    assert violations(fork) == []
    return True


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.jsonl")))
def test_a_fork_folds_to_the_state_of_its_origin_at_the_point(name: str) -> None:
    codec, checked = Codec(), 0
    for history in read(RECORDED / f"{name}.jsonl"):
        plan = compile_plan(dsl.load(history.document, source="history"), Compiler())
        transitions = [codec.decode(body) for body in history.records]
        checked += sum(check(plan, transitions[:end]) for end in range(1, len(transitions) + 1))
    print(f"{name}: {checked} forks")


@pytest.mark.parametrize("seed", range(150))
def test_a_fork_of_any_run_goes_on_to_its_own_end(seed: int) -> None:
    """Under a key of its origin it begins nothing but undos of what the origin has done."""
    story = play(seed)
    assert story is not None
    points = [n for n in range(1, len(story.history) + 1) if check(story.plan, story.history[:n])]
    if not points:
        return
    before = msgspec.msgpack.encode(story.history)
    origin, fork = forked(story.plan, story.history[: random.Random(seed).choice(points)])
    done = {entry.key for entry in origin.log.values() if entry.state is not EntryState.ARMED}
    other = Story.__new__(Story)
    other.__dict__.update(story.__dict__ | {"instance": fork, "history": [], "invoked": [], "now": fork.now})
    chaos = Chaos(seed + 1)
    for _ in range(400):
        for effect in pending(fork):
            if isinstance(effect, Invoke) and not effect.key.startswith(f"{NEW}:"):
                assert any(effect.key.startswith(f"{key}:") for key in done)
                assert fork.runs[effect.run].entry
        if fork.over or not chaos.step(other):
            break
    assert msgspec.msgpack.encode(story.history) == before
