"""Publishing: from a text to a definition that can be started; validation and export of documents."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from counterpoint.dsl import Checked, Definition, read_data, to_author, to_portable
from counterpoint.dsl import check as check_structure
from counterpoint.dsl.salvage import inside
from counterpoint.engine.library import Library, workflow_of
from counterpoint.errors import ConnectorError, InvalidDocument, InvalidInput
from counterpoint.expressions import Compiler
from counterpoint.plan import Compensability, compensability, compile_plan, described_by, external_resources
from counterpoint.plan import check as check_meaning
from counterpoint.ports.store import StoredDefinition
from counterpoint.values.diagnostics import Diagnostic, Severity
from counterpoint.values.json import JsonObject, JsonValue

UNNAMED: Final = "<document>"
"""What diagnostics call a text that came without a name."""

Fetch = Callable[[JsonValue], Awaitable[bytes]]
"""Fetches an endpoint (`uri` or `{uri, authentication}`). Raises ConnectorError."""

_FILE_NAME: Final = re.compile(r"[^\n]{0,4096}\.(?:ya?ml|json)", re.IGNORECASE)
"""What somebody means to be a path."""


class DefinitionRef(msgspec.Struct, frozen=True):
    """Names a published definition; as a string `namespace/name:version`."""

    namespace: str
    name: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}:{self.version}"

    @classmethod
    def of(cls, stored: StoredDefinition) -> DefinitionRef:
        """The reference of a stored definition."""
        return cls(stored.namespace, stored.name, stored.version, stored.digest)


class Publisher:
    """Checks, compiles and stores documents."""

    def __init__(
        self,
        library: Library,
        compiler: Compiler,
        fetch: Fetch,
        functions: Collection[str],
        read_only: Collection[str] = (),
    ) -> None:
        """`functions` are the names of the functions in code, `read_only` those of them that change nothing."""
        self._library = library
        self._compiler = compiler
        self.fetch_from = fetch
        """Fetches an endpoint through the guard of all calls."""
        self._functions = functions
        self._read_only = read_only

    async def publish(self, document: str | bytes | Path, at: int, source: str = UNNAMED) -> StoredDefinition:
        """Store a document (its text, which diagnostics call `source`, or the Path of it) that has no error.

        Raises InvalidDocument with all diagnostics, Conflict where its version is taken by other content. The
        same again changes nothing: what it refers to stays as it was fetched.
        """
        text, source = read_document(document, source)
        checked = check_structure(text, source=source)
        definition = checked.definition
        diagnostics = _all_findings(checked, self._compiler, self._functions, self._read_only)
        if definition is None or _has_errors(diagnostics):
            raise InvalidDocument(diagnostics)
        known = self._library.published(definition)
        if known is not None:
            await self._library.plan(workflow_of(known))
            return known
        resources = await self.fetch(definition)
        if resources:  # with the schemas at hand more is known of the data
            diagnostics = check_meaning(
                definition, self._compiler, self._functions, read_only=self._read_only, resources=resources
            )
            if _has_errors(diagnostics):
                raise InvalidDocument(diagnostics)
        plan = self._library.compile(definition, resources)
        return await self._library.publish(definition, plan, resources, at)

    async def fetch(self, definition: Definition) -> dict[str, JsonValue]:
        """The documents that a definition refers to. Raises InvalidDocument where one cannot be used."""
        resources: dict[str, JsonValue] = {}
        for each in external_resources(definition):
            endpoint = (
                each.uri if each.authentication is None else {"uri": each.uri, "authentication": each.authentication}
            )
            try:
                resources[each.name] = read_data((await self.fetch_from(endpoint)).decode(), source=each.uri)
            except (ConnectorError, UnicodeDecodeError) as error:
                told = error.problem.detail if isinstance(error, ConnectorError) else "it is not UTF-8 text"
                message = f"{each.uri} cannot be used: {told}"
                raise InvalidDocument([definition.diagnostic("CP301", each.pointer, message)]) from error
        return resources


class Examined(msgspec.Struct, frozen=True):
    """What is known of a document before it runs.

    `compensability` says how much of what it may do can be undone; None where its structure is not valid.
    """

    diagnostics: list[Diagnostic]
    compensability: Compensability | None


def validate(
    document: str | bytes | Path,
    compiler: Compiler,
    functions: Collection[str] | None = None,
    source: str = UNNAMED,
) -> list[Diagnostic]:
    """All diagnostics of a document, warnings included; none is an error where it may run.

    What it refers to is not fetched: a document that needs others is not compiled.
    """
    return examine(document, compiler, functions, source=source).diagnostics


def examine(
    document: str | bytes | Path,
    compiler: Compiler,
    functions: Collection[str] | None = None,
    *,
    read_only: Collection[str] = (),
    contracts: Mapping[str, JsonValue] | None = None,
    source: str = UNNAMED,
) -> Examined:
    """As `validate`, with the figures of compensability.

    `functions` are the names of the functions in code (None: not known), `read_only` those that change nothing.
    `contracts` are OpenAPI documents and schemas that the document refers to, by URI or file name.
    """
    text, source = read_document(document, source)
    checked = check_structure(text, source=source)
    definition = checked.definition
    resources = {} if definition is None or not contracts else described_by(definition, contracts)
    found = _all_findings(checked, compiler, functions, read_only, resources)
    if definition is None:
        return Examined(found, None)
    if not _has_errors(found) and all(each.name in resources for each in external_resources(definition)):
        try:
            compile_plan(definition, compiler, resources=resources)
        except InvalidDocument as error:
            found += error.diagnostics
    return Examined(found, compensability(definition, read_only=read_only, resources=resources))


def _all_findings(
    checked: Checked,
    compiler: Compiler,
    functions: Collection[str] | None,
    read_only: Collection[str] = (),
    resources: Mapping[str, JsonValue] | None = None,
) -> list[Diagnostic]:
    """Structure and meaning at once; of what could be salvaged only the errors that its gaps have not caused."""
    found = list(checked.diagnostics)
    if checked.definition is not None:
        return found + check_meaning(checked.definition, compiler, functions, read_only=read_only, resources=resources)
    if checked.salvaged is not None:
        meant = check_meaning(checked.salvaged, compiler, functions, data_flow=False)
        found += [
            each for each in meant if each.severity is Severity.ERROR and not inside(each.pointer, checked.replaced)
        ]
        found.sort(key=lambda each: (each.position is None, each.position))
    return found


def export(document: str | bytes | Path, *, portable: bool, source: str = UNNAMED) -> JsonObject:
    """A document in portable form (any runtime of the specification takes it) or in author form.

    Raises InvalidDocument.
    """
    text, source = read_document(document, source)
    checked = check_structure(text, source=source)
    if checked.definition is None:
        raise InvalidDocument(checked.diagnostics)
    data = checked.definition.data
    converted: Any = to_portable(data) if portable else to_author(data)
    exported: JsonObject = converted
    return exported


def read_document(document: str | bytes | Path, source: str = UNNAMED) -> tuple[str | bytes, str]:
    """The text of a document, and what diagnostics call it: that of the file where a Path is given, or as it is given.

    Texts come from anywhere: none is ever taken for the name of a file. Raises InvalidInput.
    """
    if not isinstance(document, Path):
        if isinstance(document, str) and _FILE_NAME.fullmatch(document):
            raise InvalidInput(f"{document!r} is no document; where a file of that name is meant, give a Path")
        return document, source
    try:
        return document.read_bytes(), str(document)
    except OSError as error:
        raise InvalidInput(f"{document} cannot be read: {error.strerror or error}") from error


def reference_of(definition: DefinitionRef | StoredDefinition | str) -> str:
    """What names a definition, as a string."""
    return workflow_of(definition) if isinstance(definition, StoredDefinition) else str(definition)


def _has_errors(diagnostics: list[Diagnostic]) -> bool:
    return any(each.severity is Severity.ERROR for each in diagnostics)
