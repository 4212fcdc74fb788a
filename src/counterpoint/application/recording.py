"""Recording: a scenario from the journal of a real instance."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeAlias

from counterpoint.application.following import Following
from counterpoint.application.reading import Reader
from counterpoint.errors import NotFound
from counterpoint.kernel.events import TaskStarted
from counterpoint.masking import unmasked
from counterpoint.plan.model import RunTask
from counterpoint.scenarios.recording import Journal, record
from counterpoint.values.json import JsonObject

Follow: TypeAlias = Callable[[str], Awaitable[Following]]


async def record_scenario(reader: Reader, id: str, mask: Sequence[str] = ()) -> JsonObject:
    """The file (`{"scenarios": [...]}`) with the scenario of an instance and of the sub-workflows that it ran.

    Raises NotFound, InvalidInput where it has not ended or does not come out the same when it is played again.
    """
    root, children = await journals(reader.follow, id)
    scenario = record(root, children, mask)
    return {"scenarios": [scenario]}


async def journals(follow: Follow, id: str) -> tuple[Journal, list[Journal]]:
    """The history of an instance, and those of the sub-workflows that it ran. Raises NotFound."""
    root = await _journal(follow, id)
    return root, [journal async for journal in _below(follow, id, root)]


async def _journal(follow: Follow, id: str) -> Journal:
    following = await follow(id)
    with unmasked():  # it is played again to see whether it comes out the same; the scenario itself is masked
        return Journal(following.plan, await following.news())


async def _below(follow: Follow, id: str, journal: Journal) -> AsyncIterator[Journal]:
    for _, events in journal.history:
        for event in events:
            if isinstance(event, TaskStarted) and _runs_workflow(journal, event):
                child_id = f"{id}.{event.run}"
                try:
                    child = await _journal(follow, child_id)
                except NotFound:
                    continue  # it was refused before it could start
                yield child
                async for each in _below(follow, child_id, child):
                    yield each


def _runs_workflow(journal: Journal, event: TaskStarted) -> bool:
    task = journal.plan.tasks[event.task]
    return isinstance(task, RunTask) and task.function == "workflow"
