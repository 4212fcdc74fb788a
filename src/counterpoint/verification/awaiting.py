"""Events that a task waits for: made so that its filters take them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from counterpoint.kernel.scope import TaskScope
from counterpoint.plan.model import Filter, ListenTask, Strategy
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.verification.unknown import given

EVENTS_MAX: Final = 2
"""How many events a task is given that takes any number."""
_PATH: Final = re.compile(r"(?:\$\{)?\s*((?:\.[A-Za-z_]\w*)+)\s*\}?")


def awaited(task: ListenTask, scope: TaskScope, local: JsonObject) -> Iterator[JsonObject]:
    """One event for each filter; `local` is what the task has consumed and fixed so far.

    A task that takes any number of events is given two, and after them only what it waits `until`.
    """
    strategy, keys = task.strategy, local["keys"]
    if strategy.mode != "all" and len(local["consumed"]) >= EVENTS_MAX:
        until = strategy.until_strategy
        filters = [] if until is None else list(_filters(until))
    else:
        filters = list(_filters(strategy))
    for index, filter in enumerate(filters, 1):
        event: JsonObject = {attribute.name: attribute.constant for attribute in (filter.attributes if filter else ())}
        event.setdefault("type", "any")
        data: dict[str, JsonValue] = {}
        for rule in filter.correlations if filter else ():
            value = keys.get(rule.key) if rule.expect is None else rule.expect.evaluate(scope.input, scope)
            path = plain_path(rule.from_.source)
            if path is not None and value is not None:
                _put(event if path[0] != "data" else data, path if path[0] != "data" else path[1:], value)
        if "data" not in event:
            event["data"] = data or given(f"event {index} for {task.reference}")
        yield event


def plain_path(source: str) -> tuple[str, ...] | None:
    """The members of an expression that is nothing but a path; None for any other."""
    found = _PATH.fullmatch(source.strip())
    return None if found is None else tuple(found[1][1:].split("."))


def _filters(strategy: Strategy) -> Iterator[Filter | None]:
    yield from strategy.filters
    if not strategy.filters:
        yield None
    if strategy.until_strategy is not None:
        yield from _filters(strategy.until_strategy)


def _put(holder: JsonObject, path: tuple[str, ...], value: JsonValue) -> None:
    *above, name = path
    for each in above:
        holder = holder.setdefault(each, {})
    holder[name] = value
