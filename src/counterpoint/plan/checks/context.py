"""What every check shares: the definition, the compiler, the names in `use`, and the findings."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from counterpoint.dsl import Definition
from counterpoint.dsl.report import Path, one_of, suggest, to_pointer
from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions import Compiler, Expression
from counterpoint.values.diagnostics import Diagnostic, Position, Severity
from counterpoint.values.json import JsonObject

FINDINGS_MAX: Final = 200
"""Findings that are reported, as many as of a document's structure; the rest is counted, not listed."""


class Context:
    """One check of one definition."""

    def __init__(self, definition: Definition, compiler: Compiler, functions: Collection[str] | None) -> None:
        self.definition = definition
        self.data: JsonObject = definition.data
        self.use: JsonObject = self.data.get("use", {})
        self.registered = functions
        self.diagnostics: list[Diagnostic] = []
        self.omitted = 0
        self._compiler = compiler
        self._compiled: dict[tuple[str, frozenset[str]], Expression | ExpressionInvalid] = {}

    def declared(self, section: str) -> Collection[str]:
        """The names in one section of `use`."""
        found: Collection[str] = self.use.get(section, ())
        return found

    def error(
        self,
        code: str,
        path: Path,
        message: str,
        hint: str | None = None,
        *,
        of_key: bool = False,
        at: Position | None = None,
    ) -> None:
        """Add an error about the value at `path`, or about its key; `at` is a place inside the value."""
        self._add(Severity.ERROR, code, path, message, hint, of_key, at)

    def warning(self, code: str, path: Path, message: str, hint: str | None = None, *, of_key: bool = False) -> None:
        """Add a warning about the value at `path`, or about its key."""
        self._add(Severity.WARNING, code, path, message, hint, of_key)

    def unknown(self, code: str, what: str, name: str, known: Collection[str], path: Path) -> None:
        """Add an error: `name` is none of the known names."""
        hint = suggest(name, known) or (f"declared: {one_of(sorted(known)[:10])}" if known else "none is declared")
        self.error(code, path, f"there is no {what} `{name}`", hint)

    @property
    def full(self) -> bool:
        """Whether further findings are only counted, so that no work need go into them."""
        return len(self.diagnostics) >= FINDINGS_MAX

    def compile(self, source: str, names: frozenset[str], path: Path) -> Expression | None:
        """Compile an expression once for the same names; an error is added and None given where it does not compile."""
        if self.full:
            return None
        key = (source, names)
        if key not in self._compiled:
            try:
                self._compiled[key] = self._compiler.expression(source, variables=names)
            except ExpressionInvalid as error:
                self._compiled[key] = error
        found = self._compiled[key]
        if isinstance(found, ExpressionInvalid):
            self.error("CP320", path, f"the expression does not compile: {found.message}")
            return None
        return found

    def _add(
        self,
        severity: Severity,
        code: str,
        path: Path,
        message: str,
        hint: str | None,
        of_key: bool,
        at: Position | None = None,
    ) -> None:
        if self.full:
            self.omitted += 1
            return
        pointer = to_pointer(path)
        found = self.definition.diagnostic(code, pointer, message, hint=hint, severity=severity, of_key=of_key)
        self.diagnostics.append(found if at is None else msgspec.structs.replace(found, position=at))
