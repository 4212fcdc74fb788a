"""Selecting instances in people's words: workflows by name and version instead of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypedDict

import msgspec

from counterpoint.engine.library import Library, workflow_of
from counterpoint.engine.registry import may_mean, parse
from counterpoint.errors import InvalidInput, NotFound
from counterpoint.ports.selection import EVENT, WAITS, Counted, Filter
from counterpoint.ports.store import StoredDefinition
from counterpoint.values.versions import LATEST

_SAGAS: Final = ("compensating", "compensated", "stuck")


class Wanted(TypedDict, total=False):
    """Which instances: those of which all holds that is given. Times in milliseconds since the epoch."""

    status: str | Sequence[str] | None
    """A status phase, or several: any of them."""
    workflow: str | None
    """`name`, `namespace/name`, both of all versions, or `namespace/name:RANGE`."""
    version: str | None
    """Of `workflow`: a version, a range of them, or `latest`."""
    saga: str | None
    """`compensating`, `compensated` or `stuck`."""
    business_key: str | None
    business_key_prefix: str | None
    """What the business key begins with."""
    correlation: str | None
    parent: str | None
    """An instance's id: its sub-workflows."""
    error_type: str | None
    waits_for: str | None
    """`timer`, `retry`, `event`, `event:{type}`, `incident` or `resume`."""
    created_from: int | None
    created_to: int | None
    ended_from: int | None
    ended_to: int | None
    due_from: int | None
    """When the first of the times is that it waits for."""
    due_to: int | None


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many instances match."""

    total: int
    at_least: bool
    """Whether there may be more: counting stopped at its limit."""
    by_status: dict[str, int]
    by_workflow: dict[str, int]
    """By `namespace/name:version`."""


def filter_of(wanted: Wanted, library: Library) -> Filter:
    """The filter for the store. Raises NotFound (no such workflow or version), InvalidInput."""
    status, saga, waits = wanted.get("status"), wanted.get("saga"), wanted.get("waits_for")
    if saga is not None and saga not in _SAGAS:
        raise InvalidInput(f"saga {saga!r} is none of {', '.join(_SAGAS)}")
    if waits is not None and waits not in WAITS and not waits.startswith(f"{EVENT}:"):
        raise InvalidInput(f"{waits!r} is nothing to wait for: {', '.join(WAITS)}, or {EVENT}:TYPE")
    return Filter(
        statuses=(status,) if isinstance(status, str) else tuple(status or ()),
        definitions=_definitions(wanted.get("workflow"), wanted.get("version"), library),
        saga=saga,
        business_key=wanted.get("business_key"),
        business_key_prefix=wanted.get("business_key_prefix"),
        correlation=wanted.get("correlation"),
        parent=wanted.get("parent"),
        error_type=wanted.get("error_type"),
        waits=waits,
        created_from=wanted.get("created_from"),
        created_to=wanted.get("created_to"),
        ended_from=wanted.get("ended_from"),
        ended_to=wanted.get("ended_to"),
        due_from=wanted.get("due_from"),
        due_to=wanted.get("due_to"),
    )


def count_of(counted: Counted, definitions: Iterable[StoredDefinition]) -> Count:
    """The same in people's words."""
    names = {each.number: workflow_of(each) for each in definitions}
    by_status, by_workflow = dict[str, int](), dict[str, int]()
    for tally in counted.tallies:
        workflow = names.get(tally.definition, f"definition {tally.definition}")
        by_status[tally.status] = by_status.get(tally.status, 0) + tally.count
        by_workflow[workflow] = by_workflow.get(workflow, 0) + tally.count
    total = sum(by_status.values())
    return Count(total=total, at_least=counted.at_least, by_status=by_status, by_workflow=by_workflow)


def _definitions(workflow: str | None, version: str | None, library: Library) -> tuple[int, ...] | None:
    if workflow is None:
        if version is not None:
            raise InvalidInput("a version is that of a workflow: name it, too")
        return None
    if version is not None and ":" in workflow:
        raise InvalidInput(f"{workflow!r} says which versions already: leave `version` out")
    reference = workflow if version is None else f"{workflow}:{version}"
    if parse(reference).wanted == LATEST:
        return (library.find(reference).number,)
    found = tuple(each.number for each in library.all() if may_mean(reference, workflow_of(each)))
    if not found:
        raise NotFound(f"no definition is published that {reference!r} could mean")
    return found
