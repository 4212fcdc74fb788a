"""Verification as people ask for it: documents in, a verdict out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from counterpoint.application.publishing import read_document
from counterpoint.dsl import Definition
from counterpoint.dsl import check as check_structure
from counterpoint.errors import InvalidDocument
from counterpoint.expressions import Compiler
from counterpoint.plan import check as check_meaning
from counterpoint.values.diagnostics import Severity
from counterpoint.verification import Coverage, Options, Verdict
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
    return explore(checked.definition, rest, options, go_on)


def _definition(text: str | bytes, source: str) -> Definition:
    checked = check_structure(text, source=source)
    if checked.definition is None:
        raise InvalidDocument(checked.diagnostics)
    return checked.definition
