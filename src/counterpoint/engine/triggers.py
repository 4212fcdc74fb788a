"""Triggers: events that start instances (`schedule.on`), collected until their strategy is satisfied."""

from __future__ import annotations

import logging

import msgspec

from counterpoint.engine.cloudevents import key_of
from counterpoint.errors import WorkflowError
from counterpoint.kernel import Instance
from counterpoint.kernel.matching import taken_by
from counterpoint.kernel.scope import TaskScope
from counterpoint.plan import Plan
from counterpoint.plan.model import Strategy
from counterpoint.values.json import JsonObject, JsonValue, truthy

_log = logging.getLogger("counterpoint.engine")


class Taken(msgspec.Struct, frozen=True):
    """An event was taken. `complete`: an instance is to be started, with `input`, for the events `keys`."""

    complete: bool
    input: list[JsonValue] = []
    keys: list[str] = []


class _State(msgspec.Struct, array_like=True):
    consumed: list[JsonValue] = []
    keys: list[str] = []
    """What identifies the events that were consumed."""
    matched: set[int] = set()
    until: set[int] = set()
    correlation: JsonObject = {}


class Trigger:
    """One event strategy, again and again. `events_max`: so many are collected at most."""

    def __init__(self, plan: Plan, strategy: Strategy, read: str, stored: bytes, events_max: int) -> None:
        self._plan = plan
        self._strategy = strategy
        self._read = read
        self._events_max = events_max
        self._state = msgspec.msgpack.decode(stored, type=_State) if stored else _State()

    def dump(self) -> bytes:
        """What has been collected so far."""
        return msgspec.msgpack.encode(self._state)

    def offer(self, event: JsonObject) -> Taken | None:
        """Take an event, or None where it is not for this trigger."""
        instance = Instance(self._plan)
        scope = TaskScope(instance, instance.root, self._plan.root)
        try:
            return self._offer(event, scope)
        except WorkflowError:
            return None  # a filter that fails on an event does not match it

    def _offer(self, event: JsonObject, scope: TaskScope) -> Taken | None:
        strategy, state = self._strategy, self._state
        key = key_of(event)
        if key in state.keys:
            return None
        until = strategy.until_strategy
        if until is not None:
            taken = taken_by(until, event, scope, state.correlation, skip=state.until)
            if taken is not None:
                state.until.add(taken[0])
                done = until.mode != "all" or len(state.until) >= len(until.filters)
                return self._finish([*state.keys, key]) if done else Taken(False)
        taken = taken_by(strategy, event, scope, state.correlation, state.matched if strategy.mode == "all" else ())
        if taken is None:
            return None
        index, fixed = taken
        value = self._value(event)
        # Judged first: where that fails, the event is not taken, and nothing has changed.
        satisfied = self._satisfied(scope, {*state.matched, index}, value)
        state.matched.add(index)
        state.correlation.update(fixed)
        state.consumed.append(value)
        state.keys.append(key)
        return self._finish(state.keys) if satisfied else Taken(False)

    def _satisfied(self, scope: TaskScope, matched: set[int], value: JsonValue) -> bool:
        strategy, consumed = self._strategy, self._state.consumed
        if strategy.mode == "all":
            return len(matched) >= len(strategy.filters)
        if strategy.until is None and strategy.until_strategy is None:
            return True
        if strategy.until is not None and truthy(strategy.until.evaluate([*consumed, value], scope)):
            return True
        if len(consumed) + 1 < self._events_max:
            return False
        _log.warning(
            "the schedule of %s starts with the %d events that it has collected (schedule_events_max)",
            self._plan.workflow,
            len(consumed) + 1,
        )
        return True

    def _finish(self, keys: list[str]) -> Taken:
        taken = Taken(True, self._state.consumed, list(keys))
        self._state = _State()
        return taken

    def _value(self, event: JsonObject) -> JsonValue:
        if self._read == "envelope":
            return event
        if self._read == "raw" and "data_base64" in event:
            return event["data_base64"]
        return event.get("data")
