"""The stages that data passes on its way through a task (dsl.md, Data Flow)."""

from __future__ import annotations

from counterpoint.contracts import SchemaValidator
from counterpoint.errors import WorkflowError
from counterpoint.kernel.scope import TaskScope
from counterpoint.plan.model import Plan, Task
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem


def check_schema(schema: SchemaValidator | None, value: JsonValue, what: str) -> None:
    """Stages 1, 3, 6, 8 and 11. Raises WorkflowError (validation)."""
    if schema is None or schema.valid(value):
        return
    raise WorkflowError(
        Problem.standard("validation", f"{what} does not fit its schema: " + "; ".join(schema.check(value)))
    )


def task_input(task: Task, raw: JsonValue, scope: TaskScope) -> JsonValue:
    """Stages 3 and 4: validate and transform the raw input of a task."""
    check_schema(task.input_schema, raw, "the input")
    return raw if task.input_from is None else task.input_from.evaluate(raw, scope)


def task_output(task: Task, raw: JsonValue, scope: TaskScope) -> tuple[JsonValue, tuple[JsonValue] | None]:
    """Stages 5 to 8: the transformed output, and the new context where the task exports one."""
    scope.raw_output = raw
    output = raw if task.output_as is None else task.output_as.evaluate(raw, scope)
    check_schema(task.output_schema, output, "the output")
    if task.export_as is None:
        if task.export_schema is not None:
            check_schema(task.export_schema, scope.lookup("context"), "the context")
        return output, None
    scope.output = output
    context = task.export_as.evaluate(output, scope)
    check_schema(task.export_schema, context, "the exported context")
    return output, (context,)


def workflow_input(plan: Plan, raw: JsonValue, scope: TaskScope) -> JsonValue:
    """Stages 1 and 2."""
    check_schema(plan.input_schema, raw, "the workflow's input")
    return raw if plan.input_from is None else plan.input_from.evaluate(raw, scope)


def workflow_output(plan: Plan, raw: JsonValue, scope: TaskScope) -> JsonValue:
    """Stages 10 and 11."""
    output = raw if plan.output_as is None else plan.output_as.evaluate(raw, scope)
    check_schema(plan.output_schema, output, "the workflow's output")
    return output
