"""What can be told from the document alone, or from what an exploration has never seen."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.plan import Plan
from counterpoint.plan.model import Task, TryTask, Undo
from counterpoint.verification import findings as f


def endless(plan: Plan) -> Iterator[tuple[f.Rule, Task, str]]:
    """Retries that nothing limits: no count, no duration, and no timeout around them."""
    for task in plan.tasks:
        retry = task.catch.retry if isinstance(task, TryTask) else None
        unlimited = retry is not None and retry.count is None and retry.duration is None and retry.when is None
        if unlimited and task.timeout is None and plan.timeout is None:
            yield f.RETRIES_FOR_EVER, task, f"{task.name} tries again for ever"
        if isinstance(task, Undo) and task.retry.count is None and task.retry.duration is None:
            yield f.RETRIES_FOR_EVER, task, f"the undo of {task.name} is tried again for ever"


def dead(plan: Plan, seen: set[tuple[str, str]]) -> Iterator[tuple[f.Rule, Task, str]]:
    """Tasks and catches that a complete exploration has not met."""
    unreached: list[str] = []
    for task in plan.tasks:
        if task.hidden or not task.name:
            continue
        if any(what in ("started", "skipped") and reference == task.reference for what, reference in seen):
            caught = ("caught", task.reference) in seen
            if isinstance(task, TryTask) and not caught and not _only_retries(task):
                yield f.DEAD_CATCH, task, f"nothing that {task.name} tries can fail in a way that its catch takes"
                unreached.append(f"{task.reference}/catch/")
        elif not any(task.reference.startswith(each) for each in unreached):
            yield f.DEAD_TASK, task, f"no path leads to {task.name}"
            unreached.append(f"{task.reference}/")


def unordered(plan: Plan) -> Iterator[tuple[f.Rule, Task, str]]:
    """Undos that run all at once although one task needs what another has made."""
    if plan.saga.order != "parallel":
        return
    compensable = [task for task in plan.tasks if task.undo is not None and not task.hidden]
    if len(compensable) > 1:
        last = compensable[-1]
        yield f.UNORDERED_UNDO, last, f"{last.name} is undone together with {compensable[0].name}, which it came after"


def _only_retries(task: TryTask) -> bool:
    return task.catch.retry is not None and task.catch.body is None and task.catch.then is None
