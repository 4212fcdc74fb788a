"""Retries, undos, data-flow stages and event strategies: the parts that tasks share."""

from __future__ import annotations

from typing import Any, Final

from counterpoint.contracts import compile_schema
from counterpoint.errors import InvalidInput
from counterpoint.plan.model import Attribute, Correlation, Filter, Retry, Strategy
from counterpoint.plan.source import Names, Source
from counterpoint.values.json import JsonObject, JsonValue, pointer_join

UNDO_RETRY: Final = Retry(delay=1_000, backoff="exponential", delay_max=60_000, count=9)
"""Of an undo that states none: from 1 s to 1 min, 10 attempts (saga.md, section 5)."""

_PATTERN_MARKS: Final = frozenset("*+?[](){}|^$\\")


def compile_stages(source: Source, data: JsonObject, pointer: str, names: Names) -> dict[str, Any]:
    """The data-flow stages of a task or workflow, as keyword arguments of its plan node."""
    found: dict[str, Any] = {}
    for member, key, prefix in (("input", "from", "input"), ("output", "as", "output"), ("export", "as", "export")):
        part = data.get(member)
        if part is None:
            continue
        place = pointer_join(pointer, member)
        suffix = "from" if key == "from" else "as"
        found[f"{prefix}_{suffix}"] = source.transform(part, key, place, names)
        found[f"{prefix}_schema"] = source.schema(part, place)
    return found


def compile_retry(source: Source, value: JsonValue, pointer: str, names: Names) -> Retry:
    """A retry policy or the name of one."""
    if isinstance(value, str):
        name = value
        value = source.reference("retries", name, pointer)
        pointer = pointer_join("/use/retries", name)
    limit = value.get("limit") or {}
    attempt = limit.get("attempt") or {}

    def duration(data: JsonObject, key: str, *path: str) -> Any:
        return source.duration(data[key], pointer_join(pointer, *path, key), names) if key in data else None

    jitter = value.get("jitter")
    return Retry(
        delay=duration(value, "delay") or 0,
        backoff=next(iter(value.get("backoff") or {}), "constant"),
        count=attempt.get("count"),
        attempt_duration=duration(attempt, "duration", "limit", "attempt"),
        duration=duration(limit, "duration", "limit"),
        jitter=(duration(jitter, "from", "jitter"), duration(jitter, "to", "jitter")) if jitter else None,
        when=source.optional(value, "when", pointer, names),
        except_when=source.optional(value, "exceptWhen", pointer, names),
    )


def compile_strategy(source: Source, data: JsonObject, pointer: str, names: Names) -> Strategy:
    """An event consumption strategy."""
    mode = next(each for each in ("one", "any", "all") if each in data)
    filters = [data["one"]] if mode == "one" else data[mode]
    place = pointer_join(pointer, mode)
    until, until_strategy = data.get("until") if mode == "any" else None, None
    if isinstance(until, dict):
        until_strategy = compile_strategy(source, until, pointer_join(pointer, "until"), names)
    return Strategy(
        mode=mode,
        filters=tuple(
            _filter(source, each, place if mode == "one" else pointer_join(place, index), names)
            for index, each in enumerate(filters)
        ),
        until=source.expression(until, pointer_join(pointer, "until"), names) if isinstance(until, str) else None,
        until_strategy=until_strategy,
    )


def _filter(source: Source, data: JsonObject, pointer: str, names: Names) -> Filter:
    attributes = tuple(
        _attribute(source, name, value, pointer_join(pointer, "with", name), names)
        for name, value in data["with"].items()
    )
    correlations = []
    for key, rule in (data.get("correlate") or {}).items():
        place = pointer_join(pointer, "correlate", key)
        expect = rule.get("expect")
        correlations.append(
            Correlation(
                key=key,
                from_=source.expression(rule["from"], pointer_join(place, "from"), names),
                expect=None if expect is None else source.constant_or_expression(expect, names),
            )
        )
    kind = next((each for each in attributes if each.name == "type" and each.constant is not None), None)
    return Filter(
        attributes=attributes,
        correlations=tuple(correlations),
        type="*" if kind is None else str(kind.constant),
    )


def _attribute(source: Source, name: str, value: JsonValue, pointer: str, names: Names) -> Attribute:
    """Strings are constants, expressions, or regular expressions (dsl-reference, Event Filter)."""
    if isinstance(value, str) and value.strip().startswith("${"):
        return Attribute(name=name, expression=source.expression(value, pointer, names))
    if name == "data" and not isinstance(value, str):
        return Attribute(name=name, expression=source.template(value, pointer, names))
    if isinstance(value, str) and name not in ("type", "id") and _PATTERN_MARKS.intersection(value):
        try:
            pattern = compile_schema({"type": "string", "pattern": f"^(?:{value})$"})
        except InvalidInput:  # no regular expression: a constant like any other
            return Attribute(name=name, constant=value)
        return Attribute(name=name, constant=value, pattern=pattern)
    return Attribute(name=name, constant=value)
