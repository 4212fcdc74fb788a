"""The library: published definitions, found by what people call them, compiled when they are first used."""

from __future__ import annotations

import asyncio

import msgspec

from counterpoint.dsl import Definition, load
from counterpoint.engine.ending import to_its_end
from counterpoint.engine.registry import Registry
from counterpoint.errors import NotFound
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan, compile_plan
from counterpoint.plan.model import Limits
from counterpoint.ports.store import Batch, Store, StoredDefinition
from counterpoint.values.json import JsonValue


class Library:
    """All definitions of one store."""

    def __init__(self, store: Store, compiler: Compiler, limits: Limits) -> None:
        self._store = store
        self._compiler = compiler
        self._limits = limits
        self.registry = Registry()
        self._plans: dict[str, Plan] = {}
        self._publishing = asyncio.Lock()

    async def open(self) -> None:
        """Learn what is published, and in what state it is."""
        self.registry.fill(await self._store.definitions(), await self._store.states())

    def all(self) -> list[StoredDefinition]:
        """Every definition, by number."""
        return self.registry.all()

    def find(self, reference: str) -> StoredDefinition:
        """See `Registry.find`."""
        return self.registry.find(reference)

    def to_start(self, reference: str) -> StoredDefinition:
        """See `Registry.to_start`."""
        return self.registry.to_start(reference)

    def latest(self) -> list[StoredDefinition]:
        """See `Registry.latest`."""
        return self.registry.latest()

    def compile(self, definition: Definition, resources: dict[str, JsonValue]) -> Plan:
        """Compile without publishing. Raises InvalidDocument."""
        return compile_plan(definition, self._compiler, resources=resources, limits=self._limits)

    async def publish(
        self, definition: Definition, plan: Plan, resources: dict[str, JsonValue], at: int
    ) -> StoredDefinition:
        """Store a definition that compiled to `plan`. Raises Conflict for other content under a taken version.

        The same content again changes nothing, what it refers to included: its journals are read by that.
        """
        return await to_its_end(self._publish(definition, plan, resources, at))

    async def _publish(
        self, definition: Definition, plan: Plan, resources: dict[str, JsonValue], at: int
    ) -> StoredDefinition:
        async with self._publishing:
            known = self.published(definition)
            if known is not None:
                return known
            if resources:
                # They are stored first: a definition without what it refers to could not be compiled again.
                await self._store.append(
                    Batch(values={_resources_of(definition.digest): msgspec.msgpack.encode(resources)})
                )
            stored = await self._store.define(
                StoredDefinition(
                    number=0,
                    namespace=definition.namespace,
                    name=definition.name,
                    version=definition.version,
                    digest=definition.digest,
                    text=definition.text,
                    published_at=at,
                )
            )
            self.registry.add(stored)
            self._plans.setdefault(workflow_of(stored), plan)
            return stored

    def published(self, definition: Definition) -> StoredDefinition | None:
        """The version that has this very content."""
        stored = self.registry.get(f"{definition.namespace}/{definition.name}:{definition.version}")
        return stored if stored is not None and stored.digest == definition.digest else None

    def compiled(self) -> list[Plan]:
        """The plans that there are so far."""
        return list(self._plans.values())

    def ready(self, workflow: str) -> Plan | None:
        """The plan of `namespace/name:version` where it is compiled already."""
        return self._plans.get(workflow)

    async def plan(self, workflow: str) -> Plan:
        """The plan of `namespace/name:version`. Raises NotFound."""
        plan = self._plans.get(workflow)
        if plan is None:
            stored = self.registry.get(workflow)
            if stored is None:
                raise NotFound(f"there is no definition {workflow!r}")
            plan = self.compile(*await self.read(stored))
            self._plans[workflow] = plan
        return plan

    async def read(self, stored: StoredDefinition) -> tuple[Definition, dict[str, JsonValue]]:
        """A published definition with the documents that it refers to, as they were when it was published."""
        content = await self._store.value(_resources_of(stored.digest))
        resources: dict[str, JsonValue] = {} if content is None else msgspec.msgpack.decode(content)
        return load(stored.text, source=workflow_of(stored)), resources


def workflow_of(stored: StoredDefinition) -> str:
    """`namespace/name:version`."""
    return f"{stored.namespace}/{stored.name}:{stored.version}"


def _resources_of(digest: str) -> str:
    return f"resources:{digest}"
