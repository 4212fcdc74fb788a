"""What is compared when a history is replayed: the state of an instance as plain JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from counterpoint.kernel import Instance, pending
from counterpoint.kernel.effects import Effect
from counterpoint.kernel.log import Entry
from counterpoint.kernel.state import TaskRun

JsonObject = dict[str, Any]


def picture(instance: Instance) -> JsonObject:
    """Everything about the instance that must never come out otherwise."""
    return {
        "id": instance.id,
        "sequence": instance.sequence,
        "status": instance.status.value,
        "saga": instance.saga.value if instance.saga else None,
        "output": instance.output,
        "error": instance.error,
        "context": instance.root.cell.context if instance.root else None,
        "runs": [_run(each) for each in instance.runs.values()],
        "log": [_entry(each) for each in instance.log.values()],
        "owed": sorted((_effect(each) for each in pending(instance)), key=str),
    }


def _run(run: TaskRun) -> JsonObject:
    return {
        "id": run.id,
        "reference": run.task.reference,
        "parent": run.parent.id if run.parent else None,
        "path": run.path,
        "attempt": run.attempt,
        "input": run.input,
        "data": run.data,
        "variables": run.vars,
    }


def _entry(entry: Entry) -> JsonObject:
    return {
        "run": entry.run,
        "reference": entry.task.reference,
        "key": entry.key,
        "state": entry.state.value,
        "outcome": entry.outcome,
        "attempt": entry.attempt,
        "input": entry.input,
        "output": entry.output,
        "context": entry.context,
    }


def _effect(effect: Effect) -> JsonObject:
    fields: JsonObject = msgspec.to_builtins(msgspec.structs.asdict(effect))
    return {"effect": type(effect).__name__, **fields}
