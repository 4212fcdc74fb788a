"""Expressions that need no jq: paths, literals, comparisons, `and`, `or`, `//`, and objects and arrays of those.

Each gives exactly one result, which keeps them simple: an expression becomes one Python closure. What this reader
does not know, it leaves to libjq; what it reads must mean exactly what it means to libjq (a property test says so).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import msgspec

from counterpoint.expressions.failure import cannot_index, expression_error
from counterpoint.expressions.order import compare, equal, truthy
from counterpoint.expressions.tokens import Kind, Token
from counterpoint.expressions.types import Scope
from counterpoint.values.json import JsonValue

Read: TypeAlias = Callable[[JsonValue, Scope], JsonValue]

_ORDERINGS: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda difference: difference < 0,
    "<=": lambda difference: difference <= 0,
    ">": lambda difference: difference > 0,
    ">=": lambda difference: difference >= 0,
}
_NAMED: Final[dict[str, JsonValue]] = {"null": None, "true": True, "false": False}
_DIGITS_MAX: Final = 30
_END: Final = Token(Kind.OPERATOR, "", -1)


class Plain:
    """An expression without jq."""

    __slots__ = ("constant", "evaluate", "source", "variables")

    def __init__(self, source: str, variables: frozenset[str], term: _Term) -> None:
        self.source = source
        self.variables = variables
        self.constant = term.constant
        self.evaluate = term.read
        """See `Expression.evaluate`."""


class _Term(NamedTuple):
    read: Read
    constant: bool = False


def read_plain(source: str, tokens: list[Token]) -> Plain | None:
    """The expression as a closure, or None where it takes jq to evaluate it."""
    reader = _Reader(source, tokens)
    try:
        term = reader.alternative()
    except _NotPlain:
        return None
    return Plain(source, frozenset(reader.variables), term) if reader.at == len(tokens) else None


class _NotPlain(Exception):
    """Something that only libjq understands."""


class _Reader:
    """Recursive descent in jq's order of precedence: `//`, `or`, `and`, comparison, term."""

    def __init__(self, source: str, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.at = 0
        self.variables: set[str] = set()

    def alternative(self) -> _Term:
        left = self._or()
        if not self._accept("//"):
            return left
        return _Term(_alternative(left.read, self.alternative().read))

    def _or(self) -> _Term:
        left = self._and()
        while self._accept("or"):
            left = _Term(_either(left.read, self._and().read))
        return left

    def _and(self) -> _Term:
        left = self._comparison()
        while self._accept("and"):
            left = _Term(_both(left.read, self._comparison().read))
        return left

    def _comparison(self) -> _Term:
        left = self._term()
        operator = self._next()
        if operator.kind is not Kind.OPERATOR or operator.text not in ("==", "!=", *_ORDERINGS):
            return left
        self.at += 1
        right = self._term()
        if operator.text in _ORDERINGS:
            return _Term(_ordered(left.read, right.read, _ORDERINGS[operator.text]))
        return _Term(_equality(left.read, right.read, operator.text == "=="))

    def _term(self) -> _Term:
        token = self._next()
        self.at += 1
        if token.kind is Kind.FIELD:
            return self._path(None, [token.text])
        if token.kind is Kind.VARIABLE and token.text != "__loc__":
            self.variables.add(token.text)
            return self._path(token.text, [])
        if token.kind is Kind.STRING:
            return _literal(self._string(token))
        if token.kind is Kind.NUMBER:
            return _literal(_number(token.text))
        if token.kind is Kind.NAME and token.text in _NAMED:
            return _literal(_NAMED[token.text])
        if token.kind is Kind.OPERATOR and token.text == "-":
            return self._negative()
        if token.kind is Kind.OPERATOR and token.text == ".":
            return self._dot()
        if token.kind is Kind.OPEN and token.text in _BRACKETS:
            return _BRACKETS[token.text](self)
        raise _NotPlain

    def _dot(self) -> _Term:
        """`.` alone, or the start of `."key"` or `.[0]`."""
        return self._path(None, [self._dotted()] if self._next().kind is Kind.STRING else [])

    def _dotted(self) -> str | int:
        """The rest of `."key"` or `.["key"]` after the dot."""
        token = self._next()
        self.at += 1
        if token.kind is Kind.STRING:
            return self._string(token)
        if token.kind is Kind.OPEN and token.text == "[":
            return self._index()
        raise _NotPlain

    def _path(self, variable: str | None, keys: list[str | int]) -> _Term:
        while True:
            token = self._next()
            if token.kind is Kind.FIELD:
                self.at += 1
                keys.append(token.text)
            elif token.kind is Kind.OPEN and token.text == "[":
                self.at += 1
                keys.append(self._index())
            elif token.kind is Kind.OPERATOR and token.text == ".":
                self.at += 1
                keys.append(self._dotted())
            else:
                return _Term(_path(self.source, variable, tuple(keys)))

    def _index(self) -> str | int:
        negative = self._accept("-")
        token = self._next()
        self.at += 1
        if token.kind is Kind.STRING and not negative:
            key: str | int = self._string(token)
        elif token.kind is Kind.NUMBER and token.text.isdigit() and len(token.text) < 10:
            key = -int(token.text) if negative else int(token.text)
        else:
            raise _NotPlain
        self._expect("]")
        return key

    def _negative(self) -> _Term:
        """A negative number, where what follows cannot make the minus sign belong to more than the number."""
        token = self._next()
        self.at += 1
        if token.kind is not Kind.NUMBER or self._next().text not in ("", ")", "]", "}", ","):
            raise _NotPlain
        return _literal(-_number(token.text))

    def _group(self) -> _Term:
        inner = self.alternative()
        self._expect(")")
        return inner

    def _array(self) -> _Term:
        if self._accept("]"):
            return _Term(lambda value, scope: [], constant=True)
        members = [self.alternative().read]
        while self._accept(","):
            members.append(self.alternative().read)
        self._expect("]")
        return _Term(lambda value, scope: [read(value, scope) for read in members])

    def _object(self) -> _Term:
        members: dict[str, Read] = {}
        while not self._accept("}"):
            if members:
                self._expect(",")
            key, read = self._member()
            members[key] = read
        items = tuple(members.items())
        return _Term(lambda value, scope: {key: read(value, scope) for key, read in items}, constant=not items)

    def _member(self) -> tuple[str, Read]:
        token = self._next()
        self.at += 1
        if token.kind is Kind.VARIABLE and token.text != "__loc__" and self._next().text in (",", "}"):
            self.variables.add(token.text)
            return token.text, _path(self.source, token.text, ())
        if token.kind not in (Kind.NAME, Kind.KEYWORD, Kind.STRING):
            raise _NotPlain
        key = self._string(token) if token.kind is Kind.STRING else token.text
        if not self._accept(":"):
            return key, _path(self.source, None, (key,))
        term = self._term()
        if self._next().text not in (",", "}"):
            raise _NotPlain
        return key, term.read

    def _string(self, token: Token) -> str:
        """The text of a string without interpolation."""
        if self._next().text == "\\(":
            raise _NotPlain
        if "\\" not in token.text:
            return token.text
        try:
            return msgspec.json.decode(f'"{token.text}"', type=str)
        except msgspec.DecodeError:
            raise _NotPlain from None

    def _next(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def _accept(self, text: str) -> bool:
        token = self._next()
        found = token.text == text and token.kind in (Kind.OPERATOR, Kind.KEYWORD, Kind.CLOSE)
        self.at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise _NotPlain


_BRACKETS: Final[dict[str, Callable[[_Reader], _Term]]] = {
    "(": _Reader._group,
    "[": _Reader._array,
    "{": _Reader._object,
}


def _number(text: str) -> int | float:
    if len(text) > _DIGITS_MAX:
        raise _NotPlain
    number = int(text) if text.isdigit() else float(text)
    if not math.isfinite(number):
        raise _NotPlain
    return number


def _literal(literal: JsonValue) -> _Term:
    return _Term(lambda value, scope: literal, constant=True)


def _path(source: str, variable: str | None, keys: tuple[str | int, ...]) -> Read:
    def read(value: JsonValue, scope: Scope) -> JsonValue:
        if variable is not None:
            value = scope.lookup(variable)
        for key in keys:
            kind = type(value)
            if kind is dict and type(key) is str:
                value = value.get(key)
            elif value is None:
                return None
            elif kind is list and type(key) is int:
                value = value[key] if -len(value) <= key < len(value) else None
            else:
                raise expression_error(source, cannot_index(value, key))
        return value

    return read


def _alternative(left: Read, right: Read) -> Read:
    """`left // right`; as in jq 1.8, an error on the left stays an error."""

    def read(value: JsonValue, scope: Scope) -> JsonValue:
        found = left(value, scope)
        return found if truthy(found) else right(value, scope)

    return read


def _either(left: Read, right: Read) -> Read:
    return lambda value, scope: truthy(left(value, scope)) or truthy(right(value, scope))


def _both(left: Read, right: Read) -> Read:
    return lambda value, scope: truthy(left(value, scope)) and truthy(right(value, scope))


def _equality(left: Read, right: Read, wanted: bool) -> Read:
    return lambda value, scope: equal(left(value, scope), right(value, scope)) is wanted


def _ordered(left: Read, right: Read, holds: Callable[[int], bool]) -> Read:
    return lambda value, scope: holds(compare(left(value, scope), right(value, scope)))
