"""The two forms of a document: author form, which people write, and portable form, which any runtime accepts.

| author form | portable form |
| --- | --- |
| a task's `compensate`, `saga` | `metadata.compensate`, `metadata.saga` |
| `catch.compensate`, `catch.betweenAttempts` | the task's `metadata.catch.compensate`, `.betweenAttempts` |
| `then: compensate` | `then: end` and `metadata.then: compensate` |
| `catch.then: compensate` | `catch.then: end` and `metadata.catch.then: compensate` |
| `then: compensate` of case *i* (from 0) of a switch | `then: end` and `metadata.switch.<i>.then: compensate` |

`document.metadata.saga` is the same in both. An empty `metadata` of a task means nothing and is dropped in
author form, so that the two directions are each other's inverse. Neither function changes its argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from counterpoint.dsl.report import Path, to_pointer
from counterpoint.values.json import JsonObject, JsonValue, pointer_escape

Moves: TypeAlias = dict[str, tuple[str, str]]
"""Pointer in author form → pointer of the task in author form, and the path from there in the portable text."""

_DIRECTIVE: Final = "compensate"
_Convert: TypeAlias = Callable[[JsonObject, Path], JsonObject]


def to_author(data: JsonValue) -> JsonValue:
    """The author form of a document in either form (or of any JSON data: what is no document is kept)."""
    return to_author_located(data)[0]


def to_author_located(data: JsonValue) -> tuple[JsonValue, Moves]:
    """As `to_author`, and where what was moved stands in the text."""
    moves: Moves = {}

    def convert(task: JsonObject, path: Path) -> JsonObject:
        return _author_task(task, path, moves)

    return _document(data, convert), moves


def to_portable(data: JsonValue) -> JsonValue:
    """The portable form of a valid document: without ours the official schema accepts it and nothing is lost."""
    return _document(data, _portable_task)


def _document(data: JsonValue, convert: _Convert) -> JsonValue:
    if not isinstance(data, dict):
        return data
    result = dict(data)
    if "do" in data:
        result["do"] = _tasks(data["do"], (None, "do"), convert)
    use = data.get("use")
    if isinstance(use, dict):
        result["use"] = _use(use, (None, "use"), convert)
    return result


def _use(use: JsonObject, path: Path, convert: _Convert) -> JsonObject:
    result = dict(use)
    functions = use.get("functions")
    if isinstance(functions, dict):
        place = (path, "functions")
        result["functions"] = {name: _task(task, (place, name), convert) for name, task in functions.items()}
    extensions = use.get("extensions")
    if isinstance(extensions, list):
        place = (path, "extensions")
        result["extensions"] = [_extension(item, (place, index), convert) for index, item in enumerate(extensions)]
    return result


def _extension(item: JsonValue, path: Path, convert: _Convert) -> JsonValue:
    if not isinstance(item, dict):
        return item
    result = dict(item)
    for name, extension in item.items():
        if isinstance(extension, dict):
            lists = {key: extension[key] for key in ("before", "after") if key in extension}
            done = {key: _tasks(value, ((path, name), key), convert) for key, value in lists.items()}
            result[name] = {**extension, **done}
    return result


def _tasks(items: JsonValue, path: Path, convert: _Convert) -> JsonValue:
    if not isinstance(items, list):
        return items
    return [
        {name: _task(task, ((path, index), name), convert) for name, task in item.items()}
        if isinstance(item, dict)
        else item
        for index, item in enumerate(items)
    ]


def _task(task: JsonValue, path: Path, convert: _Convert) -> JsonValue:
    if not isinstance(task, dict):
        return task
    result = convert(task, path)
    for route in _LISTS:
        _convert_at(result, route, path, convert)
    return result


_LISTS: Final = (
    ("do",),
    ("try",),
    ("catch", "do"),
    ("fork", "branches"),
    ("foreach", "do"),
    ("with", "subscription", "foreach", "do"),
    ("compensate", "do"),
    ("compensate", "probe"),
)


def _convert_at(task: JsonObject, route: tuple[str, ...], path: Path, convert: _Convert) -> None:
    """Convert the task list at `route`; `task` is ours, the objects on the way are copied."""
    if route[0] == "with" and task.get("call") != "asyncapi":
        return
    holder: Any = task
    for name in route[:-1]:
        inner = holder.get(name)
        if not isinstance(inner, dict):
            return
        holder[name] = dict(inner)
        holder, path = holder[name], (path, name)
    if route[-1] in holder:
        holder[route[-1]] = _tasks(holder[route[-1]], (path, route[-1]), convert)


def _author_task(task: JsonObject, path: Path, moves: Moves) -> JsonObject:
    result = dict(task)
    if not isinstance(task.get("metadata"), dict):
        return result
    lift = _Lift(result, to_pointer(path), moves)
    for name in ("compensate", "saga"):
        lift.member(name)
    lift.directive(result, ("then",), ("then",))
    lift.catch()
    lift.switch()
    if not lift.metadata:
        del result["metadata"]
    else:
        result["metadata"] = lift.metadata
    return result


class _Lift:
    """Takes what is ours out of one task's metadata and puts it where authors write it."""

    def __init__(self, task: JsonObject, pointer: str, moves: Moves) -> None:
        self._task = task
        self._pointer = pointer
        self._moves = moves
        self.metadata = dict(task["metadata"])

    def member(self, name: str) -> None:
        if name in self.metadata and name not in self._task:
            self._task[name] = self.metadata.pop(name)
            self._move(name, name)

    def directive(self, holder: JsonObject, author: tuple[str, ...], portable: tuple[str, ...]) -> None:
        """`then: end` in `holder`, and `compensate` at `portable` in the metadata."""
        outer: Any = self.metadata
        for name in portable[:-1]:
            outer = outer.get(name) if isinstance(outer, dict) else None
        if isinstance(outer, dict) and outer.get("then") == _DIRECTIVE and holder.get("then") == "end":
            holder["then"] = _DIRECTIVE
            del outer["then"]
            self._move("/".join(author), "/".join(portable))

    def catch(self) -> None:
        catch, ours = self._task.get("catch"), self.metadata.get("catch")
        if not (isinstance(catch, dict) and isinstance(ours, dict)):
            return
        self._task["catch"], self.metadata["catch"] = catch, ours = dict(catch), dict(ours)
        for name in ("compensate", "betweenAttempts"):
            if name in ours and name not in catch:
                catch[name] = ours.pop(name)
                self._move(f"catch/{name}", f"catch/{name}")
        self.directive(catch, ("catch", "then"), ("catch", "then"))
        if not ours:
            del self.metadata["catch"]

    def switch(self) -> None:
        cases, ours = self._task.get("switch"), self.metadata.get("switch")
        if not (isinstance(cases, list) and isinstance(ours, dict)):
            return
        self.metadata["switch"] = ours = {key: dict(v) if isinstance(v, dict) else v for key, v in ours.items()}
        self._task["switch"] = cases = list(cases)
        for index, item in enumerate(cases):
            if not (isinstance(item, dict) and str(index) in ours and len(item) == 1):
                continue
            (name, case), key = next(iter(item.items())), str(index)
            if isinstance(case, dict):
                cases[index] = {name: (case := dict(case))}
                self.directive(case, ("switch", key, pointer_escape(name), "then"), ("switch", key, "then"))
                if not ours[key]:
                    del ours[key]
        if not ours:
            del self.metadata["switch"]

    def _move(self, author: str, portable: str) -> None:
        self._moves[f"{self._pointer}/{author}"] = (self._pointer, f"/metadata/{portable}")


def _portable_task(task: JsonObject, _path: Path) -> JsonObject:
    result = dict(task)
    metadata: JsonObject = {}
    for name in ("compensate", "saga"):
        if name in result:
            metadata[name] = result.pop(name)
    if result.get("then") == _DIRECTIVE:
        result["then"] = "end"
        metadata["then"] = _DIRECTIVE
    if ours := _portable_catch(result):
        metadata["catch"] = ours
    if cases := _portable_switch(result):
        metadata["switch"] = cases
    if metadata:
        result["metadata"] = _merged(result.get("metadata", {}), metadata)
    return result


def _portable_catch(task: JsonObject) -> JsonObject:
    """Moves ours out of the task's `catch`; gives what was moved."""
    if not isinstance(task.get("catch"), dict):
        return {}
    task["catch"] = catch = dict(task["catch"])
    ours: JsonObject = {name: catch.pop(name) for name in ("compensate", "betweenAttempts") if name in catch}
    if catch.get("then") == _DIRECTIVE:
        catch["then"] = "end"
        ours["then"] = _DIRECTIVE
    return ours


def _portable_switch(task: JsonObject) -> JsonObject:
    """Replaces `then: compensate` in the cases of the task's `switch`; gives the cases that had it."""
    if not isinstance(task.get("switch"), list):
        return {}
    ours: JsonObject = {}
    task["switch"] = cases = list(task["switch"])
    for index, item in enumerate(cases):
        for name, case in (item if isinstance(item, dict) else {}).items():
            if isinstance(case, dict) and case.get("then") == _DIRECTIVE:
                cases[index] = {name: {**case, "then": "end"}}
                ours[str(index)] = {"then": _DIRECTIVE}
    return ours


def _merged(metadata: JsonObject, ours: JsonObject) -> JsonObject:
    """The author's own metadata and ours; where both hold an object, their members."""
    result = dict(metadata)
    for name, value in ours.items():
        own = result.get(name)
        result[name] = _merged(own, value) if isinstance(own, dict) and isinstance(value, dict) else value
    return result
