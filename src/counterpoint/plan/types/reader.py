"""Reads a jq program into a tree by recursive descent, in jq's order of precedence.

The program has been compiled by libjq before, so that only what means something arrives here. `def`, `reduce`,
`foreach`, `label` and patterns are not read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from counterpoint.errors import ExpressionInvalid
from counterpoint.expressions.tokens import ASSIGNMENTS, Kind, Token, tokenize
from counterpoint.plan.types.syntax import (
    Alternative,
    ArrayOf,
    Binary,
    Bind,
    Both,
    Call,
    Dot,
    Dynamic,
    Each,
    If,
    Literal,
    Negate,
    Node,
    ObjectOf,
    Opaque,
    Pipe,
    Step,
    Text,
    Try,
    Variable,
)

_DEPTH_MAX: Final = 60
_TERMS_MAX: Final = 400
"""How many terms a program may have; trees of longer ones would be too deep to walk."""
_NAMED: Final = {"null": None, "true": True, "false": False}
_COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")
_LOOSER_THAN_AS: Final = (Alternative, Binary, Both, Negate, Opaque)
_END: Final = Token(Kind.OPERATOR, "", -1)


@lru_cache(maxsize=4_096)
def read_tree(source: str) -> Node | None:
    """The tree of a program without `${ }`; None where it has parts that are not read."""
    try:
        tokens = tokenize(source, _DEPTH_MAX)
        if len(tokens) > _TERMS_MAX:
            return None
        reader = _Reader(tokens)
        tree = reader.pipe()
    except (ExpressionInvalid, _NotRead):
        return None
    return tree if reader.at == len(tokens) else None


class _NotRead(Exception):
    """Something that has no tree."""


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def pipe(self, *, in_member: bool = False) -> Node:
        """`as` binds as far as the pipe reaches; inside an object a comma ends the value."""
        left = self._alternative() if in_member else self._comma()
        if self._accept("as"):
            name = self._take()
            if isinstance(left, _LOOSER_THAN_AS) or name.kind is not Kind.VARIABLE or not self._accept("|"):
                raise _NotRead
            return Bind(left, name.text, self.pipe(in_member=in_member))
        return Pipe(left, self.pipe(in_member=in_member)) if self._accept("|") else left

    def _comma(self) -> Node:
        left = self._alternative()
        while self._accept(","):
            left = Both(left, self._alternative())
        return left

    def _alternative(self) -> Node:
        left = self._assignment()
        return Alternative(left, self._alternative()) if self._accept("//") else left

    def _assignment(self) -> Node:
        left = self._or()
        token = self._next()
        if token.kind is Kind.OPERATOR and token.text in ASSIGNMENTS:
            self.at += 1
            self._alternative()
            return Opaque()
        return left

    def _or(self) -> Node:
        left = self._and()
        while self._accept("or"):
            left = Binary("or", left, self._and())
        return left

    def _and(self) -> Node:
        left = self._comparison()
        while self._accept("and"):
            left = Binary("and", left, self._comparison())
        return left

    def _comparison(self) -> Node:
        left = self._sum()
        operator = self._operator(_COMPARISONS)
        return left if operator is None else Binary(operator, left, self._sum())

    def _sum(self) -> Node:
        left = self._product()
        while (operator := self._operator(("+", "-"))) is not None:
            left = Binary(operator, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._postfix()
        while (operator := self._operator(("*", "/", "%"))) is not None:
            left = Binary(operator, left, self._postfix())
        return left

    def _postfix(self) -> Node:
        if self._accept("-"):
            return Negate(self._postfix())
        if self._accept("try"):
            body = self._postfix()
            return Try(body, self._postfix() if self._accept("catch") else None)
        start = self._next().offset
        node = self._term()
        while True:
            token = self._next()
            if token.kind is Kind.FIELD:
                self.at += 1
                node = Step(node, token.text, token.offset, start)
            elif token.kind is Kind.OPEN and token.text == "[":
                self.at += 1
                node = self._bracket(node, token.offset, start)
            elif token.kind is Kind.OPERATOR and token.text == "." and self._follows(Kind.STRING):
                self.at += 1
                node = self._member(node, token.offset, start)
            elif token.kind is Kind.OPERATOR and token.text == "." and self._follows(Kind.OPEN):
                self.at += 1
            elif token.kind is Kind.OPERATOR and token.text == "?":
                self.at += 1
                node = Try(node)
            else:
                return node

    def _term(self) -> Node:
        token = self._take()
        if token.kind is Kind.FIELD:
            return Step(Dot(), token.text, token.offset, token.offset)
        if token.kind is Kind.VARIABLE:
            return Variable(token.text)
        if token.kind is Kind.NUMBER:
            return Literal(int(token.text) if token.text.isdigit() and len(token.text) < 10 else float(token.text))
        if token.kind is Kind.STRING:
            return self._text(token)
        if token.kind is Kind.FORMAT:
            following = self._next()
            if following.kind is Kind.STRING:
                self.at += 1
                return Pipe(self._text(following), Call(token.text, ()))
            return Call(token.text, ())
        if token.kind is Kind.NAME:
            return self._call(token)
        if token.kind is Kind.OPERATOR and token.text == ".":
            return self._dot(token)
        if token.kind is Kind.OPERATOR and token.text == "..":
            return Opaque()
        if token.kind is Kind.KEYWORD and token.text == "if":
            return self._if()
        if token.kind is Kind.OPEN and token.text in ("(", "[", "{"):
            return self._group(token.text)
        raise _NotRead

    def _group(self, bracket: str) -> Node:
        if bracket == "{":
            return self._object()
        if bracket == "[" and self._accept("]"):
            return ArrayOf(None)
        inner = self.pipe()
        self._expect(")" if bracket == "(" else "]")
        return inner if bracket == "(" else ArrayOf(inner)

    def _dot(self, token: Token) -> Node:
        return self._member(Dot(), token.offset, token.offset) if self._next().kind is Kind.STRING else Dot()

    def _member(self, holder: Node, at: int, start: int) -> Node:
        """The rest of `."key"` after the dot."""
        key = self._text(self._take())
        if isinstance(key, Literal) and isinstance(key.value, str):
            return Step(holder, key.value, at, start)
        return Dynamic(holder, key, (key,))

    def _bracket(self, holder: Node, at: int, start: int) -> Node:
        if self._accept("]"):
            return Each(holder, at, start)
        if self._accept(":"):
            return self._slice(holder, ())
        key = self.pipe()
        if self._accept(":"):
            return self._slice(holder, (key,))
        self._expect("]")
        if isinstance(key, Negate) and isinstance(key.body, Literal) and type(key.body.value) is int:
            key = Literal(-key.body.value)
        if isinstance(key, Literal) and type(key.value) in (str, int):
            return Step(holder, key.value, at, start)
        return Dynamic(holder, key, (key,))

    def _slice(self, holder: Node, parts: tuple[Node, ...]) -> Node:
        if not self._accept("]"):
            parts = (*parts, self.pipe())
            self._expect("]")
        return Dynamic(holder, None, parts)

    def _if(self) -> Node:
        condition = self.pipe()
        self._expect("then")
        body = self.pipe()
        other: Node | None = None
        if self._accept("elif"):
            return If(condition, body, self._if())
        if self._accept("else"):
            other = self.pipe()
        self._expect("end")
        return If(condition, body, other)

    def _call(self, token: Token) -> Node:
        if token.text in _NAMED:
            return Literal(_NAMED[token.text])
        arguments: list[Node] = []
        if self._next().kind is Kind.OPEN and self._next().text == "(":
            self.at += 1
            arguments.append(self.pipe())
            while self._accept(";"):
                arguments.append(self.pipe())
            self._expect(")")
        return Call(token.text, tuple(arguments))

    def _object(self) -> Node:
        entries: list[tuple[str | Node, Node]] = []
        while not self._accept("}"):
            if entries:
                self._expect(",")
            entries.append(self._entry())
        return ObjectOf(tuple(entries))

    def _entry(self) -> tuple[str | Node, Node]:
        token = self._take()
        if token.kind is Kind.VARIABLE:
            if self._next().text == ":":
                raise _NotRead
            return token.text, Variable(token.text)
        key: str | Node
        if token.kind in (Kind.NAME, Kind.KEYWORD):
            key = token.text
        elif token.kind is Kind.STRING:
            text = self._text(token)
            key = text.value if isinstance(text, Literal) and isinstance(text.value, str) else text
        elif token.kind is Kind.OPEN and token.text == "(":
            key = self._group("(")
        else:
            raise _NotRead
        if self._accept(":"):
            return key, self.pipe(in_member=True)
        if not isinstance(key, str):
            return key, Opaque()
        return key, Step(Dot(), key, token.offset, token.offset)

    def _text(self, token: Token) -> Node:
        """A string that starts with `token`, which has been taken."""
        parts: list[Node] = []
        while self._next().kind is Kind.OPEN and self._next().text == "\\(":
            self.at += 1
            parts.append(self.pipe())
            self._expect(")")
            if self._take().kind is not Kind.STRING:
                raise _NotRead
        if parts:
            return Text(tuple(parts))
        if "\\" not in token.text:
            return Literal(token.text)
        try:
            return Literal(msgspec.json.decode(f'"{token.text}"', type=str))
        except msgspec.DecodeError:
            raise _NotRead from None

    def _next(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def _take(self) -> Token:
        token = self._next()
        self.at += 1
        return token

    def _follows(self, kind: Kind) -> bool:
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].kind is kind

    def _operator(self, operators: tuple[str, ...]) -> str | None:
        token = self._next()
        if token.kind is not Kind.OPERATOR or token.text not in operators:
            return None
        self.at += 1
        return token.text

    def _accept(self, text: str) -> bool:
        token = self._next()
        found = token.text == text and token.kind in (Kind.OPERATOR, Kind.KEYWORD, Kind.CLOSE)
        self.at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise _NotRead
