"""What becomes of a sub-workflow means something for its parent: the same here as in the engine."""

from __future__ import annotations

from typing import Final

from counterpoint.kernel import Instance
from counterpoint.kernel import commands as c
from counterpoint.kernel.state import Status
from counterpoint.kernel.undoing import due
from counterpoint.values.problem import Outcome, Problem

_UNDOABLE: Final = frozenset({Status.COMPLETED, Status.FAULTED})


def outcome(run: int, child: Instance, at: int) -> c.Command:
    """What the end of a sub-workflow means for the task `run` that awaits it."""
    left = bool(due(child, 0))
    if child.status is Status.COMPLETED:
        return c.EffectCompleted(at=at, run=run, output=child.output, undoable=left)
    if child.error is not None:
        problem = Problem.from_json(child.error)
    else:
        reason = f": {child.reason}" if child.reason else ""
        problem = Problem.standard("runtime", f"sub-workflow {child.id} was cancelled{reason}")
    return c.EffectFailed(at=at, run=run, problem=problem, outcome=Outcome.UNKNOWN if left else Outcome.NONE)


def undoable(child: Instance) -> bool:
    """Whether a sub-workflow that has ended has anything to undo."""
    return child.ended in _UNDOABLE and bool(due(child, 0))


def undo_outcome(run: int, child: Instance, at: int) -> c.Command:
    """What the end of a sub-workflow's undo means for the task `run` that asked for it."""
    if not due(child, 0):
        return c.EffectCompleted(at=at, run=run)
    problem = Problem.standard("runtime", f"sub-workflow {child.id} was not undone wholly")
    return c.EffectFailed(at=at, run=run, problem=problem, outcome=Outcome.UNKNOWN)
