"""What is read: documents, input and data, from files, standard input or the command line itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final, NamedTuple

from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject, JsonValue

STDIN: Final = "-"
INPUT_BYTES_MAX: Final = 64 * 1024 * 1024
_NODES_MAX: Final = 5_000_000


class Source(NamedTuple):
    """A text and where it is from."""

    text: bytes
    name: str


def read_source(name: str) -> Source:
    """A file, or standard input for `-`. Raises InvalidInput that says what is in the way."""
    if name == STDIN:
        if sys.stdin is None or sys.stdin.closed:
            raise InvalidInput("standard input is closed: there is nothing to read for `-`")
        return Source(sys.stdin.buffer.read(INPUT_BYTES_MAX + 1), "<stdin>")
    path = Path(name)
    try:
        if path.is_dir():
            raise InvalidInput(f"{name} is a directory; name a file in it")
        with path.open("rb") as file:
            return Source(file.read(INPUT_BYTES_MAX + 1), name)
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {name}{_similar(path)}") from None
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def read_value(given: str, option: str) -> JsonValue:
    """The value of an option: JSON, `@file` (JSON or YAML), or `-` for standard input. Raises InvalidInput."""
    if given == STDIN:
        return _parsed(read_source(STDIN), option)
    if given.startswith("@"):
        return _parsed(read_source(given[1:]), option)
    try:
        json.loads(given)
    except (ValueError, RecursionError) as error:
        reason = (
            f"{error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else str(error)
        )
        shown = given if len(given) <= 40 else given[:37] + "..."
        raise InvalidInput(
            f'{option} {shown} is not JSON: {reason}; write for example {option} \'{{"name": "Ada"}}\', '
            f"or {option} @file"
        ) from None
    return _parsed(Source(given.encode("utf-8", "surrogateescape"), option), option)


def read_object(given: str, option: str) -> JsonObject:
    """As `read_value`, for what must be an object."""
    value = read_value(given, option)
    if not isinstance(value, dict):
        raise InvalidInput(f'{option} must be a JSON object, for example {{"name": "Ada"}}')
    return value


def _parsed(source: Source, option: str) -> JsonValue:
    from counterpoint.dsl import DocumentLimits, read_data

    if not source.text.strip():
        raise InvalidInput(f"{option}: {source.name} is empty; it must hold a JSON value")
    limits = DocumentLimits(document_bytes_max=INPUT_BYTES_MAX, nodes_max=_NODES_MAX)
    try:
        return read_data(source.text, source=source.name, limits=limits)
    except InvalidInput as error:
        raise InvalidInput(f"{option} cannot be read: {error.message}") from None


def _similar(path: Path) -> str:
    from difflib import get_close_matches

    try:
        names = [each.name for each in path.parent.iterdir() if each.is_file()]
    except OSError:
        return ""
    close = get_close_matches(path.name, names, n=1)
    return f"; did you mean {path.with_name(close[0])}?" if close else ""
