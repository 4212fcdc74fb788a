"""Laws of the kernel, over random documents, random answers and random schedules."""

from __future__ import annotations

import msgspec
import pytest
from composer import Chaos, Composer, play
from story import Story, picture

from counterpoint.kernel import commands as c
from counterpoint.kernel import evolve, pending
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.events import Event
from counterpoint.kernel.log import EntryState

TAME = range(300)
WILD = range(300, 500)
FINISHED = {EntryState.COMPENSATED, EntryState.FAILED, EntryState.SKIPPED, EntryState.SEALED}


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    played = [*(play(seed) for seed in TAME), *(play(seed, wild=0.2) for seed in WILD)]
    return [story for story in played if story is not None]


def test_invariants_hold_after_every_transition(stories: list[Story]) -> None:
    """Asserted by the story itself at each command; here only that the stories went somewhere."""
    ended = [story for story in stories if story.instance.over]
    assert len(ended) > len(stories) * 0.6
    assert {story.status for story in ended} == {"completed", "faulted", "cancelled"}


def test_no_rule_and_no_data_makes_a_decision_raise(stories: list[Story]) -> None:
    """Played by now: what would raise has raised. Here only that few of the documents were refused."""
    assert len(stories) > 0.9 * (len(TAME) + len(WILD))


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
        first, second = play(seed), play(seed)
        assert first is not None and second is not None
        assert first.history == second.history


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
