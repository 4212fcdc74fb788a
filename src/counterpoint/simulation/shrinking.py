"""Shrinking: a failing scenario made as small as it still fails in the same way.

One part after the other is taken away (a fault, an instance, a task, a member of a task, the block around tasks),
for as long as what is left still fails; what is removed is never put back.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from counterpoint.errors import InvalidDocument
from counterpoint.simulation.run import simulate
from counterpoint.simulation.scenario import CallFault, Scenario
from counterpoint.values.json import JsonObject, JsonValue

ATTEMPTS_MAX: Final = 3_000

_BLOCKS: Final = ("do", "try")
_REQUIRED: Final = frozenset({"call", "do", "fork", "for", "try", "catch", "set", "wait", "switch", "raise", "listen"})
_KEPT: Final = _REQUIRED | {"emit", "run"}
_DETAILS: Final = re.compile(r"i\d+[\w.]*(:[^ ]*)?|-?\d[\d,]*|/[^ ]*|\bt\d+|Invoke\(.*")


def kind_of(finding: str) -> str:
    """What two findings of one fault have in common: the words without names and numbers."""
    return _DETAILS.sub("…", finding)


def shrink(scenario: Scenario, attempts_max: int = ATTEMPTS_MAX) -> Scenario:
    """The smallest scenario that still fails with a finding of the same kind as the first one of `scenario`."""
    findings = simulate(scenario).findings
    if not findings:
        return scenario
    wanted, attempts = kind_of(findings[0]), 0

    def fails(candidate: Scenario) -> bool:
        try:
            return wanted in [kind_of(each) for each in simulate(candidate).findings]
        except InvalidDocument:
            return False

    shrunk = True
    while shrunk:
        shrunk = False
        for candidates in (_with_fewer_faults, _with_simpler_faults, _simpler, _with_smaller_documents):
            scenario, tried, found = _descend(scenario, candidates, fails, attempts_max - attempts)
            attempts += tried
            shrunk = shrunk or found
    return scenario


def _descend(
    scenario: Scenario,
    candidates: Callable[[Scenario], Iterator[Scenario]],
    fails: Callable[[Scenario], bool],
    attempts_max: int,
) -> tuple[Scenario, int, bool]:
    """Take the first candidate that fails, again and again: the last one, how many were tried, whether one failed."""
    tried, found = 0, False
    going = True
    while going and tried < attempts_max:
        going = False
        for candidate in candidates(scenario):
            tried += 1
            if fails(candidate):
                scenario, going, found = candidate, True, True
                break
            if tried >= attempts_max:
                break
    return scenario, tried, found


def _with_fewer_faults(scenario: Scenario) -> Iterator[Scenario]:
    faults = scenario.faults
    size = len(faults)
    while size:
        for start in range(0, len(faults), size):
            yield msgspec.structs.replace(scenario, faults=faults[:start] + faults[start + size :])
        size //= 2


def _with_simpler_faults(scenario: Scenario) -> Iterator[Scenario]:
    for index, fault in enumerate(scenario.faults):
        if isinstance(fault, CallFault) and fault.last > fault.first:
            simpler = msgspec.structs.replace(fault, last=fault.first)
            faults = [*scenario.faults[:index], simpler, *scenario.faults[index + 1 :]]
            yield msgspec.structs.replace(scenario, faults=faults)


def _simpler(scenario: Scenario) -> Iterator[Scenario]:
    if scenario.instances > 1:
        yield msgspec.structs.replace(scenario, instances=1)
    if scenario.tight:
        yield msgspec.structs.replace(scenario, tight=False)
    if not scenario.ordered:
        yield msgspec.structs.replace(scenario, ordered=True)
    if len(scenario.documents) > 1:
        yield msgspec.structs.replace(scenario, documents=scenario.documents[-1:])


def _with_smaller_documents(scenario: Scenario) -> Iterator[Scenario]:
    for index, document in enumerate(scenario.documents):
        for smaller in _smaller(document):
            documents = [*scenario.documents[:index], smaller, *scenario.documents[index + 1 :]]
            yield msgspec.structs.replace(scenario, documents=documents)


def _smaller(document: JsonObject) -> Iterator[JsonObject]:
    """The document with one thing less: large things first."""
    places = sorted(_removals(document, ()), key=len)
    for path in places:
        smaller = copy.deepcopy(document)
        _remove(smaller, path)
        yield smaller
    for path in _blocks(document, ()):
        smaller = copy.deepcopy(document)
        _unwrap(smaller, path)
        yield smaller


def _removals(value: JsonValue, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Everything that may go: items of task lists, members that a task can do without."""
    if isinstance(value, list):
        if len(value) > 1 or path == ("do",):
            yield from ((*path, index) for index in range(len(value)))
        for index, each in enumerate(value):
            yield from _removals(each, (*path, index))
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "document" and not path:
                yield from (("document", "metadata", "saga", key) for key in each.get("metadata", {}).get("saga", {}))
                continue
            if name not in _KEPT and _is_task(value):
                yield (*path, name)
            if path and path[-1] in ("catch", "compensate") and (name != "do" or path[-1] == "catch"):
                yield (*path, name)
            yield from _removals(each, (*path, name))


def _is_task(value: JsonObject) -> bool:
    return any(name in _KEPT for name in value)


def _blocks(value: JsonValue, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Tasks that hold a block, which may stand in their place."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            for name, task in item.items() if isinstance(item, dict) else ():
                if isinstance(task, dict) and _block_of(task) is not None:
                    yield (*path, index)
                yield from _blocks(task, (*path, index, name))
    elif isinstance(value, dict):
        for name, each in value.items():
            if name != "document":
                yield from _blocks(each, (*path, name))


def _block_of(task: JsonObject) -> list[Any] | None:
    for name in _BLOCKS:
        if isinstance(task.get(name), list):
            block: list[Any] = task[name]
            return block
    fork = task.get("fork")
    return fork["branches"] if isinstance(fork, dict) else None


def _remove(document: JsonObject, path: tuple[Any, ...]) -> None:
    value: Any = document
    for part in path[:-1]:
        value = value[part]
    del value[path[-1]]


def _unwrap(document: JsonObject, path: tuple[Any, ...]) -> None:
    tasks: Any = document
    for part in path[:-1]:
        tasks = tasks[part]
    [task] = tasks[path[-1]].values()
    tasks[path[-1] : path[-1] + 1] = _block_of(task) or []
