"""The compiler of expressions, templates and URI templates: what the plan calls."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, Literal

from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions.analysis import REPEATED_BYTES_MAX, Analysis, analyse
from counterpoint.expressions.jqprograms import JqProgram
from counterpoint.expressions.limits import ExpressionLimits
from counterpoint.expressions.plain import read_plain
from counterpoint.expressions.program import INPUT, compile_program, did_you_mean, program_text, unfolded
from counterpoint.expressions.templates import Constant, Lenient, compile_template
from counterpoint.expressions.tokens import Token, tokenize
from counterpoint.expressions.types import Expression
from counterpoint.expressions.uri import UriTemplate
from counterpoint.expressions.worker import Worker
from counterpoint.values.json import JsonValue

_WRAPPED: Final = re.compile(r"\s*\$\{(.+)\}\s*", re.DOTALL)
_KNOWN_MAX: Final = 4_096
"""How many compiled expressions are kept; libjq takes a millisecond to compile one."""


class Compiler:
    """Compiles expressions once, so that they can be evaluated many times; equal ones share one object.

    A compiler and its expressions are meant for one thread at a time, because they share one worker process.
    """

    def __init__(self, limits: ExpressionLimits | None = None) -> None:
        self.limits = limits or ExpressionLimits()
        self._worker = Worker(self.limits)
        self._known: dict[tuple[str, frozenset[str]], Expression] = {}

    def expression(self, source: str, *, variables: Collection[str] = ()) -> Expression:
        """Compile one jq expression, bare or wrapped in `${ ... }`, that may read `variables`.

        Raises ExpressionInvalid.
        """
        wrapped = _WRAPPED.fullmatch(source)
        text = (wrapped[1] if wrapped else source).strip()
        key = (text, frozenset(variables))
        known = self._known.get(key)
        if known is None:
            known = self._read(text, variables)
            if len(self._known) >= _KNOWN_MAX:
                del self._known[next(iter(self._known))]
            self._known[key] = known
        return known

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

    def close(self) -> None:
        """End the worker process, if one runs. Expressions stay usable and would start another."""
        self._worker.close()

    def _read(self, text: str, variables: Collection[str]) -> Expression:
        limits = self.limits
        if len(text) > limits.expression_chars_max:
            raise ExpressionInvalid(
                f"the expression has {len(text):,} characters; expression_chars_max is {limits.expression_chars_max:,}"
            )
        tokens = tokenize(text, limits.expression_depth_max)
        if not tokens:
            raise ExpressionInvalid("the expression is empty")
        return self._compiled(text, tokens, variables)

    def _compiled(self, source: str, tokens: list[Token], variables: Collection[str]) -> Expression:
        analysis = analyse(source, tokens)
        names = sorted(analysis.reads.intersection(variables))
        unknown = sorted(analysis.reads.difference(variables))
        if unknown and (not analysis.binds or INPUT in unknown):
            raise ExpressionInvalid(f"unknown variable ${unknown[0]}{did_you_mean(unknown[0], variables, '$')}")
        plain = read_plain(source, tokens)
        if plain is not None:
            return plain
        body = unfolded(source, tokens) if analysis.multiplies else source
        if analysis.binds and names:
            names = _read_indeed(source, body, names, analysis)
        if analysis.now:
            names = [*(name for name in names if name != "now"), "now"]
        text = inline = program_text(body, names, now=analysis.now, repeated_bytes_max=None)
        if analysis.multiplies:
            text = program_text(body, names, now=analysis.now, repeated_bytes_max=self.limits.result_bytes_max)
            inline = program_text(body, names, now=analysis.now, repeated_bytes_max=REPEATED_BYTES_MAX)
        program = compile_program(inline, source, variables)
        return JqProgram(source, names, text, program, analysis, tokens, self.limits, self._worker)


def _read_indeed(source: str, body: str, names: list[str], analysis: Analysis) -> list[str]:
    """Those of `names` that are not only bound by the program itself: without them it does not compile."""
    read = []
    for name in names:
        others = [*(each for each in names if each != name), *(["now"] if analysis.now else [])]
        try:
            compile_program(program_text(body, others, now=analysis.now, repeated_bytes_max=None), source)
        except ExpressionInvalid:
            read.append(name)
    return read
