"""The scopes of a document: each task list, with the variables that its tasks may read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from counterpoint.dsl.report import Path
from counterpoint.dsl.walk import NamedTask, Role, TaskList, document_lists, functions, nested_lists, tasks
from counterpoint.plan.source import ARGUMENTS, UNDO_NAMES
from counterpoint.values.json import JsonObject, JsonValue

Names = frozenset[str]


class Scope(NamedTuple):
    """A task list: flow directives reach the tasks of the same list, and no others."""

    role: Role
    path: Path
    tasks: tuple[NamedTask, ...]
    names: Names
    """Variables that the tasks may read, without dollar signs."""


def scopes(data: JsonObject) -> Iterator[Scope]:
    """Every scope of a document whose structure is valid, the outer ones first."""
    for task_list in document_lists(data):
        yield from _scope(task_list, ARGUMENTS)
    names = ARGUMENTS | bound_names(data)  # a function may read what its callers have bound
    for function in functions(data):
        yield Scope(Role.FUNCTION, function.path, (function,), names)
        yield from _nested(function, names)


def loop_names(loop: JsonObject, each: str) -> Names:
    """The variables that a `for` or a `foreach` binds; `each` is the member that names the item."""
    return frozenset({loop.get(each, "item"), loop.get("at", "index")})


def catch_names(catch: JsonObject) -> Names:
    """The variables that a `catch` binds."""
    return frozenset({catch.get("as", "error"), "error"})


def bound_names(data: JsonObject) -> Names:
    """Every variable that any task of the document binds, and what undos may read."""
    names: set[str] = {*UNDO_NAMES, "item", "index", "error"}
    pending: list[JsonValue] = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            names.update(each for key in ("each", "at", "as", "item") if isinstance(each := value.get(key), str))
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return frozenset(names)


def _scope(task_list: TaskList, names: Names) -> Iterator[Scope]:
    found = tuple(tasks(task_list))
    yield Scope(task_list.role, task_list.path, found, names)
    for task in found:
        yield from _nested(task, names)


def _nested(named: NamedTask, names: Names) -> Iterator[Scope]:
    for nested in nested_lists(named.task, named.path):
        undoes = nested.role in (Role.UNDO, Role.PROBE)
        yield from _scope(nested, UNDO_NAMES if undoes else names | _bound_for(nested.role, named.task))


def _bound_for(role: Role, task: JsonObject) -> Names:
    if role is Role.FOR:
        return loop_names(task["for"], "each")
    if role is Role.FOREACH:
        return loop_names(task["foreach"], "item")
    if role is Role.SUBSCRIPTION:
        return loop_names(task["with"]["subscription"]["foreach"], "item")
    if role is Role.CATCH:
        return catch_names(task["catch"])
    return frozenset()
