"""`fork`: branches side by side, each with a context of its own (semantics.md, first rows)."""

from __future__ import annotations

from typing import Final

from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import Directive, Flow, ForkTask
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem


class ForkBehaviour(Behaviour):
    """`run.local` holds outputs and contexts of the branches that completed, and which have failed."""

    def started(self, instance: Instance, run: TaskRun) -> None:
        run.data = run.input
        run.local = {"outputs": {}, "contexts": {}, "failed": set()}

    def begin(self, decider: Decider, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, ForkTask)
        branches = task.branches.tasks
        for slot, branch in enumerate(branches):
            decider.enter(run, branch, slot)
        if not branches:
            decider.complete(run, [])

    def absorb(self, parent: TaskRun, run: TaskRun, output: JsonValue) -> None:
        parent.local["outputs"][run.slot] = output
        parent.local["contexts"][run.slot] = run.cell.context

    def child_completed(self, decider: Decider, parent: TaskRun, child: TaskRun, output: JsonValue, flow: Flow) -> None:
        if flow.directive in (Directive.END, Directive.COMPENSATE):
            decider.leave(parent, output, flow.directive)
            return
        task, local = parent.task, parent.local
        assert isinstance(task, ForkTask)
        if task.compete:
            decider.cancel_children(parent)
            if not decider.unwind(parent, "join", None, keep=child.id):
                self.unwound(decider, parent, "join", None)
        elif len(local["outputs"]) == len(task.branches.tasks):
            outputs = [local["outputs"][slot] for slot in range(len(task.branches.tasks))]
            decider.complete(parent, outputs, context=_joined(parent))

    def unwound(self, decider: Decider, run: TaskRun, ending: str, problem: Problem | None) -> None:
        """The losers of a competition are undone: go on with the winner, the only one that has an output."""
        [(slot, output)] = run.local["outputs"].items()
        decider.complete(run, output, context=(run.local["contexts"][slot],))

    def child_faulted(self, decider: Decider, parent: TaskRun, child: TaskRun, problem: Problem) -> None:
        task = parent.task
        assert isinstance(task, ForkTask)
        if not task.compete or len(parent.local["failed"]) == len(task.branches.tasks):
            decider.fault(parent, problem)


def _joined(run: TaskRun) -> tuple[JsonValue] | None:
    """The contexts of the branches merged key by key in declaration order; None where none has changed.

    What a branch has left as it was does not take back what an earlier branch has exported.
    """
    before = run.cell.context
    contexts = run.local["contexts"]
    changed = [contexts[slot] for slot in sorted(contexts) if _differs(contexts[slot], before)]
    if not changed:
        return None
    original: JsonObject = before if isinstance(before, dict) else {}
    merged: JsonValue = dict(original)
    for context in changed:
        if not isinstance(context, dict):
            merged = context
        elif not isinstance(merged, dict):
            merged = dict(context)
        else:
            merged.update((key, value) for key, value in context.items() if _differs(value, original.get(key, _NONE)))
    return (merged,)


def _differs(value: JsonValue, other: JsonValue) -> bool:
    return value is not other and (type(value) is not type(other) or bool(value != other))


_NONE: Final = object()
