"""Trials: the real kernel on a virtual clock, in a world whose effects are mocked.

World      instances, a clock, and what each owes; moved one step at a time by whoever explores
Trial      drives a world to its end: a `Service` replies to calls, a script does the rest; gives a `Trace`
Library    the workflows that may run each other
"""

from counterpoint.trial.calls import Call, Completed, Crashed, Failed, Reply, Service, Silent, Unanswered
from counterpoint.trial.driver import Trial
from counterpoint.trial.library import Library
from counterpoint.trial.trace import CallMade, Incident, Left, Step, Trace, UndoMade
from counterpoint.trial.world import Actor, World

__all__ = [
    "Actor",
    "Call",
    "CallMade",
    "Completed",
    "Crashed",
    "Failed",
    "Incident",
    "Left",
    "Library",
    "Reply",
    "Service",
    "Silent",
    "Step",
    "Trace",
    "Trial",
    "Unanswered",
    "UndoMade",
    "World",
]
