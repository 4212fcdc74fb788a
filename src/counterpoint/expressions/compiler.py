"""The compiler of expressions, templates and URI templates: what the plan calls."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, Literal

from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions.analysis import Analysis, analyse
from counterpoint.expressions.jqprograms import InlineProgram
from counterpoint.expressions.limits import ExpressionLimits
from counterpoint.expressions.program import compile_program, did_you_mean, program_text
from counterpoint.expressions.templates import Constant, Lenient, compile_template
from counterpoint.expressions.tokens import tokenize
from counterpoint.expressions.types import Expression
from counterpoint.expressions.uri import UriTemplate
from counterpoint.values.json import JsonValue

_WRAPPED: Final = re.compile(r"\s*\$\{(.+)\}\s*", re.DOTALL)


class Compiler:
    """Compiles expressions once, so that they can be evaluated many times.

    An expression object is meant for one thread at a time.
    """

    def __init__(self, limits: ExpressionLimits | None = None) -> None:
        self.limits = limits or ExpressionLimits()

    def expression(self, source: str, *, variables: Collection[str] = ()) -> Expression:
        """Compile one jq expression, bare or wrapped in `${ ... }`, that may read `variables`.

        Raises ExpressionInvalid.
        """
        wrapped = _WRAPPED.fullmatch(source)
        text = (wrapped[1] if wrapped else source).strip()
        limits = self.limits
        if len(text) > limits.expression_chars_max:
            raise ExpressionInvalid(
                f"the expression has {len(text):,} characters; expression_chars_max is {limits.expression_chars_max:,}"
            )
        tokens = tokenize(text, limits.expression_depth_max)
        if not tokens:
            raise ExpressionInvalid("the expression is empty")
        return self._program(text, analyse(text, tokens), variables)

    def template(
        self,
        value: JsonValue,
        *,
        variables: Collection[str] = (),
        mode: Literal["strict", "loose"] = "strict",
    ) -> Expression:
        """Compile any JSON value whose string leaves may be expressions; raises ExpressionInvalid.

        `strict`: a string that is `${ ... }` as a whole is an expression, any other a literal.
        `loose`: every string is tried as an expression, and is itself where that does not compile or fails.
        """

        def strict(text: str) -> Expression | None:
            return self.expression(text, variables=variables) if _WRAPPED.fullmatch(text) else None

        def loose(text: str) -> Expression | None:
            try:
                return Lenient(text, self.expression(text, variables=variables))
            except ExpressionInvalid:
                return None

        return compile_template(value, loose if mode == "loose" else strict)

    def uri(self, template: str, *, variables: Collection[str] = ()) -> Expression:
        """Compile a URI template, or an expression in `${ ... }` that gives a URI; raises ExpressionInvalid."""
        if _WRAPPED.fullmatch(template):
            return self.expression(template, variables=variables)
        uri = UriTemplate(template)
        return Constant(template, template) if uri.constant else uri

    def _program(self, source: str, analysis: Analysis, variables: Collection[str]) -> Expression:
        unknown = sorted(analysis.reads - set(variables))
        if unknown and not analysis.binds:
            name = unknown[0]
            raise ExpressionInvalid(f"unknown variable ${name}{did_you_mean(name, variables, '$')}")
        names = tuple(sorted(analysis.reads & set(variables)))
        text = program_text(source, names, reads_now=analysis.now, multiplies_up_to=None)
        program = compile_program(text, source, variables)
        if analysis.now:
            names = (*names, "now")
        return InlineProgram(source, names, program, self.limits)
