"""Whether an event is one that a strategy waits for: filters and correlation (dsl-reference, Event Filter)."""

from __future__ import annotations

from collections.abc import Collection

from counterpoint.errors import WorkflowError
from counterpoint.expressions.types import Scope
from counterpoint.kernel.scope import TaskScope
from counterpoint.plan.model import Attribute, Filter, Strategy
from counterpoint.values.json import JsonObject, JsonValue


def taken_by(
    strategy: Strategy, event: JsonObject, scope: TaskScope, keys: JsonObject, skip: Collection[int] = ()
) -> tuple[int, JsonObject] | None:
    """The first filter that takes the event, and the correlation keys that it fixes anew; None where none does.

    `keys` are those that are fixed already. No filters at all take any event (index -1). A filter that cannot
    be evaluated on an event does not match it: what others publish must not end those who listen.
    """
    if not strategy.filters:
        return -1, {}
    for index, each in enumerate(strategy.filters):
        if index in skip:
            continue
        try:
            fixed = _correlated(each, event, scope, keys) if _satisfies(each, event, scope) else None
        except WorkflowError:
            continue
        if fixed is not None:
            return index, fixed
    return None


def identity(event: JsonObject) -> str:
    """What tells an event apart: its source and its id (CloudEvents)."""
    return f"{event.get('source')} {event.get('id')}"


def _correlated(filter: Filter, event: JsonObject, scope: TaskScope, keys: JsonObject) -> JsonObject | None:
    """Keys that the event fixes anew, or None where it belongs to another correlation."""
    fixed: JsonObject = {}
    for rule in filter.correlations:
        value = rule.from_.evaluate(event, scope)
        if value is None:
            return None
        if rule.expect is not None:
            expected = rule.expect.evaluate(scope.input, scope)
        elif rule.key in keys:
            expected = keys[rule.key]
        else:
            expected = fixed[rule.key] = value
        if expected != value:
            return None
    return fixed


def _satisfies(filter: Filter, event: JsonObject, scope: Scope) -> bool:
    return all(_holds(each, event, scope) for each in filter.attributes)


def _holds(attribute: Attribute, event: JsonObject, scope: Scope) -> bool:
    actual = event.get(attribute.name)
    if attribute.expression is None:
        if attribute.pattern is not None and isinstance(actual, str) and attribute.pattern.valid(actual):
            return True
        return bool(actual == attribute.constant)
    subject = actual if attribute.name == "data" else event
    expected = attribute.expression.evaluate(subject, scope)
    if isinstance(expected, bool):
        return expected
    return _includes(actual, expected)


def _includes(actual: JsonValue, expected: JsonValue) -> bool:
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(name in actual and _includes(actual[name], value) for name, value in expected.items())
    return bool(actual == expected)
