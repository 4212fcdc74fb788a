"""Use cases: everything a person can do, whatever face they use. CLI, Python API and HTTP call these."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from counterpoint.application.describing import language_schema
    from counterpoint.application.instances import Instances
    from counterpoint.application.publishing import DefinitionRef, Publisher, examine, export, validate
    from counterpoint.application.reading import Reader
    from counterpoint.application.requesting import Requester
    from counterpoint.application.supposing import what_if
    from counterpoint.application.testing import Suite, find_suites, open_suites, run_suite
    from counterpoint.application.views import IncidentView, InstanceView, TaskView

__all__ = [
    "DefinitionRef",
    "IncidentView",
    "InstanceView",
    "Instances",
    "Publisher",
    "Reader",
    "Requester",
    "Suite",
    "TaskView",
    "examine",
    "export",
    "find_suites",
    "language_schema",
    "open_suites",
    "run_suite",
    "validate",
    "what_if",
]

_MODULES: Final = {
    "DefinitionRef": "publishing",
    "IncidentView": "views",
    "InstanceView": "views",
    "Instances": "instances",
    "Publisher": "publishing",
    "Reader": "reading",
    "Requester": "requesting",
    "Suite": "testing",
    "TaskView": "views",
    "examine": "publishing",
    "export": "publishing",
    "find_suites": "testing",
    "language_schema": "describing",
    "open_suites": "testing",
    "run_suite": "testing",
    "validate": "publishing",
    "what_if": "supposing",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: who validates a document need not load an engine."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
