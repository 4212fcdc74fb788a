"""What is ready to start, and the fold of the events by which an instance is held and stepped."""

from __future__ import annotations

from typing import Final

from counterpoint.kernel import events as e
from counterpoint.kernel.effects import AGAIN, ATTEMPT, RETRY, TIMEOUT, Proceed
from counterpoint.kernel.state import INVOKE, LISTEN, PROCEED, Failing, Instance, TaskRun

_PROCEED: Final = (0, PROCEED)
KINDS: Final = (INVOKE, LISTEN, "wait", RETRY, AGAIN, TIMEOUT, ATTEMPT)
"""Everything that a task run may owe."""


def held(instance: Instance, event: e.InstanceHeld) -> None:
    """Nothing starts by itself any more."""
    instance.hold = event.owner
    instance.settle(_PROCEED)


def released(instance: Instance, event: e.InstanceReleased) -> None:
    """What is ready starts again."""
    instance.hold = None
    proceed(instance)


def task_ready(instance: Instance, event: e.TaskReady) -> None:
    """A task that has begun before is ready once more."""
    run = instance.runs[event.run]
    instance.stuck.pop(run.id, None)
    instance.settle((run.id, RETRY))
    instance.settle((run.id, AGAIN))
    instance.ready[run.id] = run
    if event.input is not None:
        instance.edited[run.id] = event.input[0]


def fault_held(instance: Instance, event: e.FaultHeld) -> None:
    """A task has failed, and stays until its error is handled."""
    run = instance.runs[event.run]
    for kind in KINDS:
        instance.settle((run.id, kind))
    unready(instance, run)
    entry = instance.log.get(run.id)
    if entry is not None and event.outcome != "none":
        entry.uncertain = True  # it may be interrupted before its error is handled
    instance.failing[run.id] = Failing(event.problem, event.outcome)


def data_edited(instance: Instance, event: e.DataEdited) -> None:
    """Other data flows on."""
    run = instance.runs[event.run]
    assert run.parent is not None
    if event.what == "context":
        run.cell.context = event.value
    else:
        run.parent.data = event.value
        instance.edited.pop(run.id, None)


def output_injected(instance: Instance, event: e.OutputInjected) -> None:
    """A task that does not act sees its raw input."""
    run = instance.runs[event.run]
    if run.id not in instance.failing:
        assert run.parent is not None
        run.raw = run.input = run.parent.data


def fault_injected(instance: Instance, event: e.FaultInjected) -> None:
    """What follows from it are events of their own."""


def proceed(instance: Instance) -> None:
    """Owe it that what is ready is started."""
    if instance.ready and _PROCEED not in instance.owed and not instance.suspended and instance.hold is None:
        instance.owe(_PROCEED, Proceed())


def unready(instance: Instance, run: TaskRun) -> None:
    """A run is ready no longer: it starts, or is gone."""
    if instance.ready.pop(run.id, None) is not None:
        instance.edited.pop(run.id, None)
        if not instance.ready:
            instance.settle(_PROCEED)
