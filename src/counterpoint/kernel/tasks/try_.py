"""`try`: catches errors, retries, handles (semantics.md; saga.md for what it undoes).

block fails ──► caught? ──no──► the error goes on
                   │yes
                   ├─ a retry is left ──► (betweenAttempts: undo) ──► wait ──► block again
                   └─ none is left ─────► (catch.compensate: undo) ─► do ──► completed, then
"""

from __future__ import annotations

from counterpoint.errors import WorkflowError
from counterpoint.kernel.effects import ATTEMPT, RETRY, Timer
from counterpoint.kernel.events import ErrorCaught, RetryScheduled, TaskRetried
from counterpoint.kernel.retrying import milliseconds, retry_delay
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import Catch, Retry, TryTask
from counterpoint.values.json import JsonObject, JsonValue, truthy
from counterpoint.values.problem import Problem, same_type

TRYING = 0
CAUGHT = 1


class TryBehaviour(Behaviour):
    """The fact is when the first attempt times out; `run.phase` tells the block from the handler."""

    def facts(self, scope: TaskScope, task: TryTask) -> JsonValue:
        return _attempt_limit(task.catch.retry, scope)

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, TryTask)
        run.block = task.body
        run.data = run.input
        run.tries = 1
        if run.local is not None:
            instance.owe((run.id, ATTEMPT), Timer(run.id, ATTEMPT, run.local))

    def begin(self, decider: Decider, run: TaskRun) -> None:
        self.enter_block(decider, run)

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        task = run.task
        assert isinstance(task, TryTask)
        decider.complete(run, output, task.catch.then if run.phase == CAUGHT else None)

    def child_faulted(self, decider: Decider, parent: TaskRun, child: TaskRun, problem: Problem) -> None:
        self._failed(decider, parent, problem)

    def catches(self, instance: Instance, run: TaskRun, problem: Problem) -> bool:
        task = run.task
        assert isinstance(task, TryTask)
        if run.phase == CAUGHT or not _matches(task.catch.filter, problem):
            return False
        return _allowed(task.catch, problem.to_json(), TaskScope(instance, run, task, run))

    def timer_fired(self, decider: Decider, run: TaskRun, timer: str) -> None:
        task = run.task
        assert isinstance(task, TryTask)
        if timer == RETRY:
            self._try_again(decider, run)
        elif run.id not in decider.instance.unwindings:
            decider.cancel_children(run)
            detail = f"attempt {run.tries} lasted longer than limit.attempt.duration allows"
            self._failed(decider, run, Problem.standard("timeout", detail, instance=task.reference))

    def unwound(self, decider: Decider, run: TaskRun, ending: str, problem: Problem | None) -> None:
        assert problem is not None, run.task.reference
        if ending == "catch":
            self._handle(decider, run, problem)
            return
        try:
            delay = self._delay(decider, run, problem)
        except WorkflowError as error:
            decider.fault(run, error.problem)
            return
        self._retry(decider, run, problem, delay)

    def _try_again(self, decider: Decider, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, TryTask)
        try:
            limit = _attempt_limit(task.catch.retry, TaskScope(decider.instance, run, task, run))
        except WorkflowError as error:
            decider.fault(run, error.problem)
            return
        decider.emit(TaskRetried(run.id, run.tries + 1, limit))
        self.enter_block(decider, run)

    def _failed(self, decider: Decider, run: TaskRun, problem: Problem) -> None:
        task = run.task
        assert isinstance(task, TryTask)
        try:
            caught = self.catches(decider.instance, run, problem)
            delay = self._delay(decider, run, problem) if caught else None
        except WorkflowError as error:
            decider.fault(run, error.problem)
            return
        if not caught:
            decider.fault(run, problem)
        else:
            undoes = delay is not None and task.catch.between_attempts == "compensate"
            if not (undoes and decider.unwind(run, "retry", problem)):
                self._retry(decider, run, problem, delay)

    def _retry(self, decider: Decider, run: TaskRun, problem: Problem, delay: int | None) -> None:
        """Try the block again after `delay`; where that is None, no retry is left."""
        assert isinstance(run.task, TryTask)
        catch = run.task.catch
        if delay is not None:
            decider.emit(RetryScheduled(run.id, problem.to_json(), decider.instance.now + delay))
        elif catch.retry is not None and catch.body is None and catch.then is None:
            decider.fault(run, problem)
        elif not (catch.compensate and decider.unwind(run, "catch", problem)):
            self._handle(decider, run, problem)

    def _handle(self, decider: Decider, run: TaskRun, problem: Problem) -> None:
        decider.emit(ErrorCaught(run.id, problem.to_json()))
        if run.block is None:
            self.block_completed(decider, run, run.input, exited=False)
        else:
            self.enter_block(decider, run)

    def _delay(self, decider: Decider, run: TaskRun, problem: Problem) -> int | None:
        """Milliseconds before the next attempt; None where there is none."""
        task = run.task
        assert isinstance(task, TryTask)
        policy, instance = task.catch.retry, decider.instance
        if policy is None or (policy.count is not None and run.tries > policy.count):
            return None
        scope = TaskScope(instance, run, task, run)
        if not _allowed(policy, problem.to_json(), scope, task.catch.as_):
            return None
        delay = retry_delay(policy, run.tries, run.id, run.input, scope)
        if policy.duration is not None:
            overall = milliseconds(policy.duration, run.input, scope)
            if instance.now + delay - run.started_at > overall:
                return None
        return delay


def _matches(filter: JsonObject | None, problem: Problem) -> bool:
    """`errors.with` is static equality, types compared modulo the families of URIs."""
    if filter is None:
        return True
    error = problem.to_json()
    for name, expected in filter.items():
        actual = error.get(name)
        if name == "type":
            if not isinstance(actual, str) or not same_type(str(expected), actual):
                return False
        elif actual != expected:
            return False
    return True


def _allowed(rule: Catch | Retry, error: JsonObject, scope: TaskScope, name: str = "error") -> bool:
    """`when` and `exceptWhen`; `.` and `$error` are both the error."""
    if isinstance(rule, Catch):
        name = rule.as_
    scope.extra = {"error": error, name: error}
    if rule.when is not None and not truthy(rule.when.evaluate(error, scope)):
        return False
    return rule.except_when is None or not truthy(rule.except_when.evaluate(error, scope))


def _attempt_limit(policy: Retry | None, scope: TaskScope) -> int | None:
    if policy is None or policy.attempt_duration is None:
        return None
    return scope.instance.now + milliseconds(policy.attempt_duration, scope.input, scope)
