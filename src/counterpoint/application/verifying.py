"""Verification as people ask for it: documents in, a verdict out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from counterpoint.application.publishing import read_document
from counterpoint.dsl import Definition
from counterpoint.dsl import check as check_structure
from counterpoint.errors import InvalidDocument
from counterpoint.expressions import Compiler
from counterpoint.plan import check as check_meaning
from counterpoint.plan import compile_plan
from counterpoint.scenarios import Contracts, read, run
from counterpoint.trial import Library, Trace
from counterpoint.values.diagnostics import Severity
from counterpoint.values.json import JsonObject
from counterpoint.verification import Coverage, Options, Replay, Verdict
from counterpoint.verification import verify as explore
from counterpoint.verification.refused import refused_retries

_NO_SUCH_PATH: Final = "CP330"
"""A path that cannot exist: such a document can be explored, and the story shows what comes of it."""


def verify(
    document: str | bytes,
    others: Sequence[tuple[str | bytes, str]] = (),
    *,
    source: str,
    compiler: Compiler,
    options: Options | None = None,
    go_on: Callable[[Coverage], bool] = lambda coverage: True,
) -> Verdict:
    """Explore a document; `others` are the texts and sources of workflows that it runs.

    A document that is refused for nothing but its retries is given a verdict too. Raises InvalidDocument otherwise.
    """
    text, source = read_document(document, source)
    checked = check_structure(text, source=source)
    if checked.definition is None:
        verdict = refused_retries(checked.diagnostics, source)
        if verdict is not None:
            return verdict
        raise InvalidDocument(checked.diagnostics)
    rest = [_definition(other, name) for other, name in others]
    for definition in (checked.definition, *rest):
        errors = [each for each in check_meaning(definition, compiler) if each.severity is Severity.ERROR]
        if any(each.code != _NO_SUCH_PATH for each in errors):
            raise InvalidDocument(errors)
    replay = _replay(checked.definition, rest, compiler)
    return explore(checked.definition, rest, options, replay=replay, go_on=go_on)


def _replay(definition: Definition, others: Sequence[Definition], compiler: Compiler) -> Replay:
    """Runs scenarios as `counterpoint test` does."""
    plan = compile_plan(definition, compiler)
    library = Library([plan, *(compile_plan(each, compiler) for each in others)])

    def replay(scenario: JsonObject) -> Trace | None:
        reading = read(msgspec.json.encode({"scenarios": [scenario]}), "<story>")
        if reading.file is None:
            return None
        outcome = run(reading.file.scenarios[0], plan, library, Contracts(library))
        unmet = any(each.what in ("answers", "faults", "actions") for each in outcome.mismatches)
        return None if unmet else outcome.trace

    return replay


def _definition(text: str | bytes, source: str) -> Definition:
    checked = check_structure(text, source=source)
    if checked.definition is None:
        raise InvalidDocument(checked.diagnostics)
    return checked.definition
