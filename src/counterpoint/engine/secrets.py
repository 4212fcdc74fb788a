"""Secrets inside workflows: expressions see tokens, effects see values, and nothing that is written sees either.

An expression that reads `$secrets.apiKey` gets the token `⟦secret:apiKey⟧`. Just before an effect is carried
out, tokens in its arguments become values; in what comes back, values become tokens.
"""

from __future__ import annotations

import re
from typing import Any, Final

from counterpoint.ports.secrets import Secrets
from counterpoint.values.json import JsonObject, JsonValue

OPEN: Final = "\u27e6secret:"
CLOSE: Final = "\u27e7"
HIDDEN_CHARS_MIN: Final = 4
"""Shorter values are not searched for in what comes back: they would be found everywhere."""

_TOKEN: Final = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


class Veil:
    """Hides and reveals the secrets that one workflow declares."""

    __slots__ = ("_hidden", "_values", "tokens")

    def __init__(self, declared: tuple[str, ...], secrets: Secrets) -> None:
        self._values: dict[str, JsonValue] = {}
        found = {name: secrets.get(name) for name in declared}
        tokens = {name: self._tokens(name, value) for name, value in found.items() if value is not None}
        self.tokens: JsonObject | None = tokens if len(tokens) == len(declared) else None
        """What `$secrets` is inside the workflow; None where one is missing: then reading any is refused."""
        texts = [(value, path) for path, value in self._values.items() if isinstance(value, str)]
        # Longest first: a secret may contain another one.
        texts.sort(key=lambda each: len(each[0]), reverse=True)
        self._hidden = [(value, _token(path)) for value, path in texts if len(value) >= HIDDEN_CHARS_MIN]

    def reveal(self, value: JsonValue) -> JsonValue:
        """`value` with tokens replaced by what they stand for. For effects and callers, never for storage."""
        return _rewrite(value, self._reveal)

    def hide(self, value: JsonValue) -> JsonValue:
        """`value` with secret values, also inside longer strings, replaced by tokens."""
        return _rewrite(value, self._hide) if self._hidden else value

    def _tokens(self, path: str, value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {key: self._tokens(f"{path}.{key}", each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._tokens(f"{path}.{index}", each) for index, each in enumerate(value)]
        self._values[path] = value
        return _token(path)

    def _reveal(self, text: str) -> JsonValue:
        if OPEN not in text:
            return text
        whole = _TOKEN.fullmatch(text)
        if whole is not None and whole[1] in self._values:
            return self._values[whole[1]]
        return _TOKEN.sub(lambda match: str(self._values.get(match[1], match[0])), text)

    def _hide(self, text: str) -> str:
        for value, token in self._hidden:
            if value in text:
                text = text.replace(value, token)
        return text


def _token(path: str) -> str:
    return f"{OPEN}{path}{CLOSE}"


def _rewrite(value: JsonValue, change: Any) -> JsonValue:
    """`value` with every string changed; the very same object where nothing was."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        new = {_key(key, change): _rewrite(each, change) for key, each in value.items()}
        same = all(a is b for a, b in zip(new.values(), value.values(), strict=False)) and new.keys() == value.keys()
        return value if same else new
    if isinstance(value, (list, tuple)):
        members = [_rewrite(each, change) for each in value]
        return value if all(a is b for a, b in zip(members, value, strict=True)) else members
    return value


def _key(key: str, change: Any) -> str:
    new = change(key)
    return new if isinstance(new, str) else key
