"""One decision in the making: what task kinds and commands use to say what happens."""

from __future__ import annotations

from collections import deque
from itertools import islice

from counterpoint.errors import LimitExceeded, WorkflowError
from counterpoint.kernel import events as e
from counterpoint.kernel.evolve import APPLY
from counterpoint.kernel.retrying import milliseconds
from counterpoint.kernel.saga import SagaDecisions
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.stages import task_input, task_output, workflow_output
from counterpoint.kernel.state import INVOKE, Instance, TaskRun
from counterpoint.kernel.tasks import BEHAVIOURS
from counterpoint.plan.model import CONTINUE, Directive, Flow, Task
from counterpoint.values.json import JsonValue, truthy
from counterpoint.values.problem import Problem


class Decision(SagaDecisions):
    """Collects events and applies each at once; `agenda` holds the tasks to start next."""

    __slots__ = ("agenda", "budget", "edited", "events", "handling", "instance", "stepped")

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.events: list[e.Event] = []
        self.agenda: deque[tuple[TaskRun, Task, int, TaskRun | None]] = deque()
        self.budget = instance.plan.limits.transition_steps_max
        self.edited: dict[int, JsonValue] = {}
        """Input that a person gives to a stuck task in the place of its own."""
        self.stepped = 0
        """The run that starts although the instance is held."""
        self.handling = False
        """Errors are handled although the instance is held."""

    def emit(self, event: e.Event) -> None:
        """Decide a fact."""
        APPLY[type(event)](self.instance, event)
        self.events.append(event)

    def run(self) -> None:
        """Start what is to start until nothing is left."""
        agenda = self.agenda
        while agenda:
            parent, task, slot, created = agenda.popleft()
            if self.instance.ended is None and self._alive(parent, created):
                self._start(parent, task, slot, created)

    def enter(self, parent: TaskRun, task: Task, slot: int) -> None:
        """Have a task started as child of `parent`."""
        self.agenda.append((parent, task, slot, None))

    def resume_ready(self) -> None:
        """Take up the tasks that an earlier transition left, as many as this one may start."""
        instance = self.instance
        if instance.suspended or instance.hold is not None:
            return
        self.edited |= instance.edited
        for run in islice(instance.ready.values(), self.budget):
            assert run.parent is not None
            self.agenda.append((run.parent, run.task, run.slot, run))

    def restart(self, run: TaskRun, input: tuple[JsonValue] | None = None) -> None:
        """Start a task once more that is stuck, or that is retried after a pivot."""
        assert run.parent is not None
        if input is not None:
            self.edited[run.id] = input[0]
        self.agenda.append((run.parent, run.task, run.slot, run))

    def release(self, run: TaskRun) -> None:
        """Start a ready task of an instance that is held, and nothing else."""
        self.stepped = run.id
        self.restart(run, (self.instance.edited[run.id],) if run.id in self.instance.edited else None)

    def handle_fault(self, run: TaskRun, problem: Problem | None = None) -> None:
        """Go on with the error of a task, or with this one in its place; of a task that is ready: fail it."""
        failing = self.instance.failing.get(run.id)
        if problem is not None:
            problem = problem.at(run.task.reference)
            self.emit(e.FaultInjected(run.id, problem.to_json()))
        elif failing is not None:
            problem = Problem.from_json(failing.problem)
        assert problem is not None, run.id
        self.handling = True
        self.fault(run, problem, "none" if failing is None else failing.outcome)

    def complete(
        self,
        run: TaskRun,
        raw: JsonValue,
        flow: Flow | None = None,
        context: tuple[JsonValue] | None = None,
        *,
        undoable: bool = True,
    ) -> None:
        """End a task well and go on with what follows."""
        task, output = run.task, raw
        if not task.plain:
            scope = TaskScope(self.instance, run, task, run)
            if context is not None:
                scope.extra = {"context": context[0]}
            try:
                output, exported = task_output(task, raw, scope)
            except WorkflowError as error:
                done = "completed" if (run.id, INVOKE) in self.instance.owed else "none"
                self.fault(run, error.problem, done)
                return
            context = exported or context
        given = None if output is raw else (raw,)
        self.emit(e.TaskCompleted(run.id, output, given, context, undoable))
        if task.pivot:
            self.emit(e.SagaSealed(run.id))
        parent = run.parent
        assert parent is not None
        BEHAVIOURS[type(parent.task)].child_completed(self, parent, run, output, flow or task.then)

    def fault(self, run: TaskRun, problem: Problem, outcome: str = "none") -> None:
        """End a task with an error and tell its parent."""
        problem = problem.at(run.task.reference)
        self.cancel_children(run)
        if self.instance.hold is not None and not self.handling:
            self.emit(e.FaultHeld(run.id, problem.to_json(), outcome))
            return
        if self.instance.sealed and not run.entry and not self._caught_above(run, problem):
            delay = self.delay_after_pivot(run, problem)
            if delay is None:
                self.emit(e.TaskStuck(run.id, problem.to_json(), outcome))
            else:
                self.emit(e.RetryScheduled(run.id, problem.to_json(), self.instance.now + delay, outcome))
            return
        self.emit(e.TaskFaulted(run.id, problem.to_json(), outcome))
        parent = run.parent
        assert parent is not None
        BEHAVIOURS[type(parent.task)].child_faulted(self, parent, run, problem)

    def cancel_children(self, run: TaskRun) -> None:
        """Interrupt everything below a run, the innermost first."""
        for child in list(run.children.values()):
            self.cancel_children(child)
            settling = child.id in self.instance.log and (child.id, INVOKE) in self.instance.owed
            self.emit(e.TaskCancelled(child.id, settling))

    def leave(self, parent: TaskRun, output: JsonValue, directive: Directive) -> None:
        """The directives `end` and `compensate`: the workflow is done, wherever it stands; in an undo, the undo is."""
        if parent.entry:
            while parent.parent is not None:
                parent = parent.parent
            self.cancel_children(parent)
            BEHAVIOURS[type(parent.task)].block_completed(self, parent, output, exited=True)
        elif directive is Directive.END:
            self.cancel_children(self.instance.root)
            self.finish(output)
        else:
            self.compensate(output)

    def finish(self, output: JsonValue) -> None:
        """The workflow's output stages, and its end."""
        instance = self.instance
        try:
            output = workflow_output(instance.plan, output, TaskScope(instance, instance.root, instance.plan.root))
        except WorkflowError as error:
            self.uncaught(error.problem.at("/output"))
            return
        if instance.unwindings:
            self.emit(e.InstanceFinishing(output))
            return
        self.settle_all()
        self.emit(e.InstanceCompleted(output))

    def _alive(self, parent: TaskRun, created: TaskRun | None) -> bool:
        runs, id = self.instance.runs, parent.id
        if created is not None and created.id not in runs:
            return False
        return (id == 0 or id in runs) and id not in self.instance.unwindings

    def _start(self, parent: TaskRun, task: Task, slot: int, created: TaskRun | None) -> None:
        instance = self.instance
        run = instance.last_run + 1 if created is None else created.id
        visit = 0 if created is None else created.visit
        if created is None and parent.visits is not None and slot in parent.visits:
            visit = parent.visits[slot] + 1
        self.budget -= 1
        if instance.suspended or self.budget < 0 or instance.hold is not None:
            if created is None:
                self.emit(e.TaskCreated(run, task.number, parent.id, slot, visit))
                return
            if self._waits(created):
                return
        if self._over_a_limit(parent, task):
            return
        raw = given = parent.data
        data: JsonValue = None
        timeout: int | None = None
        scope = TaskScope(instance, parent, task)
        scope.raw = raw
        try:
            if task.condition is not None and not truthy(task.condition.evaluate(raw, scope)):
                self._skip(parent, task, slot, run)
                return
            if not task.plain:
                given = task_input(task, raw, scope)
            if run in self.edited:
                given = self.edited.pop(run)
            scope.input = given
            if task.timeout is not None:
                timeout = instance.now + milliseconds(task.timeout, given, scope)
            behaviour = BEHAVIOURS[type(task)]
            data = behaviour.facts(scope, task)
        except WorkflowError as error:
            if created is None:
                self.emit(e.TaskCreated(run, task.number, parent.id, slot, visit))
            self.fault(instance.runs[run], error.problem)
            return
        changed = None if given is raw else (given,)
        self.emit(e.TaskStarted(run, task.number, parent.id, data, changed, slot, visit, timeout))
        behaviour.begin(self, instance.runs[run])

    def _waits(self, created: TaskRun) -> bool:
        """Whether a run that exists already does not start now: where it is held, not before it is stepped."""
        if self.instance.hold is None:
            return created.pending
        if created.id == self.stepped:
            return False
        if created.id not in self.instance.ready:
            given = (self.edited[created.id],) if created.id in self.edited else None
            self.emit(e.TaskReady(created.id, given))
        return True

    def _skip(self, parent: TaskRun, task: Task, slot: int, run: int) -> None:
        self.emit(e.TaskSkipped(run, task.number, parent.id, slot))
        skipped = TaskRun(run, task, parent, slot)
        BEHAVIOURS[type(parent.task)].child_completed(self, parent, skipped, parent.data, CONTINUE)

    def _over_a_limit(self, parent: TaskRun, task: Task) -> bool:
        """Fault the workflow where it has used up its steps or its log; within an undo, that attempt of it."""
        instance, limits = self.instance, self.instance.plan.limits
        if parent.entry:
            if instance.steps - instance.log[parent.entry].began < limits.undo_steps_max:
                return False
            limit = LimitExceeded("undo_steps_max", limits.undo_steps_max)
            undo = parent
            while undo.parent is not None:
                undo = undo.parent
            self.cancel_children(undo)
            self.undo_ended(undo, Problem.standard("runtime", limit.message))
            return True
        if instance.steps >= limits.steps_max:
            limit = LimitExceeded("steps_max", limits.steps_max)
        elif task.undo is not None and len(instance.log) >= limits.log_entries_max:
            limit = LimitExceeded("log_entries_max", limits.log_entries_max)
        else:
            return False
        self.uncaught(Problem.standard("runtime", limit.message))
        return True

    def _caught_above(self, run: TaskRun, problem: Problem) -> bool:
        parent = run.parent
        while parent is not None:
            try:
                if BEHAVIOURS[type(parent.task)].catches(self.instance, parent, problem):
                    return True
            except WorkflowError:
                return False  # a `catch` that cannot tell whether it catches an error does not
            parent = parent.parent
        return False
