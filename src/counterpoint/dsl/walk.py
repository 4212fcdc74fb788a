"""Where tasks stand in a document: one description of the nesting, for everyone who visits tasks.

Works on any JSON data, valid or not; what is no task list is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from counterpoint.dsl.report import Path
from counterpoint.values.json import JsonObject, JsonValue


class Role(Enum):
    """What a task list is to the task or document that holds it."""

    MAIN = "main"
    FUNCTION = "function"
    EXTENSION = "extension"
    DO = "do"
    FOR = "for"
    TRY = "try"
    CATCH = "catch"
    BRANCHES = "branches"
    FOREACH = "foreach"
    SUBSCRIPTION = "subscription"
    UNDO = "undo"
    PROBE = "probe"


class TaskList(NamedTuple):
    """A list of named tasks, its place and its role. A function is a list of one task, at its name's parent."""

    role: Role
    items: list[JsonValue]
    path: Path


class NamedTask(NamedTuple):
    """A task of a list: its name, its data, its place."""

    name: str
    task: JsonObject
    path: Path


def document_lists(data: JsonValue) -> Iterator[TaskList]:
    """The task lists that a document holds directly, functions not included."""
    yield from _list(data, None, Role.MAIN, "do")
    extensions = _member(_member(data, "use"), "extensions")
    for index, item in enumerate(extensions if isinstance(extensions, list) else ()):
        for name, extension in (item if isinstance(item, dict) else {}).items():
            path: Path = ((((None, "use"), "extensions"), index), name)
            yield from _list(extension, path, Role.EXTENSION, "before")
            yield from _list(extension, path, Role.EXTENSION, "after")


def functions(data: JsonValue) -> Iterator[NamedTask]:
    """The tasks in `use.functions`."""
    declared = _member(_member(data, "use"), "functions")
    for name, task in (declared if isinstance(declared, dict) else {}).items():
        if isinstance(task, dict):
            yield NamedTask(name, task, (((None, "use"), "functions"), name))


def tasks(task_list: TaskList) -> Iterator[NamedTask]:
    """The tasks of a list."""
    for index, item in enumerate(task_list.items):
        for name, task in (item if isinstance(item, dict) else {}).items():
            if isinstance(task, dict):
                yield NamedTask(name, task, ((task_list.path, index), name))


def nested_lists(task: JsonObject, path: Path) -> Iterator[TaskList]:
    """The task lists that a task holds directly, those of its undo included."""
    yield from _list(task, path, Role.FOR if "for" in task else Role.DO, "do")
    yield from _list(task, path, Role.TRY, "try")
    yield from _list(task, path, Role.CATCH, "catch", "do")
    yield from _list(task, path, Role.BRANCHES, "fork", "branches")
    yield from _list(task, path, Role.FOREACH, "foreach", "do")
    if task.get("call") == "asyncapi":
        yield from _list(task, path, Role.SUBSCRIPTION, "with", "subscription", "foreach", "do")
    yield from _list(task, path, Role.UNDO, "compensate", "do")
    yield from _list(task, path, Role.PROBE, "compensate", "probe")


def every_task(data: JsonValue) -> Iterator[NamedTask]:
    """Every task of a document, each before those that it holds."""
    pending = [*document_lists(data)]
    for function in functions(data):
        yield function
        pending.extend(nested_lists(function.task, function.path))
    while pending:
        for task in tasks(pending.pop()):
            yield task
            pending.extend(nested_lists(task.task, task.path))


def _list(holder: JsonValue, path: Path, role: Role, *names: str) -> Iterator[TaskList]:
    for name in names:
        holder, path = _member(holder, name), (path, name)
    if isinstance(holder, list):
        yield TaskList(role, holder, path)


def _member(holder: JsonValue, name: str) -> JsonValue:
    return holder.get(name) if isinstance(holder, dict) else None
