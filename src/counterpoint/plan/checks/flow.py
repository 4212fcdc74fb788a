"""Control flow of one scope: names that clash, directives that lead nowhere, tasks that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from counterpoint.dsl.report import Path, one_of, suggest, to_pointer
from counterpoint.dsl.walk import NamedTask, Role
from counterpoint.plan.checks.context import Context
from counterpoint.plan.checks.scopes import Scope
from counterpoint.values.json import JsonObject

DIRECTIVES: Final = ("continue", "exit", "end", "compensate")


class _Directive(NamedTuple):
    value: str
    path: Path


def check_flow(scope: Scope, context: Context) -> None:
    """Report everything that is wrong with the flow among the tasks of one scope."""
    _check_names(scope, context)
    targets = {} if scope.role is Role.FUNCTION else {task.name: index for index, task in enumerate(scope.tasks)}
    for task in scope.tasks:
        for directive in _directives(task):
            if directive.value not in DIRECTIVES and directive.value not in targets:
                _report_target(directive, targets, context)
        if "switch" in task.task:
            _check_defaults(task, context)
    if scope.role not in (Role.FUNCTION, Role.BRANCHES):
        _check_reachable(scope, targets, context)


def _check_names(scope: Scope, context: Context) -> None:
    seen: dict[str, Path] = {}
    for task in scope.tasks:
        if task.name in seen:
            first = context.definition.position(to_pointer(seen[task.name]), of_key=True).line
            hint = f"the first stands on line {first}; give each task of one list a name of its own"
            context.error("CP301", task.path, f"a second task of the name `{task.name}`", hint, of_key=True)
        else:
            seen[task.name] = task.path
        if task.name in DIRECTIVES:
            message = f"no `then` can reach a task of the name `{task.name}`: it is a flow directive"
            context.warning("CP306", task.path, message, of_key=True)


def _report_target(directive: _Directive, targets: dict[str, int], context: Context) -> None:
    known = [*targets, *DIRECTIVES]
    hint = suggest(directive.value, known) or f"a target is a task of the same list, or {one_of(DIRECTIVES)}"
    context.error("CP302", directive.path, f"there is no task `{directive.value}` beside this one", hint)


def _check_defaults(task: NamedTask, context: Context) -> None:
    defaults = [
        (((task.path, "switch"), index), name)
        for index, item in enumerate(task.task["switch"])
        for name, case in item.items()
        if "when" not in case
    ]
    for path in defaults[1:]:
        context.error(
            "CP303", path, "a second case without `when`: only one can be the default", "give it a `when`", of_key=True
        )


def _check_reachable(scope: Scope, targets: dict[str, int], context: Context) -> None:
    reached: set[int] = set()
    pending = [0] if scope.tasks else []
    while pending:
        index = pending.pop()
        if index in reached or index >= len(scope.tasks):
            continue
        reached.add(index)
        pending.extend(_successors(scope.tasks[index].task, index, targets))
    for index, task in enumerate(scope.tasks):
        if index not in reached:
            message = f"nothing leads to the task `{task.name}`"
            context.warning("CP305", task.path, message, "no task before it continues here or names it", of_key=True)


def _successors(task: JsonObject, index: int, targets: dict[str, int]) -> Iterator[int]:
    """The tasks that may run right after this one, by index."""
    flows = [task.get("then", "continue")]
    if "switch" in task:
        cases = [case for item in task["switch"] for case in item.values()]
        if any("when" not in case for case in cases):
            flows = []  # one case always matches, so the switch's own `then` is never taken
        flows.extend(case["then"] for case in cases)
    elif "raise" in task:
        flows = []
    elif "catch" in task and "then" in task["catch"]:
        flows.append(task["catch"]["then"])
    if "if" in task:
        flows.append("continue")
    for flow in flows:
        if flow == "continue" or flow not in (*DIRECTIVES, *targets):
            yield index + 1  # a target that is unknown is reported as that, not as tasks out of reach as well
        elif flow not in DIRECTIVES:
            yield targets[flow]


def _directives(named: NamedTask) -> Iterator[_Directive]:
    task, path = named.task, named.path
    if "then" in task:
        yield _Directive(task["then"], (path, "then"))
    if "then" in task.get("catch", {}):
        yield _Directive(task["catch"]["then"], ((path, "catch"), "then"))
    for index, item in enumerate(task.get("switch", ())):
        for name, case in item.items():
            yield _Directive(case["then"], ((((path, "switch"), index), name), "then"))
