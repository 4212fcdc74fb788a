"""decide: what a command means for an instance, as events. Pure; applies each event as it is decided.

Commands that the state has no use for (a timer that is owed no longer, an answer that came twice) give
no events. A decision ends when nothing more can start, or after `transition_steps_max` tasks: what is
left then stays ready in the state, and `Continue` goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from counterpoint.errors import WorkflowError
from counterpoint.kernel import commands as c
from counterpoint.kernel import events as e
from counterpoint.kernel.decision import Decision
from counterpoint.kernel.effects import AGAIN, RETRY, SETTLE, TIMEOUT, UNDO, Timer
from counterpoint.kernel.naming import named
from counterpoint.kernel.retrying import milliseconds
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.stages import workflow_input
from counterpoint.kernel.state import INVOKE, LISTEN, Instance
from counterpoint.kernel.tasks import BEHAVIOURS
from counterpoint.plan.model import TryTask
from counterpoint.values.problem import Problem


def decide(instance: Instance, command: c.Command) -> list[e.Event]:
    """Decide one command. The events have been applied to `instance` when this returns.

    Raises nothing that a document or its data could cause; should it raise all the same, the working
    copy must be thrown away.
    """
    if instance.ended is not None and type(command) is not c.Compensate:
        return []
    if not instance.id and type(command) is not c.Start:
        return []
    instance.now = command.at
    decision = Decision(instance)
    if type(command) is c.Terminate:  # whatever state it is in
        decision.terminate(command.reason)
        return decision.events
    limit = instance.plan.limits.transitions_max
    if instance.sequence >= limit and 0 not in instance.unwindings:
        detail = f"the history has reached its limit (transitions_max {limit:,})"
        decision.uncaught(Problem.standard("runtime", detail))
    else:
        _ON[type(command)](decision, command)
    decision.run()
    return decision.events


def _start(decision: Decision, command: c.Start) -> None:
    instance, plan = decision.instance, decision.instance.plan
    if instance.id:
        return
    instance.id, instance.started_at = command.id, command.at  # `input.from` sees them before the event sets them
    scope = TaskScope(instance, instance.root, plan.root)
    data, timeout, problem = command.input, None, None
    scope.input = instance.input = command.input
    labels = command.labels or {}
    try:
        data = workflow_input(plan, command.input, scope)
        labels = named(labels, plan.business_key, data, scope)
        if plan.timeout is not None:
            timeout = command.at + milliseconds(plan.timeout, data, scope)
    except WorkflowError as error:
        problem = error.problem
    decision.emit(
        e.InstanceStarted(
            id=command.id,
            workflow=plan.workflow,
            digest=plan.digest,
            seed=command.seed,
            input=command.input,
            data=None if data is command.input else (data,),
            timeout=timeout,
            parent=command.parent,
            depth=command.depth,
            labels=labels or None,
        )
    )
    if command.hold is not None:
        decision.emit(e.InstanceHeld(command.hold))
    if problem is not None:
        decision.uncaught(problem.at("/input"))
    else:
        BEHAVIOURS[type(plan.root)].begin(decision, instance.root)


def _fork(decision: Decision, command: c.Fork) -> None:
    decision.emit(e.InstanceForked(command.origin, command.sequence, command.shift, command.reason))
    _release(decision, c.Release(at=command.at, reason="nobody debugs the fork"))


def _effect_completed(decision: Decision, command: c.EffectCompleted) -> None:
    instance = decision.instance
    if (command.run, INVOKE) not in instance.owed:
        return
    if command.run in instance.settling:
        decision.effect_settled(command.run, "completed" if command.undoable else "none", command.output)
        return
    run = instance.runs[command.run]
    run.authorization = command.authorization
    decision.complete(run, command.output, undoable=command.undoable)


def _effect_failed(decision: Decision, command: c.EffectFailed) -> None:
    instance = decision.instance
    if (command.run, INVOKE) not in instance.owed:
        return
    if command.run in instance.settling:
        decision.effect_settled(command.run, command.outcome.value)
    else:
        decision.fault(instance.runs[command.run], command.problem, command.outcome.value)


def _timer_fired(decision: Decision, command: c.TimerFired) -> None:
    instance = decision.instance
    if instance.suspended or type(instance.owed.get((command.run, command.timer))) is not Timer:
        return
    if command.timer == UNDO:
        decision.start_undo(instance.log[command.run])
        return
    if command.timer == SETTLE:
        decision.effect_settled(command.run, "unknown")
        return
    if command.run == 0:
        decision.time_out()
        return
    run = instance.runs[command.run]
    if command.timer == AGAIN or (command.timer == RETRY and type(run.task) is not TryTask):
        decision.restart(run)
        return
    if command.timer != TIMEOUT:
        BEHAVIOURS[type(run.task)].timer_fired(decision, run, command.timer)
        return
    in_flight = (run.id, INVOKE) in instance.owed
    problem = Problem.standard("timeout", f"the task {run.task.name!r} lasted longer than its timeout allows")
    decision.fault(run, problem, "unknown" if in_flight else "none")


def _event_arrived(decision: Decision, command: c.EventArrived) -> None:
    instance = decision.instance
    if not instance.counts[LISTEN]:
        return
    for key in [key for key in instance.owed if key[1] == LISTEN]:
        run = instance.runs.get(key[0])
        if run is not None and key in instance.owed:
            BEHAVIOURS[type(run.task)].event_arrived(decision, run, command.event)


def _cancel(decision: Decision, command: c.Cancel) -> None:
    decision.cancel(command.reason, abandon=command.abandon)


def _suspend(decision: Decision, command: c.Suspend) -> None:
    if not decision.instance.suspended:
        decision.emit(e.InstanceSuspended(command.reason))


def _resume(decision: Decision, command: c.Resume) -> None:
    if decision.instance.suspended:
        decision.emit(e.InstanceResumed(command.reason))


def _retry(decision: Decision, command: c.Retry) -> None:
    instance = decision.instance
    for run in [id for id in (*instance.blocked, *instance.stuck) if command.run in (None, id)]:
        _resolve(decision, c.Resolve(at=command.at, run=run, action="retry", reason=command.reason))


def _resolve(decision: Decision, command: c.Resolve) -> None:
    instance, run = decision.instance, command.run
    if run in instance.blocked:
        decision.resolve_undo(run, command.action, command.reason, command.input)
    elif run in instance.stuck and not instance.suspended:
        decision.emit(e.IncidentResolved(run, command.action, command.reason, command.input))
        stuck = instance.runs[run]
        if command.action == "retry":
            decision.restart(stuck, command.input)
        else:
            output = stuck.input if command.input is None else command.input[0]
            decision.complete(stuck, output, undoable=command.action == "done")


def _compensate(decision: Decision, command: c.Compensate) -> None:
    if decision.instance.ended is None:
        decision.cancel(command.reason, abandon=False, trigger=command.trigger)
    else:
        decision.compensate_late(command.trigger, command.reason, by_parent=command.by_parent)


def _continue(decision: Decision, command: c.Continue) -> None:
    decision.resume_ready()


def _hold(decision: Decision, command: c.Hold) -> None:
    if decision.instance.hold != command.owner:
        decision.emit(e.InstanceHeld(command.owner))


def _release(decision: Decision, command: c.Release) -> None:
    instance = decision.instance
    if instance.hold is None:
        return
    decision.emit(e.InstanceReleased(command.reason))
    for run in list(instance.failing):
        if run in instance.failing:  # the error of one may have interrupted another
            decision.handle_fault(instance.runs[run])


def _step(decision: Decision, command: c.Step) -> None:
    instance = decision.instance
    run = instance.runs.get(command.run)
    if instance.hold is None or instance.suspended or run is None:
        return
    if run.id not in instance.ready and run.id not in instance.failing:
        return
    if command.output is not None:
        decision.emit(e.OutputInjected(run.id, command.output[0]))
        entry = instance.log.get(run.id)
        decision.complete(run, command.output[0], undoable=entry is not None and entry.uncertain)
    elif command.problem is not None or run.id in instance.failing:
        decision.handle_fault(run, command.problem)
    else:
        decision.release(run)


def _edit(decision: Decision, command: c.Edit) -> None:
    instance = decision.instance
    if instance.hold is not None and (command.run in instance.ready or command.run in instance.failing):
        decision.emit(e.DataEdited(command.run, command.what, command.value))


def _fail(decision: Decision, command: c.Fail) -> None:
    if 0 in decision.instance.unwindings:
        decision.settle_all()
        decision.emit(e.InstanceFaulted(command.problem.to_json()))
    else:
        decision.uncaught(command.problem)


_ON: Final[dict[type, Callable[[Decision, Any], None]]] = {
    c.Start: _start,
    c.Fork: _fork,
    c.EffectCompleted: _effect_completed,
    c.EffectFailed: _effect_failed,
    c.TimerFired: _timer_fired,
    c.EventArrived: _event_arrived,
    c.Cancel: _cancel,
    c.Suspend: _suspend,
    c.Resume: _resume,
    c.Retry: _retry,
    c.Resolve: _resolve,
    c.Compensate: _compensate,
    c.Continue: _continue,
    c.Fail: _fail,
    c.Hold: _hold,
    c.Release: _release,
    c.Step: _step,
    c.Edit: _edit,
}
