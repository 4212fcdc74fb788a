"""What every part of the compiler shares: the definition, the expression compiler, `use`, and a numbering."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NoReturn, TypeVar

from counterpoint.contracts import SchemaValidator, compile_schema
from counterpoint.dsl import Definition
from counterpoint.errors import CounterpointError, ExpressionInvalid, InvalidDocument
from counterpoint.expressions import Compiler
from counterpoint.expressions.types import Expression
from counterpoint.plan.model import Duration
from counterpoint.values.diagnostics import Diagnostic
from counterpoint.values.duration import parse_duration
from counterpoint.values.json import JsonObject, JsonValue, pointer_join

Names = frozenset[str]

ARGUMENTS: Final[Names] = frozenset(
    {"context", "input", "output", "secrets", "task", "workflow", "runtime", "authorization"}
)
"""Runtime expression arguments of the specification (dsl.md, Runtime expression arguments)."""

UNDO_NAMES: Final[Names] = ARGUMENTS | {"compensation"}
"""What an undo may read. It runs long after the loops and handlers around its task: `$compensation` holds what it
needs of them (saga.md, section 5)."""

DOES_NOT_COMPILE: Final = "CP300"
"""Diagnostic code of everything that only shows while compiling."""

T = TypeVar("T")


class Source:
    """Compiles the leaves of a document: expressions, templates, durations, schemas. Fails with a position."""

    def __init__(self, definition: Definition, expressions: Compiler, resources: Mapping[str, JsonValue]) -> None:
        self.definition = definition
        self.data = definition.data
        self.use: JsonObject = definition.data.get("use") or {}
        self.resources = resources
        evaluate = definition.data.get("evaluate") or {}
        self.mode: Literal["strict", "loose"] = evaluate.get("mode", "strict")
        self._expressions = expressions

    def fail(self, pointer: str, message: str) -> NoReturn:
        """Refuse the document for what stands at `pointer`."""
        raise InvalidDocument(
            [
                Diagnostic(
                    code=DOES_NOT_COMPILE,
                    message=message,
                    source=self.definition.source,
                    position=self.definition.position(pointer),
                    pointer=pointer,
                )
            ]
        )

    def reference(self, section: str, name: str, pointer: str) -> JsonValue:
        """What `use.<section>.<name>` holds."""
        found = self.use.get(section) or {}
        if name not in found:
            self.fail(pointer, f"use.{section} has no {name!r}")
        return found[name]

    def expression(self, text: str, pointer: str, names: Names) -> Expression:
        """An expression, bare or in `${ }`."""
        return self._guard(pointer, lambda: self._expressions.expression(text, variables=names))

    def optional(self, data: JsonObject, key: str, pointer: str, names: Names) -> Expression | None:
        """The expression at `key`, where there is one."""
        if key not in data:
            return None
        return self.expression(data[key], pointer_join(pointer, key), names)

    def template(self, value: JsonValue, pointer: str, names: Names) -> Expression:
        """A value whose `${ }` leaves are expressions."""
        return self._guard(pointer, lambda: self._expressions.template(value, variables=names, mode=self.mode))

    def constant_or_expression(self, text: str, names: Names) -> Expression:
        """What may be either (dsl-reference, Correlation): a text that does not compile is a constant."""
        try:
            return self._expressions.expression(text, variables=names)
        except ExpressionInvalid:
            return self._expressions.template(text, variables=names, mode="strict")

    def uri(self, value: str, pointer: str, names: Names) -> Expression:
        """A URI template or an expression."""
        return self._guard(pointer, lambda: self._expressions.uri(value, variables=names))

    def transform(self, data: JsonObject, key: str, pointer: str, names: Names) -> Expression | None:
        """`from` and `as`: a string is an expression (also bare), an object a template."""
        if key not in data:
            return None
        value, place = data[key], pointer_join(pointer, key)
        if isinstance(value, str):
            return self.expression(value, place, names)
        return self.template(value, place, names)

    def duration(self, value: JsonValue, pointer: str, names: Names) -> Duration:
        """A duration in milliseconds, or an expression that gives one."""
        if isinstance(value, str) and value.strip().startswith("${"):
            return self.expression(value, pointer, names)
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(pointer, str(error))

    def fixed_duration(self, value: JsonValue, pointer: str) -> int:
        """A duration that must be known before anything runs."""
        found = self.duration(value, pointer, frozenset())
        if not isinstance(found, int):
            self.fail(pointer, "an expression cannot be used here: write the duration out")
        return found

    def schema(self, data: JsonObject, pointer: str) -> SchemaValidator | None:
        """The validator of `schema` in an input, output or export; None where there is none."""
        if "schema" not in data:
            return None
        schema, place = data["schema"], pointer_join(pointer, "schema")
        if "document" in schema:
            document, place = schema["document"], pointer_join(place, "document")
        else:
            document, place = self._external(schema["resource"], place), pointer_join(place, "resource")
        try:
            return compile_schema(document)
        except CounterpointError as error:
            self.fail(place, error.message)

    def timeout(self, data: JsonObject, pointer: str, names: Names) -> Duration | None:
        """The `timeout` of a task or of the workflow."""
        if "timeout" not in data:
            return None
        timeout, place = data["timeout"], pointer_join(pointer, "timeout")
        if isinstance(timeout, str):
            timeout = self.reference("timeouts", timeout, place)
        return self.duration(timeout["after"], pointer_join(place, "after"), names)

    def _external(self, resource: JsonObject, pointer: str) -> JsonValue:
        endpoint = resource["endpoint"]
        uri = endpoint if isinstance(endpoint, str) else endpoint["uri"]
        if uri not in self.resources:
            self.fail(pointer, f"the external resource {uri} has not been loaded")
        return self.resources[uri]

    def _guard(self, pointer: str, compile: Callable[[], T]) -> T:
        try:
            return compile()
        except ExpressionInvalid as error:
            self.fail(pointer, error.message)
