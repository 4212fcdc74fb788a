"""The shapes that the plan and the kernel see of an expression."""

from __future__ import annotations

from typing import Protocol

from counterpoint.values.json import JsonValue


class Scope(Protocol):
    """Gives the variables that an expression may read. Asked only for names that the expression uses."""

    def lookup(self, name: str) -> JsonValue:
        """The value of `$name` (given without the dollar sign); raises WorkflowError where it may not be read."""


class Expression(Protocol):
    """A compiled expression or template.

    `source` is its text (for diagnostics), `variables` the names that it reads, without dollar signs.
    """

    @property
    def source(self) -> str: ...

    @property
    def variables(self) -> frozenset[str]: ...

    @property
    def constant(self) -> bool:
        """Whether it gives the same value whatever it is evaluated against."""

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """Evaluate with `value` as `.`: the first result, or None where there is none.

        Raises WorkflowError with a problem of type `expression`.
        """
