# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations: a method for each of the API."""

from counterpoint.client.blocking.operations.debugging import DebuggingOperations
from counterpoint.client.blocking.operations.definitions import DefinitionsOperations
from counterpoint.client.blocking.operations.events import EventsOperations
from counterpoint.client.blocking.operations.health import HealthOperations
from counterpoint.client.blocking.operations.insights import InsightsOperations
from counterpoint.client.blocking.operations.instances import InstancesOperations
from counterpoint.client.blocking.operations.metrics import MetricsOperations
from counterpoint.client.blocking.operations.operations import OperationsOperations
from counterpoint.client.blocking.operations.rehearsals import RehearsalsOperations
from counterpoint.client.blocking.operations.streams import StreamsOperations


class Operations(
    DebuggingOperations,
    DefinitionsOperations,
    EventsOperations,
    HealthOperations,
    InsightsOperations,
    InstancesOperations,
    MetricsOperations,
    OperationsOperations,
    RehearsalsOperations,
    StreamsOperations,
):
    """Every operation of the API."""
