"""Readiness: whether an engine has the functions that unfinished instances may still call.

An engine that takes up an instance without them would fail its calls, and so undo what was only interrupted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from counterpoint.engine.library import Library, workflow_of
from counterpoint.errors import MissingFunctions
from counterpoint.plan import Plan
from counterpoint.plan.checks.references import PROTOCOLS
from counterpoint.plan.model import UNDO_WORKFLOW, CallTask
from counterpoint.ports.selection import Filter
from counterpoint.ports.store import Store

_OURS: Final = frozenset({*PROTOCOLS, UNDO_WORKFLOW})
"""What the engine itself brings."""
_UNFINISHED: Final = ("pending", "running", "waiting", "suspended")


async def refuse_without_functions(store: Store, library: Library, known: Collection[str]) -> None:
    """Raises MissingFunctions naming them and the workflows that call them."""
    missing: list[str] = []
    for definition in library.all():
        if await store.browse(Filter(statuses=_UNFINISHED, definitions=(definition.number,)), limit=1):
            workflow = workflow_of(definition)
            names = _called(await library.plan(workflow)) - {*known, *_OURS}
            missing += [f"{name} (called by {workflow})" for name in sorted(names)]
    if missing:
        raise MissingFunctions(
            f"unfinished runs in this store call functions that this engine does not have: {', '.join(missing)}"
        )


def _called(plan: Plan) -> set[str]:
    return {task.function for task in plan.tasks if isinstance(task, CallTask)}
