"""From the histories of a world to the trace of a trial."""

from __future__ import annotations

from counterpoint.kernel import Instance
from counterpoint.kernel.state import Status
from counterpoint.trial.calls import Call
from counterpoint.trial.remains import Cover, remains_of
from counterpoint.trial.steps import Steps
from counterpoint.trial.trace import CallMade, Incident, Trace
from counterpoint.trial.world import World


def trace_of(
    world: World,
    root: str,
    began: int,
    calls: list[tuple[Call, Cover, CallMade]],
    halted: str | None,
    unmet: list[str],
) -> Trace:
    """The trace of the trial whose first instance is `root`."""
    steps = Steps(world, began)
    told = steps.tell()
    instance = world.actors[root].instance
    incidents = _incidents(world)
    last = world.journal[-1].at if instance.ended_at is None else instance.ended_at
    return Trace(
        workflow=world.actors[root].plan.workflow,
        status=instance.status.value,
        saga=None if instance.saga is None else instance.saga.value,
        duration=last - began,
        input=instance.input,
        output=instance.output,
        error=instance.error,
        context=instance.root.cell.context,
        reason=instance.reason,
        halted=halted,
        steps=told,
        calls=[made for _, _, made in calls],
        undos=steps.undos,
        left=remains_of(world, calls, steps.acted) if _failed(instance, incidents) else [],
        incidents=incidents,
        emitted=list(world.emitted),
        unmet=unmet,
    )


def _failed(instance: Instance, incidents: list[Incident]) -> bool:
    """Whether it matters what is left: not of a workflow that completed or is still on its way."""
    return instance.status in (Status.FAULTED, Status.CANCELLED) or instance.saga is not None or bool(incidents)


def _incidents(world: World) -> list[Incident]:
    found = []
    for actor in world.actors.values():
        for run, task in actor.incidents():
            undo = run in actor.instance.blocked
            problem = actor.instance.blocked[run] if undo else actor.instance.stuck[run]
            found.append(
                Incident(instance=actor.id, run=run, task=task.name, reference=task.reference, undo=undo, error=problem)
            )
    return found
