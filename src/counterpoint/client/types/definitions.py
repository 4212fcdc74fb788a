# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `definitions`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.types.answered import Answered
from counterpoint.client.types.shared import Finding, InputFault


class CheckedInput(Answered, frozen=True, kw_only=True):
    """Whether an input is taken."""

    valid: bool
    faults: list[InputFault]
    """Twenty at most."""


class Compatibility(Answered, frozen=True, kw_only=True):
    """Two versions compared, the earlier one first."""

    before: str
    after: str
    verdict: str
    """`compatible` or `breaking`."""
    bump_needed: str
    """`none`, `patch`, `minor` or `major`."""
    bump_made: str
    """The same, or `prerelease` where the earlier version is one: it promises nothing."""
    bump_enough: bool
    findings: list[VersionDifference]


class DayOutcomes(Answered, frozen=True, kw_only=True):
    """How instances have ended in the last 24 hours; each counts once."""

    completed: int
    undone: int
    """All that they did was taken back."""
    failed: int
    cancelled: int
    at_least: bool
    """Whether there may be more: counting stopped at its limit."""


class DefinitionEntry(Answered, frozen=True, kw_only=True):
    """A published definition. Its content never changes; its state may."""

    reference: str
    """`namespace/name:version`, as `start` takes it."""
    namespace: str
    name: str
    version: str
    digest: str
    """Of its content."""
    published_at: str
    state: str
    """`active`, `deprecated` (starting it warns) or `retired` (it cannot be started)."""
    sunset: str | None
    """Deprecated: from when on it cannot be started."""
    replacement: str | None
    """What to start instead: `namespace/name:RANGE`."""


class DefinitionPage(Answered, frozen=True, kw_only=True):
    """All definitions that match."""

    items: list[DefinitionEntry]


class DefinitionText(Answered, frozen=True, kw_only=True):
    """A published definition with its text."""

    reference: str
    """`namespace/name:version`, as `start` takes it."""
    namespace: str
    name: str
    version: str
    digest: str
    """Of its content."""
    published_at: str
    state: str
    """`active`, `deprecated` (starting it warns) or `retired` (it cannot be started)."""
    sunset: str | None
    """Deprecated: from when on it cannot be started."""
    replacement: str | None
    """What to start instead: `namespace/name:RANGE`."""
    text: str
    """The document as it was published: YAML or JSON."""


class FunctionArgument(Answered, frozen=True, kw_only=True):
    """What a function takes under a name in `with` of a call."""

    name: str
    required: bool


class InputForm(Answered, frozen=True, kw_only=True):
    """What a version takes as its input."""

    workflow: str
    """`namespace/name:version`."""
    schema: Any
    """A JSON Schema, references to other documents included; null where anything is taken."""
    makes_business_key: bool
    """Whether instances get their business key from the input, where the start names none."""


class OperationArgument(Answered, frozen=True, kw_only=True):
    """What an operation takes under a name in `parameters` of a call."""

    name: str
    place: str
    """path, query, header, cookie or body."""
    required: bool
    schema: dict[str, Any]
    description: str | None


class OperationsAnswer(Answered, frozen=True, kw_only=True):
    """The operations of a document, in its order."""

    items: list[ServiceOperation]


class ServerFunction(Answered, frozen=True, kw_only=True):
    """One function that is registered in the code of the server, or served by a connector of its own."""

    name: str
    """What `call` says."""
    summary: str | None
    """The first line of its docstring."""
    read_only: bool
    """Whether calling it changes nothing anywhere."""
    arguments: list[FunctionArgument] | None
    """In their order; null where they are not known."""
    further_arguments: bool
    """Whether it takes others besides."""


class ServerFunctions(Answered, frozen=True, kw_only=True):
    """All of them, sorted by name."""

    items: list[ServerFunction]


class ServiceOperation(Answered, frozen=True, kw_only=True):
    """One operation of a service."""

    operation_id: str
    method: str
    path: str
    summary: str | None
    arguments: list[OperationArgument]
    undone_by: str | None
    """The operation that undoes it, as the document declares with `x-compensate`."""


class StateChange(Answered, frozen=True, kw_only=True):
    """One change of the state of a version."""

    revision: int
    state: str
    """`active`, `deprecated` or `retired`."""
    sunset: str | None
    replacement: str | None
    reason: str | None
    changed_by: str | None
    changed_at: str


class TextPlace(Answered, frozen=True, kw_only=True):
    """A place in the text of a version; lines and columns count from 1."""

    pointer: str
    line: int
    column: int


class UndoCoverage(Answered, frozen=True, kw_only=True):
    """How much of what a version does can be undone."""

    undoable: int
    """Tasks with an effect that can be undone, or need not be."""
    effectful: int
    """Tasks with an effect."""
    undoes: bool
    """Whether any task says how it would be undone, also one without an effect."""


class Validation(Answered, frozen=True, kw_only=True):
    """What is known of a document before it runs."""

    valid: bool
    """Whether it could be published; warnings do not keep it from that."""
    diagnostics: list[Finding]


class VersionDifference(Answered, frozen=True, kw_only=True):
    """One difference between two versions."""

    kind: str
    """Stable, as `input-narrowed`."""
    severity: str
    """`breaking` or `note`."""
    bump: str
    """What it asks of the number of the version: `major`, `minor` or `patch`."""
    what: str
    why: str
    before: TextPlace | None
    """Where it stands in the earlier version; null where it is new."""
    after: TextPlace | None
    """Where it stands in the later version; null where it is gone."""


class VersionEntry(Answered, frozen=True, kw_only=True):
    """A version of a workflow, with all that was ever done to its state."""

    reference: str
    """`namespace/name:version`, as `start` takes it."""
    namespace: str
    name: str
    version: str
    digest: str
    """Of its content."""
    published_at: str
    state: str
    """`active`, `deprecated` (starting it warns) or `retired` (it cannot be started)."""
    sunset: str | None
    """Deprecated: from when on it cannot be started."""
    replacement: str | None
    """What to start instead: `namespace/name:RANGE`."""
    changes: list[StateChange]


class VersionPage(Answered, frozen=True, kw_only=True):
    """All versions of one workflow."""

    items: list[VersionEntry]


class Workflow(Answered, frozen=True, kw_only=True):
    """A workflow with its versions."""

    namespace: str
    name: str
    title: str | None
    summary: str | None
    newest: DefinitionEntry
    """What `latest` means: the highest release that is not retired. Where there is none, the highest
    version.
    """
    versions: int
    undo: UndoCoverage
    """Of the newest version."""
    health: WorkflowHealth
    items: list[WorkflowVersion]
    """The highest version first."""


class WorkflowEntry(Answered, frozen=True, kw_only=True):
    """A workflow, all its versions taken together."""

    namespace: str
    name: str
    title: str | None
    summary: str | None
    newest: DefinitionEntry
    """What `latest` means: the highest release that is not retired. Where there is none, the highest
    version.
    """
    versions: int
    undo: UndoCoverage
    """Of the newest version."""
    health: WorkflowHealth


class WorkflowHealth(Answered, frozen=True, kw_only=True):
    """How instances are doing."""

    by_status: dict[str, int]
    needs_person: dict[str, int]
    """How many of them wait for a decision about an incident, by status."""
    day: DayOutcomes


class WorkflowPage(Answered, frozen=True, kw_only=True):
    """All workflows."""

    items: list[WorkflowEntry]


class WorkflowVersion(Answered, frozen=True, kw_only=True):
    """A version of a workflow, and how it is doing."""

    reference: str
    """`namespace/name:version`, as `start` takes it."""
    namespace: str
    name: str
    version: str
    digest: str
    """Of its content."""
    published_at: str
    state: str
    """`active`, `deprecated` (starting it warns) or `retired` (it cannot be started)."""
    sunset: str | None
    """Deprecated: from when on it cannot be started."""
    replacement: str | None
    """What to start instead: `namespace/name:RANGE`."""
    tag: str
    """What `If-Match` takes for a change of its state."""
    reason: str | None
    """Why it is in its state."""
    changed_by: str | None
    undo: UndoCoverage
    health: WorkflowHealth
