"""The workflows of a trial, by name: what `run: workflow` finds."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.errors import NotFound
from counterpoint.plan import Plan
from counterpoint.values.versions import choose


class Library:
    """Plans by namespace, name and version."""

    def __init__(self, plans: Iterable[Plan] = ()) -> None:
        self._versions: dict[str, dict[str, Plan]] = {}
        for plan in plans:
            self.add(plan)

    def add(self, plan: Plan) -> None:
        """Put a plan in; one of the same version is replaced."""
        self._versions.setdefault(f"{plan.namespace}/{plan.name}", {})[plan.version] = plan

    def plans(self) -> list[Plan]:
        """All plans."""
        return [plan for versions in self._versions.values() for plan in versions.values()]

    def find(self, namespace: str, name: str, version: str | None = None) -> Plan:
        """A plan; `version` may be a range; without it, or with `latest`, the highest release. Raises NotFound."""
        versions = self._versions.get(f"{namespace}/{name}", {})
        try:
            chosen = choose(versions, version)
        except ValueError as error:
            raise NotFound(str(error)) from None
        if chosen is not None:
            return versions[chosen]
        wanted = f"{namespace}/{name}" if version is None else f"{namespace}/{name}:{version}"
        known = ", ".join(sorted(plan.workflow for plan in self.plans()))
        raise NotFound(f"the workflow {wanted} is not among the given documents ({known or 'none'})")
