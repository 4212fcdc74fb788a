"""Whether an event is one that a strategy waits for: filters and correlation (dsl-reference, Event Filter)."""

from __future__ import annotations

from collections.abc import Collection

from counterpoint.expressions.types import Scope
from counterpoint.kernel.scope import TaskScope
from counterpoint.plan.model import Attribute, Filter, Strategy
from counterpoint.values.json import JsonObject, JsonValue


def matching_filter(strategy: Strategy, event: JsonObject, scope: Scope, skip: Collection[int] = ()) -> int | None:
    """Index of the first filter that the event satisfies; no filters at all accept any event (index -1)."""
    if not strategy.filters:
        return -1
    for index, each in enumerate(strategy.filters):
        if index not in skip and _satisfies(each, event, scope):
            return index
    return None


def correlated(
    strategy: Strategy, index: int, event: JsonObject, scope: TaskScope, keys: JsonObject
) -> JsonObject | None:
    """Keys that the event fixes anew, or None where it belongs to another correlation."""
    if index < 0:
        return {}
    fixed: JsonObject = {}
    for rule in strategy.filters[index].correlations:
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
