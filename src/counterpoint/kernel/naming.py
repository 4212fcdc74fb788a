"""Naming: the business key that a document gives its instances (`document.metadata.businessKey`)."""

from __future__ import annotations

from typing import Final

from counterpoint.errors import WorkflowError
from counterpoint.expressions import Expression
from counterpoint.kernel.scope import TaskScope
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem

BUSINESS_KEY: Final = "businessKey"
"""The label that people call an instance by: an order number and the like. Need not be unique."""
BUSINESS_KEY_CHARS_MAX: Final = 200
POINTER: Final = "/document/metadata/businessKey"


def named(labels: dict[str, str], expression: Expression | None, data: JsonValue, scope: TaskScope) -> dict[str, str]:
    """The labels with the key that the document gives: text or a number, none for null. A given key comes first.

    Raises WorkflowError for an expression that fails, and a value that cannot be a key.
    """
    if expression is None or BUSINESS_KEY in labels:
        return labels
    try:
        value = expression.evaluate(data, scope)
    except WorkflowError as error:
        raise WorkflowError(error.problem.at(POINTER)) from error
    if value is None:
        return labels
    key = str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    if not is_key(key):
        told = f"the business key must be text or a number, 1 to {BUSINESS_KEY_CHARS_MAX} printable characters"
        raise WorkflowError(Problem.standard("validation", told).at(POINTER))
    return {**labels, BUSINESS_KEY: key}


def is_key(key: str) -> bool:
    """Whether a text can be a business key."""
    return 0 < len(key) <= BUSINESS_KEY_CHARS_MAX and key.isprintable()
