"""Counterpoint runs workflow documents durably and undoes them in the right order when they fail."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from counterpoint.application.bulk import BulkStart
    from counterpoint.application.publishing import DefinitionRef
    from counterpoint.application.starting import Started
    from counterpoint.application.views import IncidentView, InstanceView, TaskView
    from counterpoint.bootstrap.embedded import Engine
    from counterpoint.connectors.functions import Refused, function
    from counterpoint.connectors.network import NetworkPolicy
    from counterpoint.engine.limits import EngineLimits
    from counterpoint.ports.connector import Invocation

__version__ = "0.1.0"

__all__ = [
    "BulkStart",
    "DefinitionRef",
    "Engine",
    "EngineLimits",
    "IncidentView",
    "InstanceView",
    "Invocation",
    "NetworkPolicy",
    "Refused",
    "Started",
    "TaskView",
    "function",
]

_MODULES: Final = {
    "BulkStart": "counterpoint.application.bulk",
    "DefinitionRef": "counterpoint.application.publishing",
    "Engine": "counterpoint.bootstrap.embedded",
    "EngineLimits": "counterpoint.engine.limits",
    "IncidentView": "counterpoint.application.views",
    "InstanceView": "counterpoint.application.views",
    "Invocation": "counterpoint.ports.connector",
    "NetworkPolicy": "counterpoint.connectors.network",
    "Refused": "counterpoint.connectors.functions",
    "Started": "counterpoint.application.starting",
    "TaskView": "counterpoint.application.views",
    "function": "counterpoint.connectors.functions",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the command line must not wait for what it does not need."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
