"""The workflows of a trial, by name: what `run: workflow` finds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from counterpoint.errors import NotFound
from counterpoint.plan import Plan


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
        """A plan; without a version, or with `latest`, that of the greatest. Raises NotFound."""
        versions = self._versions.get(f"{namespace}/{name}", {})
        if version in (None, "latest"):
            if versions:
                return max(versions.values(), key=lambda plan: _precedence(plan.version))
        elif version in versions:
            return versions[version]
        wanted = f"{namespace}/{name}" if version is None else f"{namespace}/{name}:{version}"
        known = ", ".join(sorted(plan.workflow for plan in self.plans()))
        raise NotFound(f"the workflow {wanted} is not among the given documents ({known or 'none'})")


def _precedence(version: str) -> tuple[list[int], bool, list[tuple[bool, int, str]]]:
    """Order of semantic versions: releases by number, pre-releases before their release (semver 2.0.0, 11)."""
    core, _, labels = re.sub(r"\+.*", "", version).partition("-")
    parts = [(not each.isdecimal(), int(each) if each.isdecimal() else 0, each) for each in labels.split(".") if each]
    return [int(each) for each in core.split(".")], not labels, parts
