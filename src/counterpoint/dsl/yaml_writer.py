"""JSON data to YAML text that every reader, of YAML 1.1 or 1.2, reads as the same data."""

from __future__ import annotations

from typing import Any, Final

import yaml

from counterpoint.dsl.scalars import ScalarRefused, resolve_plain
from counterpoint.values.json import JsonValue

_STRING: Final = "tag:yaml.org,2002:str"
_DIGITS_MAX: Final = 1_000


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and quotes what could be misread."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _string(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if "\n" in text and _is_plain_block(text):
        return dumper.represent_scalar(_STRING, text, style="|")
    style = '"' if not text.isprintable() or _misread(text) else None
    return dumper.represent_scalar(_STRING, text, style=style)


def _is_plain_block(text: str) -> bool:
    """Whether a literal block holds the text without indentation marks or changed line ends."""
    lines = text.split("\n")
    return (
        all(line.isprintable() and line == line.rstrip() for line in lines)
        and bool(lines[0])
        and lines[0][0] not in " #"
        and not text.endswith("\n\n")
    )


def _misread(text: str) -> bool:
    """Whether YAML 1.2 takes the plain text for something else (PyYAML asks only YAML 1.1)."""
    try:
        return not isinstance(resolve_plain(text, _DIGITS_MAX), str)
    except ScalarRefused:
        return True


_Dumper.add_representer(str, _string)


def write_yaml(data: JsonValue) -> str:
    """The text of JSON data, members in their order."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text
