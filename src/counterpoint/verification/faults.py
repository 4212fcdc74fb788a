"""The ways in which a call can fail that make a difference to its workflow.

Two always do: a refusal (nothing happened, for certain) and silence (nobody knows, and it happened or not). Every
`catch` around the call that picks errors adds one that it picks.
"""

from __future__ import annotations

import re
from typing import Final

from counterpoint.kernel.state import TaskRun
from counterpoint.plan.model import TryTask
from counterpoint.trial import Failed
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import STANDARD, TITLES, Outcome, Problem, short_type

REFUSED: Final = Problem.standard("communication", "refused", status=422)
LOST: Final = Problem.standard("timeout", "no answer came in time")
BROKEN: Final = Problem.standard("communication", "the service is unavailable", status=503)
_UNSURE: Final = frozenset({408, 409, 425, 429})
_STATUS: Final = re.compile(r"\b[45]\d\d\b")


def faults_of(run: TaskRun) -> list[Failed]:
    """All errors with a definite answer that a call may get; silence is no error yet."""
    problems = {_identity(REFUSED): REFUSED}
    parent = run.parent
    while parent is not None:
        task = parent.task
        if isinstance(task, TryTask) and parent.phase == 0:
            for problem in _picked(task):
                problems.setdefault(_identity(problem), problem)
        parent = parent.parent
    return [failure for problem in problems.values() for failure in failures(problem)]


def failures(problem: Problem) -> list[Failed]:
    """An error, with each truth that may be behind it."""
    if 400 <= problem.status < 500 and problem.status not in _UNSURE and short_type(problem.type) != "timeout":
        return [Failed(problem=problem, outcome=Outcome.NONE, happened=False)]
    return [Failed(problem=problem, outcome=Outcome.UNKNOWN, happened=happened) for happened in (True, False)]


def endless(run: TaskRun) -> bool:
    """Whether a call has failed often enough: a retry around it has no limit, and its next round would be alike."""
    parent = run.parent
    while parent is not None:
        task = parent.task
        unlimited = isinstance(task, TryTask) and task.catch.retry is not None and task.catch.retry.count is None
        if unlimited and parent.tries > 1:
            return True
        parent = parent.parent
    return False


def not_found(run: TaskRun) -> Failed | None:
    """The error by which a service says that there is no such thing, where a `catch` around the call awaits it."""
    parent = run.parent
    while parent is not None:
        if isinstance(parent.task, TryTask) and parent.phase == 0:
            for problem in _picked(parent.task):
                if problem.status in (404, 410):
                    return failures(problem)[0]
        parent = parent.parent
    return None


def _picked(task: TryTask) -> list[Problem]:
    catch, found = task.catch, []
    if catch.filter:
        found.append(_of(catch.filter))
    sources = [catch.when, catch.except_when]
    if catch.retry is not None:
        sources += [catch.retry.when, catch.retry.except_when]
    for expression in sources:
        statuses = [] if expression is None else _STATUS.findall(expression.source)
        found += [Problem.standard("communication", "as the catch expects", status=int(each)) for each in statuses]
    return found


def _of(filter: JsonObject) -> Problem:
    kind = str(filter.get("type", STANDARD + "communication"))
    default = TITLES.get(short_type(kind), ("", 500))[1]
    status = filter.get("status", default)
    return Problem(
        type=kind,
        status=status if isinstance(status, int) else default,
        title=filter.get("title"),
        detail=filter.get("detail", "as the catch expects"),
        instance=filter.get("instance"),
    )


def _identity(problem: Problem) -> tuple[str, int]:
    return short_type(problem.type), problem.status
