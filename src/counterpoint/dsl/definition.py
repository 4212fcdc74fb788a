"""A workflow document that may run, and the two ways to get one: `load` raises, `check` tells all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import msgspec

from counterpoint.dsl.forms import Moves, to_author_located, to_portable
from counterpoint.dsl.grammar import check_structure
from counterpoint.dsl.limits import DEFAULT_LIMITS, DocumentLimits
from counterpoint.dsl.marks import Mark, position
from counterpoint.dsl.report import Finding, Report
from counterpoint.dsl.saga_rules import check_saga
from counterpoint.dsl.salvage import TEXT_CHARS_MAX, salvage
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.dsl.yaml_writer import write_yaml
from counterpoint.errors import InvalidDocument
from counterpoint.values.diagnostics import Diagnostic, Position, Severity
from counterpoint.values.json import JsonObject, JsonValue


class Definition:
    """A workflow document whose structure is valid. Immutable.

    `data` is plain JSON in author form, `text` what was read, `digest` the SHA-256 of the author form's
    canonical JSON in hexadecimal: equal documents have equal digests, in either form and any layout.
    """

    def __init__(
        self, text: str, source: str, data: JsonObject, places: Places, warnings: Sequence[Diagnostic]
    ) -> None:
        self.text = text
        self.source = source
        self.data = data
        self.digest = digest(data)
        self.warnings = tuple(warnings)
        self._places = places
        header = data["document"]
        self.dsl: str = header["dsl"]
        self.namespace: str = header["namespace"]
        self.name: str = header["name"]
        self.version: str = header["version"]

    def __repr__(self) -> str:
        return f"Definition({self.namespace}/{self.name}:{self.version} from {self.source})"

    def position(self, pointer: str, *, of_key: bool = False) -> Position:
        """Where the value at a JSON pointer into `data` stands in `text`, or its key.

        A pointer that leads nowhere gives the position of the nearest value above it.
        """
        return self._places.position(pointer, of_key=of_key)

    def diagnostic(
        self,
        code: str,
        pointer: str,
        message: str,
        *,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
        of_key: bool = False,
    ) -> Diagnostic:
        """A diagnostic about the value at a JSON pointer into `data`, or about its key."""
        finding = Finding(code=code, message=message, pointer=pointer, severity=severity, hint=hint, of_key=of_key)
        return self._places.diagnostic(finding, self.source)


class Checked(msgspec.Struct, frozen=True):
    """The outcome of a check: a definition unless a diagnostic is an error."""

    definition: Definition | None
    diagnostics: tuple[Diagnostic, ...]
    salvaged: Definition | None = None
    """Where there is no definition: what is sound of it, for checks of its meaning. Never to be run."""
    replaced: tuple[str, ...] = ()
    """Pointers of what is missing in `salvaged`."""


class Places:
    """Finds positions for pointers into the author form, also where the text has the portable form."""

    def __init__(self, mark: Mark, moves: Moves) -> None:
        self._mark = mark
        self._moves = moves

    def position(self, pointer: str, *, of_key: bool = False) -> Position:
        """See Definition.position."""
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in self._written(pointer).split("/")[1:]]
        return position(self._mark, tokens, of_key=of_key)

    def diagnostic(self, finding: Finding, source: str) -> Diagnostic:
        """The finding with its position."""
        return Diagnostic(
            code=finding.code,
            message=finding.message,
            severity=finding.severity,
            source=source,
            position=self.position(finding.pointer, of_key=finding.of_key),
            pointer=finding.pointer,
            hint=finding.hint,
        )

    def _written(self, pointer: str) -> str:
        if self._moves:
            tokens = pointer.split("/")
            for end in range(len(tokens), 1, -1):
                prefix = "/".join(tokens[:end])
                if prefix in self._moves:
                    task, moved = self._moves[prefix]
                    return self._written(task) + moved + pointer[len(prefix) :]
        return pointer


def load(text: str | bytes, *, source: str = "<document>", limits: DocumentLimits = DEFAULT_LIMITS) -> Definition:
    """Read a workflow document from YAML 1.2 or JSON, in author or portable form.

    Checks its structure; what needs expressions compiled or names looked up is checked by the plan.
    Raises InvalidDocument with every diagnostic, warnings included.
    """
    checked = check(text, source=source, limits=limits)
    if checked.definition is None:
        raise InvalidDocument(checked.diagnostics)
    return checked.definition


def check(text: str | bytes, *, source: str = "<document>", limits: DocumentLimits = DEFAULT_LIMITS) -> Checked:
    """As `load`, but never raises: gives the definition (None where any diagnostic is an error) and all diagnostics."""
    try:
        data, mark = read_located(text, source, limits)
    except InvalidDocument as refused:
        return Checked(None, (*refused.diagnostics,))
    report = Report(limits.diagnostics_max)
    author, moves = to_author_located(data)
    check_structure(author, report)
    if not report.failed:
        check_saga(author, report)
    places = Places(mark, moves)
    diagnostics = _diagnostics(report, places, source, limits)
    written = text if isinstance(text, str) else text.decode("utf-8")
    if report.failed:
        found = salvage(author, _faults) if len(written) <= TEXT_CHARS_MAX else None
        if found is None:
            return Checked(None, diagnostics)
        rest, replaced = found
        return Checked(None, diagnostics, Definition(written, source, rest, places, ()), replaced)
    return Checked(Definition(written, source, author, places, diagnostics), diagnostics)


def export_portable(definition: Definition) -> str:
    """The portable form as YAML text, members in their order; comments are not kept."""
    return write_yaml(to_portable(definition.data))


def digest(data: JsonValue) -> str:
    """SHA-256 of the canonical JSON of `data`: members sorted, no white space, UTF-8."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _faults(data: JsonValue) -> list[str]:
    report = Report()
    check_structure(data, report)
    if not report.failed:
        check_saga(data, report)
    return [each.pointer for each in report.findings if each.severity is Severity.ERROR]


def _diagnostics(report: Report, places: Places, source: str, limits: DocumentLimits) -> tuple[Diagnostic, ...]:
    shown = report.findings[: limits.diagnostics_max]
    found = [places.diagnostic(each, source) for each in shown]
    found.sort(key=lambda each: (each.position is None, each.position))
    omitted = report.omitted + len(report.findings) - len(shown)
    if omitted:
        message = f"{omitted:,} further findings are not listed"
        hint = f"the limit diagnostics_max is {limits.diagnostics_max}"
        found.append(Diagnostic(code="CP012", message=message, severity=Severity.WARNING, source=source, hint=hint))
    return tuple(found)
