"""Which task of a later version is which of the earlier one: by path, then by name, then by structure."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from typing import Final, NamedTuple

from counterpoint.dsl import Definition
from counterpoint.dsl.report import to_pointer
from counterpoint.dsl.walk import Role, TaskList, document_lists, functions, nested_lists, tasks
from counterpoint.governance.compatibility.targets import target
from counterpoint.values.json import JsonObject

_KINDS: Final = (
    "call", "emit", "for", "fork", "listen", "raise", "run", "set", "switch", "try", "wait", "do",
)  # fmt: skip


class Step(NamedTuple):
    """A task of one version."""

    name: str
    kind: str
    task: JsonObject
    pointer: str
    path: tuple[str, ...]
    """Roles and names from the document down: `main`, `charge`, `undo`, `refund`. Without numbers: they shift."""
    above: str
    """Pointer of the task around it; empty where there is none."""


class Matched(NamedTuple):
    """What was made of the tasks."""

    pairs: list[tuple[Step, Step]]
    removed: list[Step]
    added: list[Step]


def steps_of(definition: Definition) -> list[Step]:
    """All tasks of a document, each before those that it holds, in the order of the text."""
    found: list[Step] = []
    for each in document_lists(definition.data):
        found += _listed(each, (each.role.value,), "")
    for function in functions(definition.data):
        step = _step(function.name, function.task, to_pointer(function.path), (Role.FUNCTION.value,), "")
        found.append(step)
        for nested in nested_lists(function.task, function.path):
            found += _listed(nested, (*step.path, nested.role.value), step.pointer)
    return found


def match(before: list[Step], after: list[Step]) -> Matched:
    """Pairs of tasks that are the same one, and those without a partner."""
    pairs: list[tuple[Step, Step]] = []
    rules: tuple[Callable[[Step], Hashable], ...] = (
        lambda step: (step.path, step.kind),
        lambda step: (step.pointer, step.kind),  # where a path is not unique
        lambda step: (step.name, step.kind),
        lambda step: (step.kind, json.dumps(step.task, sort_keys=True)),
        lambda step: (step.kind, json.dumps(target(step.task), sort_keys=True) if target(step.task) else step.pointer),
    )
    for rule in rules:
        old, new = _by(rule, before), _by(rule, after)
        found = [(old[key], new[key]) for key in old if key in new]
        pairs += found
        gone, come = {one.pointer for one, _ in found}, {other.pointer for _, other in found}
        before = [each for each in before if each.pointer not in gone]
        after = [each for each in after if each.pointer not in come]
    return Matched(pairs, before, after)


def moved(pairs: list[tuple[Step, Step]]) -> Iterator[tuple[Step, Step]]:
    """Pairs that do not stand in the same place: in another block, or behind one that they stood before."""
    partner = {one.pointer: other for one, other in pairs}
    blocks: dict[tuple[str, ...], list[tuple[Step, Step]]] = defaultdict(list)
    for one, other in pairs:
        above = partner.get(one.above)
        expected = one.path[:-1] if above is None else (*above.path, *one.path[-2:-1])
        if expected != other.path[:-1]:
            yield one, other
        else:  # of branches, too: their outputs come in that order
            blocks[one.path[:-1]].append((one, other))
    for block in blocks.values():
        yield from _out_of_order(block)


def outermost(steps: list[Step]) -> list[Step]:
    """Those that are not within another one of them."""
    pointers = {each.pointer for each in steps}
    return [each for each in steps if not _within(each.pointer, pointers)]


def _within(pointer: str, pointers: set[str]) -> bool:
    tokens = pointer.split("/")
    return any("/".join(tokens[:end]) in pointers for end in range(2, len(tokens)))


def _listed(block: TaskList, path: tuple[str, ...], above: str) -> Iterator[Step]:
    for named in tasks(block):
        step = _step(named.name, named.task, to_pointer(named.path), path, above)
        yield step
        for nested in nested_lists(named.task, named.path):
            yield from _listed(nested, (*step.path, nested.role.value), step.pointer)


def _step(name: str, task: JsonObject, pointer: str, path: tuple[str, ...], above: str) -> Step:
    kind = next((each for each in _KINDS if each in task), "task")
    return Step(name, kind, task, pointer, (*path, name), above)


def _by(rule: Callable[[Step], Hashable], steps: list[Step]) -> dict[Hashable, Step]:
    """Those that a rule tells from all others."""
    keys = [rule(each) for each in steps]
    count = Counter(keys)
    return {key: each for key, each in zip(keys, steps, strict=True) if count[key] == 1}


def _out_of_order(block: list[tuple[Step, Step]]) -> Iterator[tuple[Step, Step]]:
    """Of the tasks of a block those that others, which came later, now stand before."""
    block.sort(key=lambda pair: _place(pair[0].pointer))
    least: list[int] | None = None
    for one, other in reversed(block):
        place = _place(other.pointer)
        if least is not None and least < place:
            yield one, other
        least = place if least is None else min(least, place)


def _place(pointer: str) -> list[int]:
    return [int(each) for each in pointer.split("/") if each.isdigit()]
