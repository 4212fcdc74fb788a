"""Durations (dsl-reference, "Duration"): ISO 8601 text or an object of parts, as whole milliseconds."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from counterpoint.values.json import JsonValue

_PARTS: Final = {"days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1_000, "milliseconds": 1}
_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_ISO: Final = re.compile(
    rf"P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.ASCII,
)
_UNITS_MS: Final = (31_536_000_000, 2_592_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000)
"""Years (of 365 days), months (of 30 days), weeks, days, hours, minutes, seconds: the groups of `_ISO`."""
_TEXT_CHARS_MAX: Final = 100
_SHOWN: Final = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms"))


def parse_duration(value: JsonValue) -> int:
    """Milliseconds, never negative, of `"PT1H30M"` or `{"hours": 1, "minutes": 30}`.

    A part of a millisecond counts as a whole one, so that a wait is never shorter than was asked for.
    A year counts as 365 days and a month as 30, since a duration has no start from which to look at a calendar.
    Raises ValueError with a message for people.
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, dict):
        return _from_parts(value)
    raise ValueError(f"a duration is ISO 8601 text like 'PT5M' or an object like {{minutes: 5}}, not {value!r:.40}")


def format_duration(ms: int) -> str:
    """A duration for people, its two greatest units: `1 h 5 min`, `200 ms`, `1.5 s`."""
    if ms < 0:
        return f"-{format_duration(-ms)}"
    if 1_000 <= ms < 60_000:
        return f"{ms / 1_000:.3f}".rstrip("0").rstrip(".") + " s"
    for index, (size, unit) in enumerate(_SHOWN):
        if ms >= size:
            whole, rest = divmod(ms, size)
            if rest and index + 1 < len(_SHOWN):
                next_size, next_unit = _SHOWN[index + 1]
                if rest // next_size:
                    return f"{whole} {unit} {rest // next_size} {next_unit}"
            return f"{whole} {unit}"
    return "0 ms"


def _from_text(text: str) -> int:
    found = _ISO.fullmatch(text) if len(text) <= _TEXT_CHARS_MAX else None
    if found is None or not any(found.groups()):
        raise ValueError(f"{text[:40]!r} is no ISO 8601 duration; write for example 'PT30S', 'PT1H30M' or 'P2D'")
    parts = zip(found.groups(), _UNITS_MS, strict=True)
    exact = sum((Fraction(part) * unit for part, unit in parts if part), Fraction())
    return -(-exact.numerator // exact.denominator)


def _from_parts(parts: dict[str, JsonValue]) -> int:
    if not parts:
        raise ValueError(f"an empty duration; give at least one of {', '.join(_PARTS)}")
    total = 0
    for name, amount in parts.items():
        if name not in _PARTS:
            raise ValueError(f"a duration has no member {name!r}; it has {', '.join(_PARTS)}")
        whole = isinstance(amount, int) or (isinstance(amount, float) and amount.is_integer())
        if isinstance(amount, bool) or not whole or amount < 0:
            raise ValueError(f"{name} of a duration must be a whole number, 0 or more, not {amount!r:.40}")
        total += int(amount) * _PARTS[name]
    return total
