"""Idempotency keys (saga.md, section 5): the same on every attempt and after every crash.

{instance}:{task reference}                      a task outside loops
{instance}:{task reference}:{iteration path}     inside: `3`, `3.0` in nested loops, `~1` on a second visit
{key of the forward effect}:undo                 the only effect of its undo
{key of the forward effect}:undo:{rest}          one of several effects of its undo
"""

from __future__ import annotations

from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.plan.model import FunctionTask, Undo


def effect_key(instance: Instance, run: TaskRun) -> str:
    """The idempotency key of the effect of a task run."""
    if run.entry:
        return _undo_key(instance, run)
    reference = run.task.reference
    return f"{instance.id}:{reference}:{run.path}" if run.path else f"{instance.id}:{reference}"


def _undo_key(instance: Instance, run: TaskRun) -> str:
    top = run
    while top.parent is not None:
        top = top.parent
    entry, undo = instance.log[run.entry], top.task
    assert isinstance(undo, Undo)
    block = undo.probe if top.phase == 0 and undo.probe is not None else undo.body
    suffix = "probe" if block is undo.probe else "undo"
    above = run.parent
    while above is not None and type(above.task) is FunctionTask:  # a function of the document is one task
        above = above.parent
    if len(undo.body.tasks) == 1 and above is top and not run.visit and block is undo.body:
        return f"{entry.key}:undo"
    inner = run.inner[len(top.path) :]
    return f"{entry.key}:{suffix}:{run.task.reference[len(undo.reference) :]}{':' + inner if inner else ''}"
