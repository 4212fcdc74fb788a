"""Resting: what an instance waits for, and whether it may leave memory meanwhile."""

from __future__ import annotations

from typing import Final, NamedTuple

from counterpoint.kernel import Instance, pending
from counterpoint.kernel.effects import AGAIN, RETRY, UNDO, WAIT, Listen, Timer
from counterpoint.kernel.state import INVOKE, LISTEN, PROCEED
from counterpoint.ports import selection

_RETRIES: Final = frozenset({RETRY, AGAIN, UNDO})


class Waits(NamedTuple):
    """What an instance waits for: words of `ports.selection`, and when the first of its times is (ms since epoch)."""

    words: tuple[str, ...] = ()
    due_at: int | None = None


NOTHING: Final = Waits()


def waits_of(instance: Instance) -> Waits:
    """A function of the state, so that it is true of whatever is durable."""
    counts = instance.counts  # cheap, for this is asked after every transition
    times = counts[WAIT] or counts[RETRY] or counts[AGAIN] or counts[UNDO]
    if not (times or counts[LISTEN] or instance.suspended or instance.blocked or instance.stuck) or instance.over:
        return NOTHING
    words, due_at = set[str](), None
    if instance.suspended:
        words.add(selection.RESUME)
    if instance.blocked or instance.stuck:
        words.add(selection.INCIDENT)
    for effect in pending(instance):
        if type(effect) is Listen:
            words.update(f"{selection.EVENT}:{each}" for each in effect.types)
        elif type(effect) is Timer and (effect.timer == WAIT or effect.timer in _RETRIES):
            words.add(selection.TIMER if effect.timer == WAIT else selection.RETRY)
            due_at = effect.due if due_at is None else min(due_at, effect.due)
    return Waits(tuple(sorted(words)), due_at)


def resting(instance: Instance, now: int, evict_after_ms: int) -> tuple[bool, int | None, tuple[str, ...]]:
    """Whether it is active; if it only waits: when it must wake (ms since the epoch) and what it listens to."""
    if instance.over:
        return False, None, ()
    counts = instance.counts
    if counts[INVOKE] or counts[PROCEED] or instance.hold is not None:
        return True, None, ()
    wake_at: int | None = None
    listens: set[str] = set()
    for effect in pending(instance):
        if type(effect) is Timer:
            if wake_at is None or effect.due < wake_at:
                wake_at = effect.due
        elif type(effect) is Listen:
            listens.update(effect.types)
        else:
            return True, None, ()
    if wake_at is not None and wake_at - now <= evict_after_ms:
        return True, None, ()
    return False, wake_at, tuple(sorted(listens))
