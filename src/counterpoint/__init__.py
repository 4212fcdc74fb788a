"""Counterpoint runs workflow documents durably and undoes them in the right order when they fail."""

from counterpoint.application import DefinitionRef, IncidentView, InstanceView, TaskView
from counterpoint.bootstrap import Engine
from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.functions import Refused, function
from counterpoint.engine.limits import EngineLimits

__version__ = "0.1.0"

__all__ = [
    "DefinitionRef",
    "Engine",
    "EngineLimits",
    "IncidentView",
    "InstanceView",
    "NetworkPolicy",
    "Refused",
    "TaskView",
    "function",
]
