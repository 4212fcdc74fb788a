"""What if: a trial run of a document on a virtual clock, with whatever answers and faults one asks about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from counterpoint.application.publishing import UNNAMED, read_document
from counterpoint.application.testing import compile_document
from counterpoint.errors import InvalidDocument
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan
from counterpoint.scenarios import Contracts, Outcome, Scenario, check_names, read, run
from counterpoint.trial import Library, Trace
from counterpoint.values.json import JsonObject, JsonValue


def what_if(
    document: str | bytes | Path,
    input: JsonValue = None,
    *,
    answers: Mapping[str, JsonValue] | None = None,
    faults: Sequence[JsonObject] = (),
    events: Sequence[JsonObject] = (),
    actions: Sequence[JsonObject] = (),
    secrets: JsonObject | None = None,
    unanswered: str = "generate",
    others: Sequence[str | bytes | Path] = (),
    contracts: Mapping[str, JsonObject] | None = None,
    compiler: Compiler | None = None,
    source: str = UNNAMED,
) -> Trace:
    """What would happen: nothing outside is touched. The trace is JSON (`msgspec.to_builtins`).

    `answers`, `faults`, `events` and `actions` are written as in a scenario (docs/guide/testing.md); a call without
    an answer gives what its contract allows, or `{}`. `others` are workflows that the document runs, `contracts`
    OpenAPI documents by URI. Raises InvalidDocument with the diagnostics of the documents, or of what is asked.
    """
    own = Compiler() if compiler is None else None
    try:
        used = compiler or own
        assert used is not None
        story = {
            "input": input,
            "answers": dict(answers or {}),
            "faults": list(faults),
            "events": list(events),
            "actions": list(actions),
            "secrets": secrets or {},
            "unanswered": unanswered,
        }
        return suppose(document, story, others, used, contracts, source).run()
    finally:
        if own is not None:
            own.close()


class Supposed(NamedTuple):
    """A document, and all that is supposed of the world around it."""

    scenario: Scenario
    plan: Plan
    library: Library
    contracts: Contracts
    texts: Mapping[str, str]
    """The documents, by workflow."""

    def run(self) -> Trace:
        """What would happen."""
        return self.play().trace

    def play(self) -> Outcome:
        """What would happen, with the histories that tell it."""
        return run(self.scenario, self.plan, self.library, self.contracts)


def suppose(
    document: str | bytes | Path,
    story: JsonObject,
    others: Sequence[str | bytes | Path],
    compiler: Compiler,
    contracts: Mapping[str, JsonObject] | None = None,
    source: str = UNNAMED,
) -> Supposed:
    """A trial that is ready to run; `story` has members of a scenario. Raises InvalidDocument, InvalidInput."""
    given = [read_document(each) for each in others]
    read_own = read_document(document, source)
    plans = [_plan(*each, compiler) for each in given]
    plan = _plan(*read_own, compiler)
    reading = read(json.dumps({"scenarios": [{"name": "what if", **story, "expect": {}}]}), "<what if>")
    if reading.file is None:
        raise InvalidDocument(reading.diagnostics)
    unknown = check_names(reading, [*plans, plan])
    if unknown:
        raise InvalidDocument(unknown)
    library = Library([*plans, plan])
    texts = {
        each.workflow: text if isinstance(text, str) else text.decode("utf-8", "replace")
        for each, (text, _) in zip([*plans, plan], [*given, read_own], strict=True)
    }
    return Supposed(reading.file.scenarios[0], plan, library, Contracts(library, contracts), texts)


def _plan(text: str | bytes, source: str, compiler: Compiler) -> Plan:
    plan, errors = compile_document(text, source, compiler)
    if plan is None:
        raise InvalidDocument(errors)
    return plan
