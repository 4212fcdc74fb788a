"""Grammar of tasks: the twelve kinds, what all of them share, and ours (`compensate`, `saga`)."""

from __future__ import annotations

from typing import Final

from counterpoint.dsl.grammar_calls import call_arguments, iterator
from counterpoint.dsl.grammar_parts import (
    DURATION,
    ERROR,
    ERROR_FILTER,
    EVENT,
    EXPORT,
    INPUT,
    OUTPUT,
    READ_AS,
    RETRY_OR_NAME,
    STRATEGY,
    TIMEOUT_OR_NAME,
)
from counterpoint.dsl.grammar_run import RUN
from counterpoint.dsl.grammar_saga import BETWEEN_ATTEMPTS, TASK_SAGA, compensation
from counterpoint.dsl.report import Path, Report, kind_of, one_of, shown, suggest
from counterpoint.dsl.shapes import (
    ANYTHING,
    BOOLEAN,
    OBJECT,
    STRING,
    Array,
    ByKind,
    Entries,
    Members,
    NamedItems,
    Shape,
    closed,
    opened,
)
from counterpoint.values.json import JsonObject, JsonValue

KINDS: Final = (
    "call", "do", "emit", "for", "fork", "listen", "raise", "run", "set", "switch", "try", "wait",
)  # fmt: skip


class Task:
    """A task of any kind; the kind is the member that names it."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.error("CP101", path, f"must be a task, and is {kind_of(value)}", f"a task has {one_of(KINDS)}")
            return
        kind = kind_of_task(value)
        if kind is None:
            self._report_no_kind(value, path, report)
        elif kind == "call":
            _check_call(value, path, report)
        else:
            TASKS[kind].check(value, path, report)

    def _report_no_kind(self, value: JsonObject, path: Path, report: Report) -> None:
        for name in value:
            if name not in COMMON and (hint := suggest(name, KINDS)):
                report.error("CP109", (path, name), f"unknown kind of task {shown(name)}", hint, of_key=True)
                return
        report.error("CP109", path, "says not what kind of task it is", f"add one of {one_of(KINDS)}")


def kind_of_task(task: JsonObject) -> str | None:
    """The kind of a task, by the member that names it; None where there is no such member.

    `do` belongs to `for` as well, so it names the kind only where nothing else does.
    """
    found = [name for name in KINDS if name in task]
    if len(found) > 1 and found[0] == "do":
        return found[1]
    return found[0] if found else None


TASK: Final = Task()
TASK_LIST: Final = NamedItems(items=TASK, what="task")
COMMON: Final[dict[str, Shape]] = {
    "if": STRING,
    "input": INPUT,
    "output": OUTPUT,
    "export": EXPORT,
    "timeout": TIMEOUT_OR_NAME,
    "then": STRING,
    "metadata": OBJECT,
    "saga": TASK_SAGA,
    "compensate": compensation(TASK_LIST),
}
CALL_ARGUMENTS: Final = call_arguments(TASK_LIST)
CALL: Final = closed("a call", {"call!": STRING, "with": OBJECT, **COMMON})


def _task(what: str, members: dict[str, Shape]) -> Members:
    return closed(what, {**members, **COMMON})


_FOR_IN: Final = ByKind(what="an expression or an array of objects", text=STRING, array=Array(items=OBJECT))
_CASE: Final = closed("a case", {"when": STRING, "then!": STRING})
_ERRORS: Final = opened("the errors to catch", {"with": ERROR_FILTER})
TASKS: Final[dict[str, Members]] = {
    "do": _task("a do task", {"do!": TASK_LIST}),
    "emit": _task("an emit task", {"emit!": closed("what to emit", {"event!": opened("an event", {"with": EVENT})})}),
    "for": _task(
        "a for task",
        {
            "for!": closed("a loop", {"each": STRING, "in!": _FOR_IN, "at": STRING}),
            "while": STRING,
            "do!": TASK_LIST,
        },
    ),
    "fork": _task("a fork task", {"fork!": closed("a fork", {"branches!": TASK_LIST, "compete": BOOLEAN})}),
    "listen": _task(
        "a listen task",
        {"listen!": closed("what to listen to", {"to!": STRATEGY, "read": READ_AS}), "foreach": iterator(TASK_LIST)},
    ),
    "raise": _task(
        "a raise task",
        {"raise!": closed("what to raise", {"error!": ByKind(what="an error or its name", text=STRING, object=ERROR)})},
    ),
    "run": _task("a run task", {"run!": RUN}),
    "set": _task(
        "a set task",
        {"set!": ByKind(what="an object or an expression", text=STRING, object=Entries(values=ANYTHING, minimum=1))},
    ),
    "switch": _task("a switch task", {"switch!": NamedItems(items=_CASE, what="case", minimum=1)}),
    "try": _task(
        "a try task",
        {
            "try!": TASK_LIST,
            "catch!": closed(
                "a catch",
                {
                    "errors": _ERRORS,
                    "as": STRING,
                    "when": STRING,
                    "exceptWhen": STRING,
                    "retry": RETRY_OR_NAME,
                    "do": TASK_LIST,
                    "then": STRING,
                    "compensate": BOOLEAN,
                    "betweenAttempts": BETWEEN_ATTEMPTS,
                },
            ),
        },
    ),
    "wait": _task("a wait task", {"wait!": DURATION}),
}


def _check_call(value: JsonObject, path: Path, report: Report) -> None:
    CALL.check(value, path, report)
    protocol = value["call"]
    shape = CALL_ARGUMENTS.get(protocol) if isinstance(protocol, str) else None
    if shape is None:
        return
    if "with" not in value:
        report.error("CP102", path, "the member `with` is missing", f"`call: {protocol}` needs arguments")
    elif isinstance(value["with"], dict):
        shape.check(value["with"], (path, "with"), report)
