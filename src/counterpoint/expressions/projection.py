"""Which members of its input and of its variables a program can reach, so that only those are handed to libjq.

Reading JSON text is most of what a small program costs in libjq, and `$workflow` or `$context` may be large.
What is left out could not have been seen: access by name to an absent member gives null, as to one that is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from counterpoint.expressions.tokens import ASSIGNMENTS, Kind, Token
from counterpoint.values.json import JsonValue

Reach: TypeAlias = "dict[str, Reach] | None"
"""The members that are reached and what is reached in them; None is everything."""

_OPAQUE: Final = frozenset({"as", "def", "reduce", "foreach", "label", "try"})
_CONSTANTS: Final = frozenset({"null", "true", "false", "now", "empty"})


def reach_of_variable(tokens: list[Token], name: str) -> Reach:
    """What a program reaches of `$name`."""
    if _assigns(tokens):
        return None
    return _merged(
        _chain(tokens, index + 1)
        for index, token in enumerate(tokens)
        if token.kind is Kind.VARIABLE and token.text == name
    )


def reach_of_input(tokens: list[Token]) -> Reach:
    """What a program reaches of `.`."""
    words = [token.text for token in tokens if token.kind is Kind.KEYWORD]
    if _assigns(tokens) or not _OPAQUE.isdisjoint(words):
        return None
    if words.count("if") != words.count("else"):  # without `else` the result is `.` itself
        return None
    chains: list[tuple[str, ...]] = []
    for index in _on_input(tokens):
        token = tokens[index]
        if token.kind is Kind.FIELD:
            if index == 0 or not _continues(tokens[index - 1]):
                chains.append(_chain(tokens, index))
        elif token.kind is Kind.FORMAT or _whole(tokens, index):
            return None
    return _merged(chains)


def projector(reach: Reach) -> Callable[[JsonValue], JsonValue]:
    """A function that reduces a value to what is reached of it; values that are no objects stay as they are."""
    if reach is None:
        return lambda value: value
    parts = [(key, None if inner is None else projector(inner)) for key, inner in reach.items()]

    def project(value: JsonValue) -> JsonValue:
        if type(value) is not dict:
            return value
        return {key: value[key] if part is None else part(value[key]) for key, part in parts if key in value}

    return project


def _assigns(tokens: Iterable[Token]) -> bool:
    """Whether the result may be all of a value, one member of it changed."""
    return any(token.kind is Kind.OPERATOR and token.text in ASSIGNMENTS for token in tokens)


def _on_input(tokens: list[Token]) -> list[int]:
    """The indices of the tokens whose `.` is the program's own: all but those behind a pipe.

    A pipe reaches to the end of its bracket, of its member in an object, or of its part of an `if`.
    """
    found: list[int] = []
    piped, frames = [False], ["("]
    for index, token in enumerate(tokens):
        keyword = token.text if token.kind is Kind.KEYWORD else ""
        if token.kind is Kind.OPEN or keyword == "if":
            piped.append(piped[-1])
            frames.append(token.text)
        elif token.kind is Kind.CLOSE or keyword == "end":
            piped.pop()
            frames.pop()
        elif keyword in ("then", "elif", "else") or (token.text == "," and frames[-1] == "{"):
            piped[-1] = piped[-2]
        elif token.kind is Kind.OPERATOR and token.text == "|":
            piped[-1] = True
        elif not piped[-1]:
            found.append(index)
    return found


def _continues(token: Token) -> bool:
    """Whether a field behind this token goes on with a path that began before."""
    if token.kind in (Kind.FIELD, Kind.VARIABLE, Kind.CLOSE, Kind.STRING, Kind.NAME, Kind.FORMAT):
        return True
    return token.text == "?" or (token.kind is Kind.KEYWORD and token.text in ("end", "__loc__"))


def _whole(tokens: list[Token], index: int) -> bool:
    """Whether this token may read `.` other than by the name of a member."""
    token = tokens[index]
    if token.kind is Kind.OPERATOR:
        return token.text in (".", "..") and not (index and _continues(tokens[index - 1]))
    before = tokens[index - 1].text if index else ""
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    member = before in ("{", ",") and after in (",", "}")  # `{name}` and `{"name"}` read `.name`
    if token.kind is Kind.NAME:
        return member or (token.text not in _CONSTANTS and after != ":")
    return member and token.kind is Kind.STRING


def _chain(tokens: list[Token], index: int) -> tuple[str, ...]:
    """The fields that stand one behind the other from `index` on."""
    names = []
    while index < len(tokens) and tokens[index].kind is Kind.FIELD:
        names.append(tokens[index].text)
        index += 1
    return tuple(names)


def _merged(chains: Iterable[tuple[str, ...]]) -> Reach:
    reach: dict[str, Reach] = {}
    for chain in chains:
        if not chain:
            return None
        members: Reach = reach
        for name in chain[:-1]:
            if members is None:
                break
            members = members.setdefault(name, {})
        if members is not None:
            members[chain[-1]] = None
    return reach
