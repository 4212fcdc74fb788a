"""The instruments: every metric that there is, by the name that OpenTelemetry gives it, and by Prometheus'."""

from __future__ import annotations

from typing import Final

import msgspec

COUNTER: Final = "counter"
GAUGE: Final = "gauge"
HISTOGRAM: Final = "histogram"

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0, 3_600.0, 86_400.0)
_COMMIT_SECONDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_SIZES: Final = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_000.0)
_UNITS: Final = {"s": "_seconds", "By": "_bytes"}


class Instrument(msgspec.Struct, frozen=True):
    """One metric. `labels` are the attributes of its series, in this order."""

    name: str
    kind: str
    unit: str
    """UCUM: `s`; in braces what is counted."""
    description: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    """Upper bounds of a histogram's buckets."""

    @property
    def prometheus(self) -> str:
        """Its name in Prometheus, without the `_total` of a counter."""
        return self.name.replace(".", "_") + _UNITS.get(self.unit, "")


_TASK: Final = ("workflow", "task")

INSTANCES_STARTED: Final = Instrument(
    "counterpoint.instances.started", COUNTER, "{instance}", "Instances started", ("workflow",)
)
INSTANCES_ENDED: Final = Instrument(
    "counterpoint.instances.ended", COUNTER, "{instance}", "Instances ended, by status", ("workflow", "status")
)
INSTANCE_DURATION: Final = Instrument(
    *("counterpoint.instance.duration", HISTOGRAM, "s", "From start to end of an instance", ("workflow", "status")),
    _SECONDS,
)
TASK_DURATION: Final = Instrument(
    *("counterpoint.task.duration", HISTOGRAM, "s", "From start to end of a task", (*_TASK, "status")), _SECONDS
)
RETRIES: Final = Instrument("counterpoint.retries", COUNTER, "{retry}", "Attempts that followed a failure", _TASK)
UNDOS: Final = Instrument(
    "counterpoint.undos", COUNTER, "{undo}", "Undos ended: completed or failed for good", (*_TASK, "status")
)
INCIDENTS: Final = Instrument("counterpoint.incidents", COUNTER, "{incident}", "Incidents opened", ("workflow",))
INCIDENTS_OPEN: Final = Instrument(
    "counterpoint.incidents.open", GAUGE, "{incident}", "Incidents that wait for a person"
)
IN_MEMORY: Final = Instrument("counterpoint.instances.in_memory", GAUGE, "{instance}", "Unfinished instances in memory")
AWAY: Final = Instrument(
    "counterpoint.instances.away", GAUGE, "{instance}", "Unfinished instances that wait outside memory"
)
ACTIVE: Final = Instrument(
    "counterpoint.instances.active", GAUGE, "{instance}", "Unfinished instances that do not only wait"
)
ACTIVE_LIMIT: Final = Instrument(
    "counterpoint.instances.active.limit", GAUGE, "{instance}", "From how many on starts are refused"
)
COMMANDS_QUEUED: Final = Instrument("counterpoint.commands.queued", GAUGE, "{command}", "Commands not decided yet")
EFFECTS_QUEUED: Final = Instrument("counterpoint.effects.queued", GAUGE, "{effect}", "Effects that wait for a worker")
EFFECTS_IN_FLIGHT: Final = Instrument("counterpoint.effects.in_flight", GAUGE, "{effect}", "Effects being carried out")
_DESTINATION: Final = ("destination",)
CIRCUIT_STATE: Final = Instrument(
    *("counterpoint.circuit.state", GAUGE, "1", "Circuit of a destination: 0 closed, 1 half-open, 2 open"), _DESTINATION
)
CIRCUIT_OPENED: Final = Instrument(
    "counterpoint.circuit.opened", COUNTER, "{opening}", "Times that a destination came to count as down", _DESTINATION
)
CALLS_REFUSED: Final = Instrument(
    "counterpoint.circuit.refused", COUNTER, "{call}", "Calls not made as a circuit was open", _DESTINATION
)
TIMERS: Final = Instrument(
    "counterpoint.timers", GAUGE, "{timer}", "Timers that are set, those no longer owed included"
)
TIMERS_LATE: Final = Instrument("counterpoint.timers.lateness", GAUGE, "s", "For how long the first timer has been due")
INBOX: Final = Instrument("counterpoint.inbox.messages", GAUGE, "{message}", "Messages not handled yet")
OUTBOX: Final = Instrument("counterpoint.outbox.events", GAUGE, "{event}", "Events that are owed to sinks")
COMMIT_DURATION: Final = Instrument(
    *("counterpoint.store.commit.duration", HISTOGRAM, "s", "Writing one batch", ()), _COMMIT_SECONDS
)
BATCH_SIZE: Final = Instrument(
    *("counterpoint.store.batch.transitions", HISTOGRAM, "{transition}", "Transitions in one batch", ()), _SIZES
)
STORE_FAILING: Final = Instrument("counterpoint.store.failing", GAUGE, "1", "1 while nothing can be written")
EVENTS_IN: Final = Instrument("counterpoint.events.accepted", COUNTER, "{event}", "Events taken in from outside")
EVENTS_DUPLICATE: Final = Instrument(
    "counterpoint.events.duplicates", COUNTER, "{event}", "Of those, events that were there before"
)
EVENTS_REFUSED: Final = Instrument(
    *("counterpoint.events.refused", COUNTER, "{event}", "Events from outside that were refused", ("reason",))
)
_SOURCE: Final = ("source",)
SOURCE_CONNECTIONS: Final = Instrument(
    "counterpoint.source.connections", COUNTER, "{connection}", "Connections of a source to its broker", _SOURCE
)
SOURCE_RECEIVED: Final = Instrument(
    "counterpoint.source.received", COUNTER, "{message}", "Messages a source was brought", _SOURCE
)
SOURCE_DUPLICATES: Final = Instrument(
    "counterpoint.source.duplicates", COUNTER, "{event}", "Events of a source that were there before", _SOURCE
)
SOURCE_REFUSED: Final = Instrument(
    "counterpoint.source.refused", COUNTER, "{message}", "Messages a source has put aside: nobody can use them", _SOURCE
)
SOURCE_PAUSES: Final = Instrument(
    "counterpoint.source.pauses", COUNTER, "{pause}", "Times that the engine could take no more from a source", _SOURCE
)
EVENTS_SENT: Final = Instrument("counterpoint.events.sent", COUNTER, "{event}", "Events a sink has taken", ("sink",))
SENDING_FAILED: Final = Instrument(
    *("counterpoint.events.sending.failures", COUNTER, "{batch}", "Batches a sink has not taken", ("sink",))
)
DEAD_LETTERS: Final = Instrument(
    *("counterpoint.events.dead", COUNTER, "{event}", "Events a sink will never take", ("sink",))
)
REQUEST_DURATION: Final = Instrument(
    "http.server.request.duration",
    HISTOGRAM,
    "s",
    "Answering one HTTP request",
    ("http_request_method", "http_route", "http_response_status_code"),
    _SECONDS[:11],
)
SPANS: Final = Instrument(
    *("counterpoint.telemetry.spans", COUNTER, "{span}", "Spans exported, failed or dropped", ("result",))
)
SPANS_QUEUED: Final = Instrument("counterpoint.telemetry.spans.queued", GAUGE, "{span}", "Spans not exported yet")

ALL: Final = tuple(each for each in dict(globals()).values() if isinstance(each, Instrument))
