"""`emit`: publishes a CloudEvent. Its id is the idempotency key, so that a repeated publication is a duplicate."""

from __future__ import annotations

from counterpoint.errors import WorkflowError
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import INVOKE, Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour
from counterpoint.kernel.tasks.keys import effect_key
from counterpoint.plan.model import EmitTask
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem
from counterpoint.values.timestamp import iso8601


class EmitBehaviour(Behaviour):
    """An effect of the function `emit`, whose arguments are the event."""

    def facts(self, scope: TaskScope, task: EmitTask) -> JsonValue:
        given = task.event.evaluate(scope.input, scope)
        if not isinstance(given, dict) or not isinstance(given.get("type"), str) or not given["type"]:
            raise WorkflowError(Problem.standard("validation", "the event to emit needs a type (emit.event.with.type)"))
        plan = scope.instance.plan
        event: JsonObject = {
            "specversion": "1.0",
            "source": f"/{plan.namespace}/{plan.name}/{plan.version}",
            "time": iso8601(scope.instance.now),
        }
        event.update((name, value) for name, value in given.items() if value is not None)
        return event

    def started(self, instance: Instance, run: TaskRun) -> None:
        key = effect_key(instance, run)
        event = run.local if "id" in run.local else {"id": key, **run.local}
        effect = Invoke(run.id, "emit", event, run.input, run.task.reference, key, run.attempt)
        instance.owe((run.id, INVOKE), effect)
