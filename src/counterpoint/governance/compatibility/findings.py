"""Collects what differs between two documents, with the place in each."""

from __future__ import annotations

from counterpoint.dsl import Definition
from counterpoint.governance.compatibility.report import BREAKING, NOTE, Bump, Finding, Place


class Findings:
    """What a comparison has found so far."""

    def __init__(self, before: Definition, after: Definition) -> None:
        self.before = before
        self.after = after
        self.all: list[Finding] = []

    def breaking(self, kind: str, what: str, why: str, before: str | None, after: str | None) -> None:
        """Somebody who relies on the earlier version may fail. `before`, `after`: JSON pointers; None: not there."""
        self._add(kind, BREAKING, Bump.MAJOR, what, why, before, after)

    def addition(self, kind: str, what: str, why: str, before: str | None, after: str | None) -> None:
        """There is more to rely on than before."""
        self._add(kind, NOTE, Bump.MINOR, what, why, before, after)

    def note(self, kind: str, what: str, why: str, before: str | None, after: str | None) -> None:
        """Something differs that nobody outside relies on."""
        self._add(kind, NOTE, Bump.PATCH, what, why, before, after)

    def _add(
        self, kind: str, severity: str, bump: Bump, what: str, why: str, before: str | None, after: str | None
    ) -> None:
        finding = Finding(
            kind=kind,
            severity=severity,
            bump=bump.word,
            what=what,
            why=why,
            before=_place(self.before, before),
            after=_place(self.after, after),
        )
        self.all.append(finding)


def _place(definition: Definition, pointer: str | None) -> Place | None:
    if pointer is None:
        return None
    position = definition.position(pointer)
    return Place(pointer=pointer, line=position.line, column=position.column)
