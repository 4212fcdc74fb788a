"""Scenario files in tests: read, checked and run against a document without its header."""

from __future__ import annotations

from typing import Any

from counterpoint.scenarios import Contracts, Outcome, check_names, read, run
from counterpoint.trial import Library
from tests.trial.trials import plan_of

TRIP = """
do:
- flight: {call: book, compensate: {do: [{cancelFlight: {call: drop}}]}}
- hotel: {call: book, compensate: {do: [{cancelHotel: {call: drop}}]}}
- car: {call: book}
"""


def outcomes(document: str, text: str, contracts: dict[str, Any] | None = None) -> list[Outcome]:
    """Run every scenario of the text, which must be valid."""
    plan = plan_of(document)
    reading = read(text, "story.scenarios.yaml")
    assert reading.file is not None, reading.diagnostics
    assert check_names(reading, [plan]) == []
    library = Library([plan])
    return [run(each, plan, library, Contracts(library, contracts)) for each in reading.file.scenarios]


def outcome(document: str, story: str, contracts: dict[str, Any] | None = None) -> Outcome:
    """Run one scenario, given by its members."""
    lines = "".join(f"  {line}\n" for line in ("name: story\n" + story.strip("\n")).splitlines())
    return outcomes(document, "scenarios:\n-" + lines[1:], contracts)[0]


def told(found: Outcome) -> list[str]:
    """The mismatches in words."""
    return [f"{each.what}: {each.message}" for each in found.mismatches]
