"""Versions (Semantic Versioning 2.0.0) and ranges of them, in the notation of npm: `^1.2`, `~1.2.3`, `1.x`, `>=1.0 <2`.

A range takes a prerelease only where it names one of the same version itself: `>=2.0.0-rc.1` takes `2.0.0-rc.2`.
Build metadata decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import nodesemver

LATEST: Final = "latest"
"""The highest version that is a release; of prereleases alone the highest."""
RANGE_CHARS_MAX: Final = 100
"""How long a range may be."""

_RELEASE: Final = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_LABEL: Final = re.compile("[0-9A-Za-z-]+")
_NUMBER: Final = re.compile("[0-9]+")
_RANGES_KEPT: Final = 1_024


def is_version(text: str) -> bool:
    """Whether this is one whole version."""
    rest, plus, build = text.partition("+")
    release, dash, labels = rest.partition("-")
    if _RELEASE.fullmatch(release) is None:
        return False
    if plus and not all(_LABEL.fullmatch(label) for label in build.split(".")):
        return False
    return not dash or all(map(_is_prerelease_label, labels.split(".")))


def is_prerelease(version: str) -> bool:
    """Whether a version comes before the release whose numbers it has."""
    return "-" in version.partition("+")[0]


def is_wanted(text: str) -> bool:
    """Whether this says which versions are wanted: `latest`, a version, or a range."""
    return text == LATEST or is_version(text) or _range(text) is not None


def precedence(version: str) -> tuple[Any, ...]:
    """Sorts versions (section 11)."""
    core, _, prerelease = version.partition("+")[0].partition("-")
    numbers = tuple(int(each) if _NUMBER.fullmatch(each) else 0 for each in core.split("."))
    parts = tuple(
        (0, int(each), "") if _NUMBER.fullmatch(each) else (1, 0, each) for each in prerelease.split(".") if prerelease
    )
    return (numbers, not prerelease, parts)


def allows(wanted: str | None, version: str) -> bool:
    """Whether a version may be chosen for what is wanted. None, like `latest`, may be any.

    Raises ValueError for what is neither a version nor a range.
    """
    if wanted is None or wanted == LATEST:
        return True
    if is_version(wanted):
        return wanted == version
    found = _range(wanted)
    if found is None:
        raise ValueError(
            f"{wanted[:RANGE_CHARS_MAX]!r} is neither a version nor a range of versions; "
            "write for example 1.2.3, ^1.2, ~1.2.3, 1.x, '>=1.0 <2' or latest"
        )
    return bool(found.test(nodesemver.make_semver(version, loose=False)))


def choose(versions: Iterable[str], wanted: str | None) -> str | None:
    """The highest version that is wanted; None where there is none. Raises ValueError as `allows`."""
    fitting = [each for each in versions if allows(wanted, each)]
    if wanted is None or wanted == LATEST:
        fitting = [each for each in fitting if not is_prerelease(each)] or fitting
    return max(fitting, key=precedence, default=None)


@lru_cache(maxsize=_RANGES_KEPT)
def _range(text: str) -> Any:
    """The range that a text is, or None."""
    if not text.strip() or len(text) > RANGE_CHARS_MAX or not text.isascii():
        return None
    try:
        return nodesemver.make_range(text, loose=False)
    except ValueError:
        return None


def _is_prerelease_label(label: str) -> bool:
    if _LABEL.fullmatch(label) is None:
        return False
    return not label.isdecimal() or label == "0" or label[0] != "0"
