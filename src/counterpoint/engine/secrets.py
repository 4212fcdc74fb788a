"""Secrets inside workflows: expressions see tokens, effects see values, and nothing that is written sees either.

An expression that reads `$secrets.apiKey` gets the token `⟦secret:apiKey⟧`. Just before an effect is carried
out, tokens in its arguments become values; in what comes back, values become tokens. So do the forms that a value is
given on its way out: escaped in a URI or in JSON, and in base64, as HTTP Basic has it. Each form has a token of its
own, so that revealing gives what came back.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, quote_plus

from counterpoint.ports.secrets import Secrets
from counterpoint.values.json import JsonObject, JsonValue

OPEN: Final = "\u27e6secret:"
CLOSE: Final = "\u27e7"
HIDDEN_CHARS_MIN: Final = 4
"""Shorter values are not searched for in what comes back: they would be found everywhere."""

_TOKEN: Final = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_OPEN_BASE64: Final = "\u27e6base64"
_BASE64: Final = re.compile(f"{_OPEN_BASE64}(url)?:((?:[^\u27e6{CLOSE}]|{_TOKEN.pattern})*){CLOSE}")
"""Base64 of a text with tokens: `⟦base64:bob:⟦secret:apiKey⟧⟧`. Padding stays outside."""
_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{4,}")
_URL_SAFE: Final = str.maketrans("+/", "-_")


class Veil:
    """Hides and reveals the secrets that one workflow declares."""

    __slots__ = ("_encoded", "_hidden", "_values", "tokens")

    def __init__(self, declared: tuple[str, ...], secrets: Secrets) -> None:
        self._values: dict[str, JsonValue] = {}
        found = {name: secrets.get(name) for name in declared}
        tokens = {name: self._tokens(name, value) for name, value in found.items() if value is not None}
        self.tokens: JsonObject | None = tokens if len(tokens) == len(declared) else None
        """What `$secrets` is inside the workflow; None where one is missing: then reading any is refused."""
        texts = [(value, path) for path, value in self._values.items() if isinstance(value, str)]
        # Longest first: a secret may contain another one.
        texts.sort(key=lambda each: len(each[0]), reverse=True)
        texts = [(value, path) for value, path in texts if len(value) >= HIDDEN_CHARS_MIN]
        forms = {form: f"{path}|{how}" for value, path in texts for how, form in _escaped(value)}
        plain = dict(reversed(texts))
        written = sorted((forms | plain).items(), key=lambda each: len(each[0]), reverse=True)
        encoded = {form: f"{path}|{how}" for value, path in written for how, form in _encoded(value)}
        self._encoded = sorted(encoded.items(), key=lambda each: len(each[0]), reverse=True)
        for form, path in (*written, *self._encoded):
            self._values.setdefault(path, form)
        self._hidden = [(value, _token(path)) for value, path in written]

    def reveal(self, value: JsonValue) -> JsonValue:
        """`value` with tokens replaced by what they stand for. For effects and callers, never for storage."""
        return _rewrite(value, self._reveal)

    def hide(self, value: JsonValue, *, encoded: bool = True) -> JsonValue:
        """`value` with secret values, also inside longer strings and, unless not `encoded`, in base64, made tokens."""
        return _rewrite(value, self._hide if encoded else self._hide_written) if self._hidden else value

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
        if _OPEN_BASE64 in text:
            text = _BASE64.sub(self._encode, text)
        whole = _TOKEN.fullmatch(text)
        if whole is not None and whole[1] in self._values:
            return self._values[whole[1]]
        return _TOKEN.sub(lambda match: str(self._values.get(match[1], match[0])), text)

    def _hide_written(self, text: str) -> str:
        for value, token in self._hidden:
            if value in text:
                text = text.replace(value, token)
        return text

    def _hide(self, text: str) -> str:
        text = self._hide_written(text)
        if any(form in text for form, _ in self._encoded):
            text = _RUN.sub(self._hide_run, text)
        return text

    def _hide_run(self, match: re.Match[str]) -> str:
        """A run of characters of base64, which may encode a secret and what stands around it."""
        run = match[0]
        if not any(form in run for form, _ in self._encoded):
            return run
        text = _decoded(run)
        if text is not None and (hidden := self._hide(text)) != text:
            return f"{_OPEN_BASE64}{'url' if _is_url_safe(run) else ''}:{hidden}{CLOSE}"
        for form, path in self._encoded:  # it is no text, or begins elsewhere: what is certainly of the secret
            run = run.replace(form, _token(path))
        return run

    def _encode(self, match: re.Match[str]) -> str:
        return _base64(str(self._reveal(match[2])), url_safe=match[1] is not None)


def _token(path: str) -> str:
    return f"{OPEN}{path}{CLOSE}"


def _escaped(value: str) -> Iterator[tuple[str, str]]:
    """How a value is written inside of URIs, forms and JSON, where that differs from the value itself."""
    found = {"json": json.dumps(value, ensure_ascii=False)[1:-1], "json-ascii": json.dumps(value)[1:-1]}
    found |= {"uri": quote(value, safe=""), "form": quote_plus(value), "path": quote(value)}
    found["component"] = quote(value, safe="!'()*")
    found |= {f"{how}-lower": re.sub("%..", lambda each: each[0].lower(), form) for how, form in found.items()}
    for how, form in found.items():
        if form != value:
            yield how, form


def _encoded(value: str) -> Iterator[tuple[str, str]]:
    """What base64 has of a value wherever it begins in a text: the characters that only the value decides."""
    content = value.encode("utf-8", "surrogatepass")
    for before in range(3):
        whole = base64.b64encode(bytes(before) + content).decode()
        form = whole[-(-8 * before // 6) : 8 * (before + len(content)) // 6]
        yield f"base64-{before}", form
        if _is_url_safe(safe := form.translate(_URL_SAFE)):
            yield f"base64url-{before}", safe


def _base64(text: str, *, url_safe: bool) -> str:
    found = base64.b64encode(text.encode()).decode().rstrip("=")
    return found.translate(_URL_SAFE) if url_safe else found


def _is_url_safe(run: str) -> bool:
    return "-" in run or "_" in run


def _decoded(run: str) -> str | None:
    """The text that a run of base64 encodes, where encoding that gives the run again."""
    url_safe = _is_url_safe(run)
    try:
        content = base64.b64decode(run + "=" * (-len(run) % 4), b"-_" if url_safe else None)
        text = content.decode()
    except ValueError:
        return None
    # What looks like a token would be revealed as one.
    return text if _base64(text, url_safe=url_safe) == run and not {OPEN[0], CLOSE} & set(text) else None


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
