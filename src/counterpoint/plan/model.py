"""The plan: a definition compiled once, ready for the kernel. Immutable after compilation.

A plan is a tree of tasks; blocks are the lists that hold them. Every expression is compiled, every
reference to `use` resolved, every flow directive turned into an index. `Task.number` identifies a task
within its plan (events name tasks by it), in document order, so that it is stable for a given digest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import msgspec

from counterpoint.contracts import SchemaValidator
from counterpoint.expressions.types import Expression
from counterpoint.values.json import JsonObject, JsonValue

Duration: TypeAlias = int | Expression
"""Milliseconds, or an expression that gives a duration (ISO 8601 or the object form)."""


UNDO_WORKFLOW = "counterpoint:undo-workflow"
"""Function of the effect that undoes a sub-workflow: `run` and `tries` tell which attempt awaited it, `trigger` why."""


class Directive(Enum):
    """Flow directives (dsl-reference, Flow Directive), and ours: `compensate`."""

    CONTINUE = "continue"
    EXIT = "exit"
    END = "end"
    COMPENSATE = "compensate"
    GOTO = "goto"


@dataclass(slots=True, frozen=True)
class Flow:
    """Where to go next; `target` is an index into the block of the task, for GOTO."""

    directive: Directive
    target: int = -1


CONTINUE = Flow(Directive.CONTINUE)
EXIT = Flow(Directive.EXIT)
END = Flow(Directive.END)


@dataclass(slots=True, eq=False)
class Block:
    """Tasks in sequence."""

    tasks: tuple[Task, ...]
    jumps: bool = False
    """Whether a flow directive among them names a task, so that one may be entered more than once."""


@dataclass(slots=True, eq=False, kw_only=True)
class Retry:
    """A retry policy (dsl-reference, Retry). Durations in milliseconds."""

    delay: Duration = 0
    backoff: str = "constant"
    """constant, linear or exponential."""
    delay_max: int | None = None
    """Cap of a single delay."""
    count: int | None = None
    """How many retries after the first try; None: no limit."""
    attempt_duration: Duration | None = None
    duration: Duration | None = None
    jitter: tuple[Duration, Duration] | None = None
    when: Expression | None = None
    except_when: Expression | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Task:
    """What all tasks share. A part that the document leaves out is None."""

    number: int
    name: str
    reference: str
    """JSON pointer into the document: `/do/0/chargePayment`."""
    definition: JsonObject
    condition: Expression | None = None
    input_schema: SchemaValidator | None = None
    input_from: Expression | None = None
    output_as: Expression | None = None
    output_schema: SchemaValidator | None = None
    export_as: Expression | None = None
    export_schema: SchemaValidator | None = None
    timeout: Duration | None = None
    then: Flow = CONTINUE
    undo: Undo | None = None
    pivot: bool = False
    hidden: bool = False
    """Not shown to people: it shares its name and reference with the task around it or inside it."""
    plain: bool = field(init=False)
    """It has none of the data-flow stages."""
    extends: bool = False
    """It belongs to an extension: `$task` is the extended task."""

    kind = "task"

    def __post_init__(self) -> None:
        stages = (self.input_schema, self.input_from, self.output_as, self.output_schema, self.export_as)
        self.plain = all(stage is None for stage in (*stages, self.export_schema))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks that the task owns, its undo's not among them."""
        return ()


@dataclass(slots=True, eq=False, kw_only=True)
class CallTask(Task):
    """`call` of a connector: `function` names it, `arguments` gives its arguments."""

    function: str
    arguments: Expression

    kind = "call"


@dataclass(slots=True, eq=False, kw_only=True)
class FunctionTask(Task):
    """`call` of a function of `use.functions` (or of a catalog): its task with `arguments` as raw input."""

    arguments: Expression | None
    body: Block

    kind = "call"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.body,)


@dataclass(slots=True, eq=False, kw_only=True)
class DoTask(Task):
    """`do`: a block."""

    body: Block

    kind = "do"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.body,)


@dataclass(slots=True, eq=False, kw_only=True)
class EmitTask(Task):
    """`emit`: `event` gives the attributes and data of the CloudEvent."""

    event: Expression

    kind = "emit"


@dataclass(slots=True, eq=False, kw_only=True)
class ForTask(Task):
    """`for`: `items` gives the collection."""

    each: str
    at: str
    items: Expression
    while_: Expression | None
    body: Block

    kind = "for"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.body,)


@dataclass(slots=True, eq=False, kw_only=True)
class ForkTask(Task):
    """`fork`: each branch is one task."""

    branches: Block
    compete: bool

    kind = "fork"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.branches,)


@dataclass(slots=True, eq=False, kw_only=True)
class Correlation:
    """One correlation key of an event filter."""

    key: str
    from_: Expression
    expect: Expression | None


@dataclass(slots=True, eq=False, kw_only=True)
class Filter:
    """An event filter. `attributes`: name, and a constant, a pattern, or an expression."""

    attributes: tuple[Attribute, ...]
    correlations: tuple[Correlation, ...] = ()
    type: str = "*"
    """The CloudEvent type where it is constant, for routing; `*` otherwise."""


@dataclass(slots=True, eq=False, kw_only=True)
class Attribute:
    """One attribute of a filter: equal to `constant`, or matching `pattern`, or satisfying `expression`."""

    name: str
    constant: JsonValue = None
    pattern: SchemaValidator | None = None
    expression: Expression | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Strategy:
    """An event consumption strategy: `mode` is one, any or all."""

    mode: str
    filters: tuple[Filter, ...]
    until: Expression | None = None
    until_strategy: Strategy | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """Event types to route to it; `*` is any."""
        found = {each.type for each in self.filters} or {"*"}
        if self.until_strategy is not None:
            found.update(self.until_strategy.types)
        return ("*",) if "*" in found else tuple(sorted(found))


@dataclass(slots=True, eq=False, kw_only=True)
class ListenTask(Task):
    """`listen`: with `foreach`, `body` runs for each event, which is `$item` and its index `$at`."""

    strategy: Strategy
    read: str
    item: str = "item"
    at: str = "index"
    body: Block | None = None
    each_output: Expression | None = None
    each_output_schema: SchemaValidator | None = None
    each_export: Expression | None = None
    each_export_schema: SchemaValidator | None = None

    kind = "listen"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.body,) if self.body is not None else ()


@dataclass(slots=True, eq=False, kw_only=True)
class RaiseTask(Task):
    """`raise`: `error` gives the problem."""

    error: Expression

    kind = "raise"


@dataclass(slots=True, eq=False, kw_only=True)
class RunTask(Task):
    """`run`: `function` is container, script, shell or workflow."""

    function: str
    arguments: Expression
    awaits: bool
    returns: str

    kind = "run"


@dataclass(slots=True, eq=False, kw_only=True)
class SetTask(Task):
    """`set`."""

    value: Expression

    kind = "set"


@dataclass(slots=True, eq=False, kw_only=True)
class Case:
    """A case of a switch; without `when` it is the default."""

    name: str
    when: Expression | None
    then: Flow


@dataclass(slots=True, eq=False, kw_only=True)
class SwitchTask(Task):
    """`switch`."""

    cases: tuple[Case, ...]

    kind = "switch"


@dataclass(slots=True, eq=False, kw_only=True)
class Catch:
    """The catch clause of a `try`."""

    filter: JsonObject | None = None
    as_: str = "error"
    when: Expression | None = None
    except_when: Expression | None = None
    retry: Retry | None = None
    body: Block | None = None
    then: Flow | None = None
    compensate: bool = False
    between_attempts: str | None = None
    """compensate or keep."""


@dataclass(slots=True, eq=False, kw_only=True)
class TryTask(Task):
    """`try`."""

    body: Block
    catch: Catch

    kind = "try"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.body,) if self.catch.body is None else (self.body, self.catch.body)


@dataclass(slots=True, eq=False, kw_only=True)
class WaitTask(Task):
    """`wait`."""

    duration: Duration

    kind = "wait"


@dataclass(slots=True, eq=False, kw_only=True)
class ExtendedTask(Task):
    """A task with one extension around it: `before`, the task itself, `after`.

    The extended task keeps its name and reference; this wrapper has the same.
    """

    extended_if: Expression | None
    """The condition of the extended task: one that is skipped is not extended."""
    when: Expression | None
    before: Block | None
    body: Block
    after: Block | None

    kind = "extension"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(each for each in (self.before, self.body, self.after) if each is not None)


@dataclass(slots=True, eq=False, kw_only=True)
class Undo(Task):
    """How a task is undone (saga.md, section 1): a task of its own, run once for each entry of the log."""

    body: Block
    probe: Block | None = None
    on_attempted: bool = False
    retry: Retry
    on_failure: str = "suspend"
    """suspend or continue."""

    kind = "undo"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (self.body,) if self.probe is None else (self.probe, self.body)


@dataclass(slots=True, eq=False, kw_only=True)
class Schedule:
    """When new instances start by themselves. Durations in milliseconds."""

    every: int | None = None
    cron: str | None = None
    after: int | None = None
    on: Strategy | None = None
    read: str = "data"


@dataclass(slots=True, eq=False, kw_only=True)
class SagaPolicy:
    """`document.metadata.saga`."""

    on_fault: bool = True
    """Whether an uncaught error undoes the saga."""
    order: str = "causal"
    compensable_for: int | None = None
    """How long the log outlives a normal completion, in milliseconds."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Limits that the kernel keeps, each per instance unless its name says otherwise."""

    steps_max: int = 1_000_000
    """Tasks started."""
    transition_steps_max: int = 500
    """Tasks started in one transition; more wait for the next, which follows at once."""
    transitions_max: int = 200_000
    """Transitions in the history."""
    iterations_max: int = 1_000_000
    """Items of one `for`."""
    events_consumed_max: int = 100_000
    """Events taken by one `listen`."""
    log_entries_max: int = 200_000
    """Entries of the compensation log."""
    undo_steps_max: int = 100_000
    """Tasks started, by all undos at work, while one attempt of an undo lasts."""
    settle_ms_max: int = 30_000
    """How long an interrupted effect with an undo may stay in flight before its outcome counts as unknown."""


@dataclass(slots=True, eq=False, kw_only=True, weakref_slot=True)
class Plan:
    """A compiled workflow."""

    namespace: str
    name: str
    version: str
    dsl: str
    digest: str
    definition: JsonObject
    block: Block
    tasks: tuple[Task, ...]
    """All tasks, by number."""
    root: DoTask
    """The workflow as a task: parent of `block`, number 0."""
    input_schema: SchemaValidator | None = None
    input_from: Expression | None = None
    output_as: Expression | None = None
    output_schema: SchemaValidator | None = None
    timeout: Duration | None = None
    schedule: Schedule | None = None
    saga: SagaPolicy = field(default_factory=SagaPolicy)
    business_key: Expression | None = None
    """`document.metadata.businessKey`: what people call an instance, evaluated against the workflow's input."""
    secrets: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def workflow(self) -> str:
        """`namespace/name:version`."""
        return f"{self.namespace}/{self.name}:{self.version}"
