"""The text itself, before it means anything: its size, its encoding, its characters."""

from __future__ import annotations

import json
import re
from typing import Final

from counterpoint.dsl.limits import DocumentLimits
from counterpoint.dsl.marks import Place
from counterpoint.errors import InvalidDocument
from counterpoint.values.diagnostics import Diagnostic, Position

_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89abAB]")
_SURROGATE_PAIR: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_TAG_DIRECTIVE: Final = re.compile("(?:^|[\r\n\x85\u2028\u2029])%TAG")
_TAG_DIRECTIVES_MAX: Final = 16


def decode(text: str | bytes, source: str, limits: DocumentLimits) -> str:
    """The text as characters; raises InvalidDocument where it is too long, not UTF-8 or not text."""
    size = len(text)
    if size <= limits.document_bytes_max and isinstance(text, str) and not text.isascii():
        size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.document_bytes_max:
        message = f"the text has {size:,} bytes: the limit document_bytes_max is {limits.document_bytes_max:,}"
        raise InvalidDocument([diagnostic_at("CP011", message, source, Place(1, 1))])
    if isinstance(text, bytes):
        text = _from_utf8(text, source)
    text = text.removeprefix("\ufeff")
    if (found := _UNREADABLE.search(text)) is not None:
        message = f"the character U+{ord(found[0]):04X} may not stand in a text"
        raise InvalidDocument(
            [diagnostic_at("CP002", message, source, _end(text[: found.start()]), "use an escape in quotes")]
        )
    if len(directives := _TAG_DIRECTIVE.findall(text)) > _TAG_DIRECTIVES_MAX:
        # libyaml compares each with all before it: a few thousand of them would take minutes
        message = f"{len(directives):,} %TAG directives; at most {_TAG_DIRECTIVES_MAX} are read"
        raise InvalidDocument([diagnostic_at("CP011", message, source, Place(1, 1), "leave them out")])
    return _join_surrogates(text) if _SURROGATE_ESCAPE.search(text) else text


def _from_utf8(text: bytes, source: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        message = f"byte 0x{text[error.start]:02x} is not UTF-8"
        raise InvalidDocument(
            [diagnostic_at("CP001", message, source, _end(before), "save the file as UTF-8")]
        ) from None


def _join_surrogates(text: str) -> str:
    """JSON writes a character beyond U+FFFF as two escapes, which libyaml refuses; YAML writes it as one."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text  # not JSON, so YAML's own rules hold: the escapes are refused with their place
    return _SURROGATE_PAIR.sub(_joined, text)


def _joined(match: re.Match[str]) -> str:
    high, low = int(match[2], 16), int(match[3], 16)
    return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


def diagnostic_at(code: str, message: str, source: str, place: Place, hint: str | None = None) -> Diagnostic:
    """An error at a place of the text."""
    return Diagnostic(code=code, message=message, source=source, position=Position(place.line, place.column), hint=hint)


def _end(text: str) -> Place:
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))
