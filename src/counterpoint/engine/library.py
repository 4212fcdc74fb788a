"""The library: published definitions, found by what people call them, compiled when they are first used."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from counterpoint.dsl import Definition, load
from counterpoint.errors import NotFound
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan, compile_plan
from counterpoint.plan.model import Limits
from counterpoint.ports.store import Batch, Store, StoredDefinition
from counterpoint.values.json import JsonValue

_REFERENCE: Final = re.compile(r"(?:(?P<namespace>[^/:]+)/)?(?P<name>[^/:]+)(?::(?P<version>[^/:]+))?")
_NUMBER: Final = re.compile(r"\d+")


class Library:
    """All definitions of one store."""

    def __init__(self, store: Store, compiler: Compiler, limits: Limits) -> None:
        self._store = store
        self._compiler = compiler
        self._limits = limits
        self._by_workflow: dict[str, StoredDefinition] = {}
        self._plans: dict[str, Plan] = {}

    async def open(self) -> None:
        """Learn what is published."""
        for each in await self._store.definitions():
            self._by_workflow[workflow_of(each)] = each

    def all(self) -> list[StoredDefinition]:
        """Every definition, by number."""
        return sorted(self._by_workflow.values(), key=lambda each: each.number)

    def find(self, reference: str) -> StoredDefinition:
        """By `namespace/name:version`; namespace and version may be left out where that is clear.

        Without a version, the highest one. Raises NotFound, also where several namespaces have the name.
        """
        exact = self._by_workflow.get(reference)
        if exact is not None:
            return exact
        match = _REFERENCE.fullmatch(reference)
        wanted = match.groupdict() if match else {}
        found = [
            each
            for each in self._by_workflow.values()
            if wanted and all(value is None or getattr(each, key) == value for key, value in wanted.items())
        ]
        if not found:
            known = ", ".join(sorted(self._by_workflow)) or "none"
            raise NotFound(f"there is no definition {reference!r} (published: {known})")
        namespaces = sorted({each.namespace for each in found})
        if len(namespaces) > 1:
            raise NotFound(f"{reference!r} is in several namespaces: {', '.join(namespaces)}; name one of them")
        return max(found, key=lambda each: precedence(each.version))

    def matches(self, reference: str, workflow: str) -> bool:
        """Whether `reference` may name `namespace/name:version`, whatever else is published."""
        asked, named = _REFERENCE.fullmatch(reference), _REFERENCE.fullmatch(workflow)
        if asked is None or named is None:
            return reference == workflow
        return all(value is None or value == named[key] for key, value in asked.groupdict().items())

    def latest(self) -> list[StoredDefinition]:
        """The highest version of every workflow."""
        highest: dict[tuple[str, str], StoredDefinition] = {}
        for each in self._by_workflow.values():
            key = (each.namespace, each.name)
            if key not in highest or precedence(each.version) > precedence(highest[key].version):
                highest[key] = each
        return list(highest.values())

    def compile(self, definition: Definition, resources: dict[str, JsonValue]) -> Plan:
        """Compile without publishing. Raises InvalidDocument."""
        return compile_plan(definition, self._compiler, resources=resources, limits=self._limits)

    async def publish(
        self, definition: Definition, plan: Plan, resources: dict[str, JsonValue], at: int
    ) -> StoredDefinition:
        """Store a definition that compiled to `plan`. Raises Conflict for other content under a taken version."""
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
        workflow = workflow_of(stored)
        self._by_workflow[workflow] = stored
        self._plans.setdefault(workflow, plan)
        return stored

    def ready(self, workflow: str) -> Plan | None:
        """The plan of `namespace/name:version` where it is compiled already."""
        return self._plans.get(workflow)

    async def plan(self, workflow: str) -> Plan:
        """The plan of `namespace/name:version`. Raises NotFound."""
        plan = self._plans.get(workflow)
        if plan is None:
            stored = self._by_workflow.get(workflow)
            if stored is None:
                raise NotFound(f"there is no definition {workflow!r}")
            content = await self._store.value(_resources_of(stored.digest))
            resources: dict[str, Any] = {} if content is None else msgspec.msgpack.decode(content)
            plan = self.compile(load(stored.text, source=workflow), resources)
            self._plans[workflow] = plan
        return plan


def workflow_of(stored: StoredDefinition) -> str:
    """`namespace/name:version`."""
    return f"{stored.namespace}/{stored.name}:{stored.version}"


def precedence(version: str) -> tuple[Any, ...]:
    """Sorts versions as Semantic Versioning 2.0.0 does (section 11)."""
    core, _, prerelease = version.partition("+")[0].partition("-")
    numbers = tuple(int(each) if _NUMBER.fullmatch(each) else 0 for each in core.split("."))
    parts = tuple(
        (0, int(each), "") if _NUMBER.fullmatch(each) else (1, 0, each) for each in prerelease.split(".") if prerelease
    )
    return (numbers, not prerelease, parts)


def _resources_of(digest: str) -> str:
    return f"resources:{digest}"
