"""Semantic checks: what is wrong with a document although its structure is right.

All findings at once, each with its position. A document without an error here compiles to a plan, except for
what only shows when external resources are loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from counterpoint.dsl import Definition
from counterpoint.expressions import Compiler
from counterpoint.plan.checks.compensability import Compensability, Uncovered, check_compensability, compensability
from counterpoint.plan.checks.context import Context
from counterpoint.plan.checks.document import check_document
from counterpoint.plan.checks.expressions import check_expressions
from counterpoint.plan.checks.flow import check_flow
from counterpoint.plan.checks.paths import check_paths
from counterpoint.plan.checks.references import check_references
from counterpoint.plan.checks.scopes import scopes
from counterpoint.values.diagnostics import Diagnostic, Severity
from counterpoint.values.json import JsonValue

__all__ = ["Compensability", "Uncovered", "check", "compensability"]


def check(
    definition: Definition,
    compiler: Compiler,
    functions: Collection[str] | None = None,
    *,
    read_only: Collection[str] = (),
    resources: Mapping[str, JsonValue] | None = None,
    data_flow: bool = True,
) -> list[Diagnostic]:
    """Check a definition; gives errors and warnings in the order of their positions.

    `functions` are the names of the functions that are registered in code. Where it is None they are not known:
    a call of an undeclared function is then no error, at most a warning that the name resembles a declared one.
    `read_only` are those of them that change nothing. `resources` are external documents (JSON Schemas, OpenAPI) that
    are at hand, by URI; what others say of the data is not known. Without `data_flow` paths are not judged: of a
    document with gaps nobody knows what flows through it.
    """
    context = Context(definition, compiler, functions)
    check_document(context)
    found = list(scopes(definition.data))
    for scope in found:
        check_flow(scope, context)
    check_references(found, context)
    check_expressions(found, context)
    check_compensability(context, read_only, resources or {})
    if data_flow and not any(each.severity is Severity.ERROR for each in context.diagnostics):
        check_paths(context, resources or {})  # where a document has errors, its data does not flow as it says
    ordered = sorted(context.diagnostics, key=lambda each: (each.position is None, each.position))
    if context.omitted:
        message = f"{context.omitted:,} further findings are not listed"
        ordered.append(Diagnostic(code="CP012", message=message, severity=Severity.WARNING, source=definition.source))
    return ordered
