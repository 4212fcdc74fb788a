"""Compensability: whether everything that a saga may have done can be undone.

A task has an *effect* if it may change something outside of the workflow. It is covered by an undo of its own or of a
task around it, by being a pivot or standing in one, by coming after a pivot on every way that leads to it, or by
`compensate: { none: reason }`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import msgspec

from counterpoint.dsl import Definition
from counterpoint.dsl.report import to_pointer
from counterpoint.dsl.walk import NamedTask, Role, TaskList, document_lists, every_task, nested_lists, tasks
from counterpoint.plan.checks.context import Context
from counterpoint.plan.checks.effects import Effects
from counterpoint.values.json import JsonObject, JsonValue

_DIRECTIVES = ("exit", "end", "compensate")


class Uncovered(msgspec.Struct, frozen=True):
    """An effect that nothing undoes: the task's name, its JSON pointer, and what it does."""

    name: str
    pointer: str
    effect: str


class Compensability(msgspec.Struct, frozen=True):
    """How much of what a document may do can be undone.

    `total` counts the tasks with effects, `covered` those of them that can be undone or need not be. `saga`: whether
    the document undoes anything at all; only then an uncovered effect is a finding.
    """

    saga: bool
    covered: int
    total: int
    uncovered: tuple[Uncovered, ...] = ()

    def __str__(self) -> str:
        return f"{self.covered}/{self.total} undoable"


def compensability(
    definition: Definition, *, read_only: Collection[str] = (), resources: Mapping[str, JsonValue] | None = None
) -> Compensability:
    """The coverage of a definition.

    `read_only` are the functions registered in code that change nothing, `resources` external documents by URI
    (of OpenAPI documents the methods of the operations are taken).
    """
    effects = _effects(definition.data, read_only, resources or {})
    uncovered = tuple(
        Uncovered(each.named.name, to_pointer(each.named.path), each.what) for each in effects if not each.covered
    )
    return Compensability(is_saga(definition.data), len(effects) - len(uncovered), len(effects), uncovered)


def check_compensability(context: Context, read_only: Collection[str], resources: Mapping[str, JsonValue]) -> None:
    """Warn of each effect of a saga that nothing undoes."""
    if not is_saga(context.data):
        return
    for each in _effects(context.data, read_only, resources):
        if not each.covered:
            message = f"`{each.named.name}` {each.what}, and nothing undoes it"
            context.warning("CP210", each.named.path, message, _hint(each.named), of_key=True)


def is_saga(data: JsonObject) -> bool:
    """Whether a document in author form undoes anything, or says how it would."""
    if "saga" in data["document"].get("metadata", {}):
        return True
    return any("compensate" in named.task or "saga" in named.task for named in every_task(data))


class _Effect(msgspec.Struct, frozen=True):
    named: NamedTask
    what: str
    covered: bool


def _effects(data: JsonObject, read_only: Collection[str], resources: Mapping[str, JsonValue]) -> list[_Effect]:
    walk = _Walk(Effects(data, read_only, resources))
    for task_list in document_lists(data):
        walk.block(task_list, sealed=False, covered=False)
    return walk.found


class _Walk:
    """Goes through the tasks in the order in which they may run; `sealed`: a pivot has certainly completed before."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects
        self.found: list[_Effect] = []

    def block(self, task_list: TaskList, *, sealed: bool, covered: bool) -> bool:
        """Find the effects in a list; gives whether a pivot has certainly completed after it."""
        listed = list(tasks(task_list))
        if task_list.role is Role.BRANCHES:
            for named in listed:
                self._task(named, sealed=sealed, covered=covered)
            return sealed
        before = _sealed_before(listed, sealed)
        for named, after_pivot in zip(listed, before, strict=False):
            self._task(named, sealed=after_pivot, covered=covered)
        return before[-1]

    def _task(self, named: NamedTask, *, sealed: bool, covered: bool) -> None:
        task = named.task
        covered = covered or sealed or "compensate" in task or task.get("saga") == "pivot"
        what = self._effects.of(task)
        if what is not None:
            self.found.append(_Effect(named, what, covered or self._effects.undone_within(task)))
        for nested in nested_lists(task, named.path):
            if nested.role not in (Role.UNDO, Role.PROBE):
                self.block(nested, sealed=sealed, covered=covered)


def _sealed_before(listed: list[NamedTask], sealed: bool) -> list[bool]:
    """Whether a pivot has completed on every way to each task, and to the end of the list."""
    targets = {named.name: index for index, named in enumerate(listed)}
    before: list[bool | None] = [None] * (len(listed) + 1)
    before[0] = sealed
    pending = [0]
    while pending:
        index = pending.pop()
        if index >= len(listed):
            continue
        task, entering = listed[index].task, bool(before[index])
        for target in _successors(task, index, targets, len(listed)):
            after = entering if target.skipped else entering or _seals(task)
            known = before[target.index]
            if known is None or (known and not after):
                before[target.index] = after
                pending.append(target.index)
    return [bool(each) for each in before]


class _Target(msgspec.Struct, frozen=True):
    index: int
    skipped: bool = False
    """The task has not run to its end on this way."""


def _successors(task: JsonObject, index: int, targets: dict[str, int], end: int) -> Iterator[_Target]:
    def at(directive: str) -> int:
        return index + 1 if directive == "continue" else targets.get(directive, end)

    if "if" in task:
        yield _Target(index + 1, skipped=True)
    if "raise" in task:
        return
    flows = [case["then"] for item in task.get("switch", ()) for case in item.values()]
    if all("when" in case for item in task.get("switch", ()) for case in item.values()):
        flows.append(task.get("then", "continue"))
    if "then" in task.get("catch", {}):
        flows.append(task["catch"]["then"])
    for flow in flows:
        if flow not in _DIRECTIVES:
            yield _Target(at(flow))
        elif flow == "exit":
            yield _Target(end)


def _seals(task: JsonObject) -> bool:
    """Whether a pivot has certainly completed once this task has."""
    if task.get("saga") == "pivot":
        return True
    if "for" in task or "catch" in task or "fork" in task or "do" not in task:
        return False
    (body,) = (nested for nested in nested_lists(task, None) if nested.role is Role.DO)
    return _sealed_before(list(tasks(body)), False)[-1]


def _hint(named: NamedTask) -> str:
    """The YAML to add, for people to fill in."""
    task, name = named.task, named.name[:1].upper() + named.name[1:]
    if "call" not in task:
        undo = "run: { … }"
    elif task["call"] == "http":
        undo = "call: http, with: { method: …, endpoint: …, body: … }"
    else:
        undo = f"call: {task['call']}, with: {{ … }}" if task["call"] in _WITH_ARGUMENTS else "call: …, with: { … }"
    return f"add `compensate: {{ do: [ {{ undo{name}: {{ {undo} }} }} ] }}`, or `compensate: {{ none: <the reason> }}`"


_WITH_ARGUMENTS = ("openapi", "grpc", "asyncapi", "a2a", "mcp")
