# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of requests and of answers."""

from counterpoint.client.types.debugging import Difference, Differences, LogEntry, State, TaskState
from counterpoint.client.types.definitions import (
    Compatibility,
    DefinitionEntry,
    DefinitionPage,
    DefinitionText,
    StateChange,
    TextPlace,
    Validation,
    VersionDifference,
    VersionEntry,
    VersionPage,
)
from counterpoint.client.types.events import Accepted
from counterpoint.client.types.health import HealthReport
from counterpoint.client.types.instances import (
    History,
    Incident,
    Instance,
    InstanceEntry,
    InstancePage,
    StartAnswer,
    StartAnswers,
    StartedInstance,
    Task,
    Warned,
)
from counterpoint.client.types.shared import Finding, ProblemDetails

__all__ = [
    "Accepted",
    "Compatibility",
    "DefinitionEntry",
    "DefinitionPage",
    "DefinitionText",
    "Difference",
    "Differences",
    "Finding",
    "HealthReport",
    "History",
    "Incident",
    "Instance",
    "InstanceEntry",
    "InstancePage",
    "LogEntry",
    "ProblemDetails",
    "StartAnswer",
    "StartAnswers",
    "StartedInstance",
    "State",
    "StateChange",
    "Task",
    "TaskState",
    "TextPlace",
    "Validation",
    "VersionDifference",
    "VersionEntry",
    "VersionPage",
    "Warned",
]
