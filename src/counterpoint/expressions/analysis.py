"""What a program reads and what it may cost, judged from its tokens alone and always on the safe side."""

from __future__ import annotations

from typing import Final, NamedTuple

from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions.names import CLOSED, EMITTERS, INLINE, LOOPS, QUADRATIC
from counterpoint.expressions.tokens import ASSIGNMENTS, Kind, Token, where

REPEATED_BYTES_MAX: Final = 1_000
"""How long a string `*` may make in this process; a longer one is made in the worker."""

_UNBOUNDED: Final = frozenset({"def", "reduce", "foreach", "label", "break"})
_BINDERS: Final = frozenset({"as", "def", "label", "break"})
_SUPPRESSORS: Final = frozenset({"try", "?", "//", "//=", "?//"})


class Analysis(NamedTuple):
    """The judgement of one program. Its steps are at most `size ** exponent * growth` if it certainly ends."""

    reads: frozenset[str]
    """The variables that it mentions, without dollar signs."""
    binds: bool
    """Whether it binds variables of its own."""
    now: bool
    """Whether it asks for the time."""
    multiplies: bool
    suppresses: bool
    """Whether it may swallow an error."""
    ends: bool
    exponent: int
    growth: float

    def inline_chars_max(self, work_max: int) -> int:
        """How long its input (as JSON text) may be for it to run in this process; 0 where it may not at all."""
        if not self.ends or (self.multiplies and self.suppresses):
            return 0
        size = int((work_max / self.growth) ** (1 / self.exponent))
        return 0 if self.multiplies and size < REPEATED_BYTES_MAX else size


def analyse(source: str, tokens: list[Token]) -> Analysis:
    """Judge a program; raises ExpressionInvalid where it uses what is closed to expressions."""
    calls = _calls(tokens)
    for index, token in enumerate(tokens):
        _refuse_closed(source, token, index in calls)
    called = [tokens[index].text for index in sorted(calls)]
    symbols = {token.text for token in tokens if token.kind in (Kind.OPERATOR, Kind.KEYWORD)}
    reads = frozenset(token.text for token in tokens if token.kind is Kind.VARIABLE) - {"__loc__"}
    emits = sum(map(_emits, tokens, [*tokens[1:], None])) + sum(name in EMITTERS for name in called)
    assigns = bool(symbols & ASSIGNMENTS)
    return Analysis(
        reads=reads,
        binds=bool(symbols & _BINDERS),
        now="now" in called,
        multiplies="*" in symbols or "*=" in symbols,
        suppresses=bool(symbols & _SUPPRESSORS),
        ends=not symbols & _UNBOUNDED
        and all(tokens[index].text in INLINE and not _in_worker(tokens, index) for index in calls)
        and not (assigns and (emits or any(token.text == "[" for token in tokens) or INLINE.intersection(called))),
        exponent=_exponent(called, symbols, emits, bool(reads)),
        growth=_growth(tokens),
    )


def _refuse_closed(source: str, token: Token, called: bool) -> None:
    name = f"${token.text}" if token.kind is Kind.VARIABLE else token.text
    if name in CLOSED and (called or token.kind in (Kind.VARIABLE, Kind.KEYWORD)):
        raise ExpressionInvalid(f"{name} may not be used{where(source, token.offset)}: {CLOSED[name]}")


def _calls(tokens: list[Token]) -> set[int]:
    """The indices of the names (and keywords) that are calls and not keys of an object.

    Inside braces a name is a key if a colon follows it, or if it stands alone between commas or braces;
    `if ... end` opens a frame of its own, since commas inside it separate results.
    """
    calls: set[int] = set()
    frames: list[str] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].text if index else ""
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if token.kind is Kind.OPEN or (token.kind is Kind.KEYWORD and token.text == "if"):
            frames.append(token.text)
        elif token.kind is Kind.CLOSE or (token.kind is Kind.KEYWORD and token.text == "end"):
            if frames:
                frames.pop()
        elif token.kind is Kind.NAME:
            in_object = bool(frames) and frames[-1] == "{" and before in ("{", ",")
            if not (in_object and after in (":", ",", "}")):
                calls.add(index)
    return calls


def _emits(token: Token, after: Token | None) -> bool:
    """Whether this is `.[]` or `..`, which give many results."""
    if token.text == "..":
        return token.kind is Kind.OPERATOR
    return token.text == "[" and token.kind is Kind.OPEN and after is not None and after.text == "]"


def _exponent(called: list[str], symbols: set[str], emits: int, variables: bool) -> int:
    """The power of the input's size that bounds a program's steps, copies aside (see `_growth`).

    Without variables and with one source of many results there is nothing to combine results with: every loop
    goes over a part of what its outer loop goes over, and all together stay linear.
    """
    quadratic = sum(name in QUADRATIC or name in EMITTERS for name in called)
    quadratic += bool(symbols & {"-", "-=", ".."})  # the difference of two arrays compares all with all
    if not variables and emits <= 1:
        return 1 + quadratic
    return 1 + quadratic + emits + sum(name in LOOPS for name in called)


def _in_worker(tokens: list[Token], index: int) -> bool:
    """Whether this use of an inline function is one of its forms that are not: `recurse(f)`, `split(regex; flags)`."""
    name = tokens[index].text
    if name not in ("recurse", "split") or index + 1 >= len(tokens) or tokens[index + 1].text != "(":
        return False
    if name == "recurse":
        return True
    return any(token.text == ";" for token in tokens[index:])


def _growth(tokens: list[Token]) -> float:
    """How many copies of its input a program's result may hold.

    Each stage (between pipes, bindings and calls with arguments) can at most multiply by the number of
    references in it; the product is greatest when the references are spread evenly. A format may write one
    character as many.
    """
    stages, references = 1, 0
    for index, token in enumerate(tokens):
        called = token.kind is Kind.OPEN and token.text == "(" and index and tokens[index - 1].kind is Kind.NAME
        piped = token.kind is Kind.OPERATOR and (token.text == "|" or token.text in ASSIGNMENTS)
        if called or piped or (token.kind is Kind.KEYWORD and token.text == "as"):
            stages += 1
        if token.kind is Kind.FORMAT:
            references += 8
        elif token.kind in (Kind.FIELD, Kind.VARIABLE, Kind.NAME) or token.text in (".", ".."):
            references += 1
    return (1 + references / stages) ** min(stages, 200)
