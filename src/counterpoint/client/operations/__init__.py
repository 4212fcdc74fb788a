# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations: a method for each of the API."""

from counterpoint.client.operations.debugging import DebuggingOperations
from counterpoint.client.operations.definitions import DefinitionsOperations
from counterpoint.client.operations.events import EventsOperations
from counterpoint.client.operations.health import HealthOperations
from counterpoint.client.operations.insights import InsightsOperations
from counterpoint.client.operations.instances import InstancesOperations
from counterpoint.client.operations.metrics import MetricsOperations
from counterpoint.client.operations.operations import OperationsOperations
from counterpoint.client.operations.rehearsals import RehearsalsOperations
from counterpoint.client.operations.streams import StreamsOperations


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
