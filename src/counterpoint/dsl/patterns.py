"""The forms that strings of the DSL may be required to have.

Each predicate accepts exactly what the official schema's pattern accepts, in ECMA-262's reading of
white space (RFC 8259 text, no locale), so that both give one verdict.
"""

from __future__ import annotations

import re
from typing import Final

WHITE_SPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""White space of ECMA-262, as the inside of a character class."""

_SPACES: Final = "".join(re.findall(f"[{WHITE_SPACE}]", "".join(map(chr, range(0x10000)))))
_NAME = re.compile("[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
_HOST = re.compile("[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,61}[a-zA-Z0-9])?")
_AMOUNT: Final = r"[0-9]+(?:\.[0-9]+)?"
_ISO_DURATION = re.compile(
    "P(?!$)" + "".join(f"(?:{_AMOUNT}{unit})?" for unit in "YMWD")
    + "(?:T(?=[0-9])" + "".join(f"(?:{_AMOUNT}{unit})?" for unit in "HMS") + ")?"
)  # fmt: skip
_URI = re.compile(
    rf"(?:[^:/?#]+:)?(?://[^/?#{WHITE_SPACE}]*)?[^?#{WHITE_SPACE}]*(?:\?[^#{WHITE_SPACE}]*)?(?:#[^{WHITE_SPACE}]*)?"
)


def is_name(text: str) -> bool:
    """A DNS label: the name of a workflow or of a namespace."""
    return _NAME.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """A host name, as gRPC services have it."""
    return _HOST.fullmatch(text) is not None


def is_expression(text: str) -> bool:
    """A runtime expression in `${ }`, on one line: the official schema's pattern does not cross lines."""
    bare = text.strip(_SPACES)
    return bare.startswith("${") and bare.endswith("}") and len(bare) > 3 and "\n" not in bare


def is_iso_duration(text: str) -> bool:
    """An ISO 8601 duration, each unit at most once and the units in order."""
    return _ISO_DURATION.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """A URI reference or URI template: no white space where a URI has none, and not an expression."""
    if not text or text[0] in _SPACES or text.startswith("${"):
        return False
    return _URI.fullmatch(text) is not None
