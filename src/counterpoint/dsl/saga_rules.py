"""Rules of compensation that no shape can say: what an undo may hold, and what must be decided by its author."""

from __future__ import annotations

from typing import Final

from counterpoint.dsl.grammar_tasks import kind_of_task
from counterpoint.dsl.report import Path, Report
from counterpoint.dsl.walk import NamedTask, Role, TaskList, document_lists, functions, nested_lists, tasks
from counterpoint.values.json import JsonObject, JsonValue

UNDO_KINDS: Final = ("call", "run", "emit", "set", "switch", "try", "do", "for", "listen")
"""Kinds of task that an undo may hold; `listen` only with a timeout."""
_CONTEXTS: Final = (("compensate",), ("saga",), ("catch", "compensate"), ("catch", "betweenAttempts"))


def check_saga(data: JsonValue, report: Report) -> None:
    """Report every breach of the rules; `data` is a document in author form whose structure is valid."""
    for task_list in document_lists(data):
        _check_list(task_list, report, in_fork=False)
    for function in functions(data):
        _check_task(function, report, in_fork=False)


def _check_list(task_list: TaskList, report: Report, *, in_fork: bool) -> None:
    for task in tasks(task_list):
        _check_task(task, report, in_fork=in_fork)


def _check_task(named: NamedTask, report: Report, *, in_fork: bool) -> None:
    task, path = named.task, named.path
    _check_written_once(task, path, report)
    if in_fork and "saga" in task:
        hint = "put the pivot after the fork, or make the whole fork the pivot"
        message = "a pivot may not stand inside a fork: the other branches would lose their undo"
        report.error("CP205", (path, "saga"), message, hint, of_key=True)
    if "catch" in task:
        _check_catch(task, path, report)
    for nested in nested_lists(task, path):
        if nested.role in (Role.UNDO, Role.PROBE):
            _check_undo_list(nested, report)
        else:
            _check_list(nested, report, in_fork=in_fork or nested.role is Role.BRANCHES)


def _check_written_once(task: JsonObject, path: Path, report: Report) -> None:
    metadata = task.get("metadata")
    if not isinstance(metadata, dict):
        return
    for author in _CONTEXTS:
        if _holds(task, author) and _holds(metadata, author):
            place: Path = (path, "metadata")
            for name in author:
                place = (place, name)
            written = ".".join(author)
            message = f"`{written}` is written twice, in author form and in portable form"
            report.error("CP206", place, message, "keep one of them", of_key=True)
    if "compensate" in _directives(task) and _reserved(task, metadata):
        message = "`metadata` has a member that the portable form of `then: compensate` needs"
        report.error("CP206", (path, "metadata"), message, "rename `then`, `catch` or `switch` in it", of_key=True)


def _holds(value: JsonValue, names: tuple[str, ...]) -> bool:
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


def _directives(task: JsonObject) -> list[JsonValue]:
    """The flow directives that a task may take."""
    found = [task.get("then"), task["catch"].get("then") if "catch" in task else None]
    found.extend(case.get("then") for item in task.get("switch", ()) for case in item.values())
    return found


def _reserved(task: JsonObject, metadata: JsonObject) -> bool:
    own = {"then": "then" in task, "catch": "catch" in task, "switch": "switch" in task}
    return any(name in metadata and here for name, here in own.items())


def _check_catch(task: JsonObject, path: Path, report: Report) -> None:
    catch = task["catch"]
    if "retry" in catch and "betweenAttempts" not in catch:
        found = _first_compensable(task["try"])
        if found is not None:
            message = f"retrying would run `{found}` again while what it did stands: say what happens between attempts"
            hint = "`betweenAttempts: compensate` undoes the block before each retry, `keep` leaves it as it is"
            report.error("CP204", (((path, "catch"), "retry")), message, hint, of_key=True)


def _first_compensable(items: list[JsonValue]) -> str | None:
    for named in tasks(TaskList(Role.TRY, items, None)):
        undo = named.task.get("compensate")
        if undo is not None and not (isinstance(undo, dict) and "none" in undo):
            return named.name
        for nested in nested_lists(named.task, None):
            if nested.role not in (Role.UNDO, Role.PROBE) and (inner := _first_compensable(nested.items)):
                return inner
    return None


def _check_undo_list(task_list: TaskList, report: Report) -> None:
    for named in tasks(task_list):
        _check_undo_task(named, report)


def _check_undo_task(named: NamedTask, report: Report) -> None:
    task, path = named.task, named.path
    kind = kind_of_task(task)
    if kind not in UNDO_KINDS:
        report.error("CP201", (path, str(kind)), f"an undo may not hold a `{kind}` task", _UNDO_HINT, of_key=True)
    if kind == "listen" and "timeout" not in task:
        message = "a `listen` in an undo needs a timeout: an event that never comes would keep the saga from ending"
        report.error("CP202", (path, "listen"), message, "add `timeout: { after: ... }`", of_key=True)
    for author in _CONTEXTS:
        if _holds(task, author):
            place: Path = path
            for name in author:
                place = (place, name)
            report.error(
                "CP203", place, f"an undo may not hold `{'.'.join(author)}`: nothing undoes an undo", of_key=True
            )
    _check_undo_directives(task, path, report)
    for nested in nested_lists(task, path):
        if nested.role not in (Role.UNDO, Role.PROBE):
            _check_undo_list(nested, report)


_UNDO_HINT: Final = "it may hold call, run, emit, set, switch, try, do, for, and listen with a timeout"


def _check_undo_directives(task: JsonObject, path: Path, report: Report) -> None:
    places: list[tuple[Path, JsonValue]] = [((path, "then"), task.get("then"))]
    if "catch" in task:
        places.append((((path, "catch"), "then"), task["catch"].get("then")))
    for index, item in enumerate(task.get("switch", ())):
        places.extend((((((path, "switch"), index), name), "then"), case.get("then")) for name, case in item.items())
    for place, directive in places:
        if directive in ("end", "compensate"):
            message = f"`then: {directive}` in an undo would end the workflow before the saga is undone"
            report.error("CP207", place, message, "use `exit` to leave the undo")
