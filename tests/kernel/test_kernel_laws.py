"""Laws of the kernel, over random documents, random answers and random schedules."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest
from story import Story, picture, refused

from counterpoint.kernel import commands as c
from counterpoint.kernel import evolve, pending
from counterpoint.kernel.effects import Effect, Invoke, Listen, Proceed, Timer
from counterpoint.kernel.events import Event
from counterpoint.kernel.log import EntryState
from counterpoint.plan.model import Limits
from counterpoint.values.problem import Outcome

SEEDS = range(300)
FINISHED = {EntryState.COMPENSATED, EntryState.FAILED, EntryState.SKIPPED, EntryState.SEALED}


class Composer:
    """Writes random documents: every kind of task, nested, with undos, retries and timeouts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0

    def document(self) -> str:
        return json.dumps({"do": self.block(3)})[1:-1]

    def block(self, depth: int, undoable: bool = True) -> list[Any]:
        return [self.task(depth, undoable) for _ in range(self.random.randint(1, 3))]

    def task(self, depth: int, undoable: bool) -> dict[str, Any]:
        self.names += 1
        kinds = ["call", "call", "call", "set", "wait", "switch", "raise", "listen", "emit"]
        if depth:
            kinds += ["do", "for", "fork", "try", "try"]
        body: dict[str, Any] = getattr(self, "_" + self.random.choice(kinds))(depth, undoable)
        if self.random.random() < 0.1:
            body["if"] = self.random.choice(["true", "false"])
        if self.random.random() < 0.1:
            body["timeout"] = {"after": {"seconds": self.random.randint(1, 5)}}
        if self.random.random() < 0.1:
            body["export"] = {"as": f"{{at: {self.names}}}"}
        if self.random.random() < 0.05:
            body["then"] = self.random.choice(["exit", "continue", "compensate" if undoable else "exit"])
        return {f"t{self.names}": body}

    def _call(self, depth: int, undoable: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"call": f"f{self.names}"}
        if undoable and self.random.random() < 0.6:
            undo: dict[str, Any] = {"do": [{"u": {"call": f"undo{self.names}"}}]}
            if self.random.random() < 0.3:
                undo["onFailure"] = "continue"
            if self.random.random() < 0.3:
                undo["probe"] = [{"p": {"call": f"probe{self.names}"}}]
            undo["retry"] = {"delay": "PT1S", "limit": {"attempt": {"count": 2}}}
            body["compensate"] = undo
        return body

    def _set(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"set": {"n": self.names}}

    def _wait(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"wait": {"seconds": self.random.randint(0, 4)}}

    def _switch(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"switch": [{"a": {"when": self.random.choice(["true", "false"]), "then": "exit"}}]}

    def _raise(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"raise": {"error": {"type": "oops", "status": 400}}, "if": "false"}

    def _emit(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"emit": {"event": {"with": {"type": "t"}}}}

    def _listen(self, depth: int, undoable: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"listen": {"to": {"any": [{"with": {"type": "e"}}], "until": "length > 1"}}}
        if depth and self.random.random() < 0.5:
            body["foreach"] = {"do": self.block(depth - 1, undoable)}
        return body

    def _do(self, depth: int, undoable: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"do": self.block(depth - 1, undoable)}
        if undoable and self.random.random() < 0.2:
            body["compensate"] = {"do": [{"u": {"call": f"undo{self.names}"}}]}
        return body

    def _for(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"for": {"each": "x", "in": "[1, 2, 3]"}, "do": self.block(depth - 1, undoable)}

    def _fork(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"fork": {"compete": self.random.random() < 0.3, "branches": self.block(depth - 1, undoable)}}

    def _try(self, depth: int, undoable: bool) -> dict[str, Any]:
        catch: dict[str, Any] = {}
        if self.random.random() < 0.5:
            catch["retry"] = {"delay": "PT1S", "limit": {"attempt": {"count": 2}}}
            catch["betweenAttempts"] = self.random.choice(["compensate", "keep"])
        if self.random.random() < 0.5:
            catch["do"] = self.block(depth - 1, undoable)
        if self.random.random() < 0.3:
            catch["compensate"] = True
        return {"try": self.block(depth - 1, undoable), "catch": catch}


class Chaos:
    """Answers and operators at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.events = 0

    def step(self, story: Story) -> bool:
        effects = pending(story.instance)
        if not effects:
            return False
        if self.random.random() < 0.04:
            story.tell(self.operator(story))
            return True
        self.answer(story, self.random.choice(effects))
        return True

    def operator(self, story: Story) -> Any:
        at, stuck = story.now, [*story.instance.blocked, *story.instance.stuck]
        choices = [c.Suspend(at=at), c.Resume(at=at), c.Resume(at=at), c.Retry(at=at), c.Cancel(at=at)]
        choices += [c.Compensate(at=at)]
        for run in stuck:
            choices += [c.Resolve(at=at, run=run, action=each, reason="r") for each in ("retry", "skip", "done")]
        return self.random.choice(choices)

    def answer(self, story: Story, effect: Effect) -> None:
        if isinstance(effect, Timer):
            story.fire(effect)
        elif isinstance(effect, Proceed):
            story.tell(c.Continue(at=story.now))
        elif isinstance(effect, Listen):
            self.events += 1
            story.event(type="e", id=str(self.events))
        elif self.random.random() < 0.2:
            error = refused(outcome=self.random.choice(list(Outcome)))
            story.tell(c.EffectFailed(at=story.now, run=effect.run, problem=error.problem, outcome=error.outcome))
        else:
            story.tell(c.EffectCompleted(at=story.now, run=effect.run, output={"of": effect.function}))


def play(seed: int) -> Story:
    story = Story(Composer(seed).document(), limits=Limits(transition_steps_max=4, steps_max=2_000))
    story.start({"seed": seed})
    chaos = Chaos(seed)
    for _ in range(400):
        if story.instance.over or not chaos.step(story):
            break
    return story


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return [play(seed) for seed in SEEDS]


def test_invariants_hold_after_every_transition(stories: list[Story]) -> None:
    """Asserted by the story itself at each command; here only that the stories went somewhere."""
    ended = [story for story in stories if story.instance.over]
    assert len(ended) > len(stories) * 0.6
    assert {story.status for story in ended} == {"completed", "faulted", "cancelled"}


def test_folding_the_history_gives_the_state(stories: list[Story]) -> None:
    for story in stories:
        assert picture(story.twin()) == picture(story.instance)


def test_folding_gives_the_same_effects(stories: list[Story]) -> None:
    for story in stories:
        assert pending(story.twin()) == pending(story.instance)


def test_histories_survive_their_encoding(stories: list[Story]) -> None:
    encode, decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(list[Event]).decode
    for story in stories:
        for _, events in story.history:
            assert decode(encode(events)) == events


def test_the_same_commands_give_the_same_history() -> None:
    for seed in range(30):
        assert play(seed).history == play(seed).history


def test_nothing_follows_the_end(stories: list[Story]) -> None:
    for story in stories:
        if story.instance.over:
            assert story.tell(c.Cancel(at=story.now)) == []
            assert pending(story.instance) == []


def test_every_due_entry_is_undone_or_accounted_for_when_a_saga_has_failed(stories: list[Story]) -> None:
    for story in stories:
        if story.status in ("faulted", "cancelled") and story.plan.saga.on_fault:
            left = [entry for entry in story.instance.log.values() if entry.state not in FINISHED]
            assert left == [], story.instance.error


def test_keys_tell_effects_apart_and_never_change() -> None:
    """One key belongs to one task and one pass; another attempt of it has the same key."""
    for seed in range(100):
        story = Story(Composer(seed).document()).start()
        keys: dict[str, tuple[str, str]] = {}
        for _ in range(200):
            for effect in story.owed(Invoke):
                assert keys.setdefault(effect.key, (effect.reference, effect.function)) == (
                    effect.reference,
                    effect.function,
                )
            chaos = Chaos(seed)
            if not chaos.step(story):
                break


def test_evolve_alone_changes_state(stories: list[Story]) -> None:
    """An event applied to a fresh instance of the same plan depends on nothing but the event and that state."""
    for story in stories[:50]:
        twin = story.twin()
        at, events = story.history[-1]
        shorter = Story.__new__(Story)
        shorter.plan, shorter.secrets, shorter.history = story.plan, story.secrets, story.history[:-1]
        before = shorter.twin()
        before.now = at
        for event in events:
            evolve(before, event)
        before.sequence = twin.sequence
        assert picture(before) == picture(twin)
