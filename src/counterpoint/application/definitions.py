"""Definitions: publish, check, list and look up, on a running engine."""

from __future__ import annotations

from collections.abc import Collection

from counterpoint.application.publishing import UNNAMED, DefinitionRef, Publisher, validate
from counterpoint.dsl import check
from counterpoint.engine.runtime import Runtime
from counterpoint.expressions import Compiler
from counterpoint.ports.store import StoredDefinition
from counterpoint.values.diagnostics import Diagnostic


class Definitions:
    """The use cases of definitions."""

    def __init__(
        self, runtime: Runtime, publisher: Publisher, compiler: Compiler, functions: Collection[str] | None
    ) -> None:
        """`functions` are the names of the functions in code that documents may call; None: any."""
        self._runtime = runtime
        self._publisher = publisher
        self._compiler = compiler
        self._functions = functions

    async def publish(self, document: str | bytes, source: str = UNNAMED) -> tuple[DefinitionRef, bool]:
        """Publish the text of a document, and begin its schedule; also whether it was new.

        Raises InvalidDocument, Conflict (its version has other content).
        """
        runtime = self._runtime
        newest = max((each.number for each in runtime.library.all()), default=0)
        stored = await self._publisher.publish(document, runtime.clock.now(), source)
        await runtime.schedules.published(stored)
        return DefinitionRef.of(stored), stored.number > newest

    def validate(self, document: str | bytes, source: str = UNNAMED) -> list[Diagnostic]:
        """All diagnostics of a text, warnings included. What it refers to is not fetched."""
        return validate(document, self._compiler, self._functions, source)

    def named(self, document: str | bytes, source: str = UNNAMED) -> str | None:
        """The `namespace/name:version` that a text gives itself; None where its structure is not valid."""
        definition = check(document, source=source).definition
        return None if definition is None else f"{definition.namespace}/{definition.name}:{definition.version}"

    def all(self) -> list[StoredDefinition]:
        """Every version of every workflow, in the order in which they were published."""
        return self._runtime.library.all()

    def find(self, reference: str) -> StoredDefinition:
        """By `namespace/name:version`; without a version the highest. Raises NotFound."""
        return self._runtime.library.find(reference)
