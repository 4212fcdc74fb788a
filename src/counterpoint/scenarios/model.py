"""Scenarios as they are after reading. What each member means: docs/guide/testing.md."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from counterpoint.trial.script import Action
from counterpoint.trial.world import BEGINNING
from counterpoint.values.diagnostics import Position
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome, Problem

FAIL: Final = "fail"
EMPTY: Final = "empty"
GENERATE: Final = "generate"


class Given(msgspec.Struct, frozen=True):
    """An answer that is written out."""

    output: JsonValue
    takes_ms: int = 0


class Generated(msgspec.Struct, frozen=True):
    """The smallest answer that a contract allows: `schema`, or what is known of the task."""

    schema: JsonValue = None
    takes_ms: int = 0


class Each(msgspec.Struct, frozen=True):
    """One answer for each call."""

    answers: tuple[Given | Generated, ...]


Answer: TypeAlias = Given | Generated | Each


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong with some calls."""

    task: str
    label: str
    undo: bool = False
    attempt: int | None = None
    iteration: tuple[int, ...] | None = None
    call: int | None = None
    problem: Problem | None = None
    outcome: Outcome = Outcome.UNKNOWN
    happened: bool = True
    silent: bool = False
    crash: str | None = None
    """before or after."""
    twice: bool = False
    delay_ms: int = 0


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One story."""

    name: str
    pointer: str
    """JSON pointer into its file."""
    position: Position | None = None
    about: str | None = None
    input: JsonValue = None
    secrets: JsonObject = {}
    now: int = BEGINNING
    unanswered: str = FAIL
    answers: dict[str, Answer] = {}
    faults: tuple[Fault, ...] = ()
    actions: tuple[Action, ...] = ()
    expect: JsonObject = {}
    """As written; `grammar.EXPECT` is its shape."""


class ScenarioFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of scenarios."""

    source: str
    workflow: str | None
    """Path of the document under test, as written."""
    documents: tuple[str, ...]
    """Paths of further documents, as written."""
    scenarios: tuple[Scenario, ...]
