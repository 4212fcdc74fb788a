"""What a comparison of two versions finds. Breaking is what may fail for somebody who relies on the earlier version."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import msgspec

from counterpoint.values.versions import is_prerelease

BREAKING: Final = "breaking"
NOTE: Final = "note"


class Bump(IntEnum):
    """How far the number of a version moves (Semantic Versioning)."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """none, patch, minor or major."""
        return self.name.lower()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the text of one version; lines and columns count from 1."""

    pointer: str
    """JSON pointer into the author form of the document."""
    line: int
    column: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between two versions."""

    kind: str
    """Stable: `input-narrowed`, `undo-removed`, `call-changed` ...; docs/guide/registry.md lists them."""
    severity: str
    """breaking or note."""
    bump: str
    """What it asks of the number of the version: major, minor or patch."""
    what: str
    """What has changed."""
    why: str
    """What that means, for whom."""
    before: Place | None
    """Where it stands in the earlier version; None where it is new."""
    after: Place | None
    """Where it stands in the later version; None where it is gone."""

    @property
    def breaking(self) -> bool:
        """Whether somebody who relies on the earlier version may fail with the later one."""
        return self.severity == BREAKING


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two versions compared, the earlier one first. `compatible` where no finding is breaking."""

    before: str
    """`namespace/name:version`."""
    after: str
    verdict: str
    """compatible or breaking."""
    bump_needed: str
    """The least change of the number that the findings ask for: none, patch, minor or major."""
    bump_made: str
    """The change that was made; `prerelease` where the earlier version is one, which promises nothing."""
    bump_enough: bool
    findings: tuple[Finding, ...]
    """Breaking ones first, else in the order of the later document."""

    @property
    def compatible(self) -> bool:
        """Whether nobody who relies on the earlier version fails with the later one."""
        return self.verdict == "compatible"


def concluded(before: str, after: str, findings: list[Finding]) -> Comparison:
    """The comparison that findings amount to. `before`, `after`: `namespace/name:version`."""
    old, new = before.rpartition(":")[2], after.rpartition(":")[2]
    needed = max((Bump[each.bump.upper()] for each in findings), default=Bump.NONE)
    if needed is not Bump.NONE and _core(old)[0] == 0:
        # Before 1.0.0 the minor number says that something may break, and the patch number all else.
        needed = Bump.MINOR if needed is Bump.MAJOR else Bump.PATCH
    made, promised = _made(old, new), not is_prerelease(old)
    return Comparison(
        before=before,
        after=after,
        verdict=BREAKING if any(each.breaking for each in findings) else "compatible",
        bump_needed=needed.word,
        bump_made=made.word if promised else "prerelease",
        bump_enough=made >= needed or not promised,
        findings=tuple(sorted(findings, key=_order)),
    )


def _order(finding: Finding) -> tuple[bool, tuple[int, int]]:
    place = finding.after or finding.before
    return not finding.breaking, (0, 0) if place is None else (place.line, place.column)


def _made(old: str, new: str) -> Bump:
    """How far the number went up; NONE where it did not."""
    before, after = _core(old), _core(new)
    if after <= before:
        return Bump.NONE
    changed = next(index for index in range(3) if before[index] != after[index])
    return (Bump.MAJOR, Bump.MINOR, Bump.PATCH)[changed]


def _core(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.partition("+")[0].partition("-")[0].split("."))
