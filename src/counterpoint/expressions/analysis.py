"""What a program reads and what it may cost, judged from its tokens alone and always on the safe side."""

from __future__ import annotations

from typing import Final, NamedTuple

from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions.names import CLOSED, INLINE
from counterpoint.expressions.tokens import Kind, Token, where

_LOOPS: Final = frozenset({"def", "reduce", "foreach", "label", "break"})
_ASSIGNMENTS: Final = frozenset({"=", "|=", "+=", "-=", "*=", "/=", "%=", "//="})
_BINDERS: Final = frozenset({"as", "def", "label", "break"})


class Analysis(NamedTuple):
    """The judgement of one program."""

    reads: frozenset[str]
    """The variables that it mentions, without dollar signs."""
    binds: bool
    """Whether it binds variables of its own."""
    now: bool
    multiplies: bool
    inline: bool
    """Whether it certainly ends: `size ** exponent * growth` bounds its steps, `size` being its input as JSON text."""
    exponent: int
    growth: float


def analyse(source: str, tokens: list[Token]) -> Analysis:
    """Judge a program; raises ExpressionInvalid where it uses what is closed to expressions."""
    calls = _calls(tokens)
    for index, token in enumerate(tokens):
        _refuse_closed(source, token, index in calls)
    names = [(index, tokens[index].text) for index in calls]
    operators = {token.text for token in tokens if token.kind is Kind.OPERATOR}
    keywords = {token.text for token in tokens if token.kind is Kind.KEYWORD}
    iterations = sum(map(_iterates, tokens, [*tokens[1:], None]))
    assigns = bool(operators & _ASSIGNMENTS)
    inline = (
        not keywords & _LOOPS
        and all(text in INLINE and not _in_worker(tokens, index) for index, text in names)
        and not (assigns and (iterations or any(token.text == "[" for token in tokens)))
    )
    return Analysis(
        reads=frozenset(token.text for token in tokens if token.kind is Kind.VARIABLE) - {"__loc__"},
        binds=bool(keywords & _BINDERS),
        now=any(text == "now" for _, text in names),
        multiplies="*" in operators or "*=" in operators,
        inline=inline,
        exponent=1 + iterations + ("-" in operators) + sum(INLINE.get(text, 0) for _, text in names),
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


def _iterates(token: Token, after: Token | None) -> int:
    if token.text == ".." and token.kind is Kind.OPERATOR:
        return 2
    return int(token.text == "[" and token.kind is Kind.OPEN and after is not None and after.text == "]")


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
    references in it; the product is greatest when the references are spread evenly.
    """
    stages, references = 1, 0
    for index, token in enumerate(tokens):
        called = token.kind is Kind.OPEN and token.text == "(" and index and tokens[index - 1].kind is Kind.NAME
        piped = token.kind is Kind.OPERATOR and (token.text == "|" or token.text in _ASSIGNMENTS)
        if called or piped or (token.kind is Kind.KEYWORD and token.text == "as"):
            stages += 1
        if token.kind in (Kind.FIELD, Kind.VARIABLE, Kind.NAME) or token.text in (".", ".."):
            references += 1
    return min(1e300, (1 + references / stages) ** min(stages, 500))
