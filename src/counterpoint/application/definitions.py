"""Definitions: publish, check, list and look up, on a running engine."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from counterpoint.application.comparing import Comparison, ComparisonLimits, Side, compare_versions, of_stored
from counterpoint.application.lifecycle import VersionLife
from counterpoint.application.offering import Offering
from counterpoint.application.publishing import UNNAMED, DefinitionRef, Publisher, examine
from counterpoint.application.registered import RegisteredFunction
from counterpoint.dsl import check, load
from counterpoint.engine.registry import Caution
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import InvalidDocument, InvalidInput, NotFound
from counterpoint.expressions import Compiler
from counterpoint.plan import external_resources
from counterpoint.ports.store import StoredDefinition, VersionState
from counterpoint.values.diagnostics import Diagnostic
from counterpoint.values.json import JsonValue
from counterpoint.values.versions import precedence

PUBLISH: Final = "publish"
"""Kind of the message that asks for it: {document, source?}; it is answered {reference, new}."""


class _Message(msgspec.Struct, frozen=True):
    document: str
    source: str = UNNAMED


class Definitions:
    """The use cases of definitions."""

    def __init__(
        self,
        runtime: Runtime,
        publisher: Publisher,
        compiler: Compiler,
        functions: Collection[str] | None,
        registered: Sequence[RegisteredFunction] = (),
    ) -> None:
        """`functions` are the names of the functions in code that documents may call; None: any. `registered` tells
        what is known of them.
        """
        self._runtime = runtime
        self._publisher = publisher
        self._compiler = compiler
        self._functions = functions
        self.registered = registered
        self.read_only = frozenset(each.name for each in registered if each.read_only)
        """The names of those that change nothing: a call of one needs no undo."""
        self.life = VersionLife(runtime)
        self.offering = Offering(publisher.fetch_from)
        self._comparing = asyncio.Semaphore(ComparisonLimits().comparisons_max)
        runtime.inbox.handle(PUBLISH, self._of_message)

    async def publish(self, document: str | bytes, source: str = UNNAMED) -> tuple[DefinitionRef, bool]:
        """Publish the text of a document, and begin its schedule; also whether it was new.

        Raises InvalidDocument, Conflict (its version has other content).
        """
        runtime = self._runtime
        newest = max((each.number for each in runtime.library.all()), default=0)
        stored = await self._publisher.publish(document, runtime.clock.now(), source)
        await runtime.schedules.published(stored)
        return DefinitionRef.of(stored), stored.number > newest

    async def _of_message(self, body: JsonValue) -> JsonValue:
        """Raises InvalidInput, also for a document that refers to others: all would wait while they are fetched."""
        try:
            asked = msgspec.convert(body, _Message)
            definition = load(asked.document, source=asked.source)
            if external_resources(definition):
                told = "refers to other documents: publish it over HTTP, or give it to `counterpoint serve`"
                raise InvalidInput(f"{asked.source} {told}")
            reference, new = await self.publish(asked.document, asked.source)
        except (InvalidDocument, msgspec.ValidationError) as error:
            raise InvalidInput(str(error)) from error
        return {"reference": str(reference), "new": new}

    def validate(self, document: str | bytes, source: str = UNNAMED) -> list[Diagnostic]:
        """All diagnostics of a text, warnings included. What it refers to is not fetched."""
        examined = examine(document, self._compiler, self._functions, read_only=self.read_only, source=source)
        return examined.diagnostics

    def named(self, document: str | bytes, source: str = UNNAMED) -> str | None:
        """The `namespace/name:version` that a text gives itself; None where its structure is not valid."""
        definition = check(document, source=source).definition
        return None if definition is None else f"{definition.namespace}/{definition.name}:{definition.version}"

    def all(self) -> list[StoredDefinition]:
        """Every version of every workflow, in the order in which they were published."""
        return self._runtime.library.all()

    def find(self, reference: str) -> StoredDefinition:
        """By `namespace/name:RANGE`; see `Registry.find`. Raises NotFound, InvalidInput."""
        return self._runtime.library.find(reference)

    def versions(self, namespace: str, name: str) -> list[StoredDefinition]:
        """All versions of one workflow, the highest first. Raises NotFound."""
        found = [each for each in self.all() if (each.namespace, each.name) == (namespace, name)]
        if not found:
            raise NotFound(f"there is no workflow {namespace}/{name}")
        return sorted(found, key=lambda each: precedence(each.version), reverse=True)

    def state(self, definition: StoredDefinition) -> VersionState:
        """The state that a version is in."""
        return self._runtime.library.registry.state(definition)

    def history(self, definition: StoredDefinition) -> Sequence[VersionState]:
        """All states that a version was ever brought into."""
        return self._runtime.library.registry.history(definition)

    async def compare(self, before: str, after: str) -> Comparison:
        """What differs between two published versions. Raises NotFound, InvalidInput (they are of two workflows)."""
        library = self._runtime.library
        old, new = [await of_stored(library, library.find(each)) for each in (before, after)]
        async with self._comparing:
            return await compare_versions(old, new)

    async def compare_document(self, before: str, document: str | bytes, source: str = UNNAMED) -> Comparison:
        """What differs between a published version and the text of a document; what that refers to is fetched.

        Raises NotFound, InvalidDocument, InvalidInput (they are of two workflows).
        """
        library, definition = self._runtime.library, load(document, source=source)
        stored = library.find(before)
        old, new = await of_stored(library, stored), Side(definition, await self._publisher.fetch(definition))
        async with self._comparing:
            return await compare_versions(old, new)

    def caution(self, definition: StoredDefinition) -> Caution | None:
        """What is to be said to whoever starts a version; None where that is nothing."""
        return self._runtime.library.registry.caution(definition)
