"""The `run` connector: shell commands, scripts, containers."""

from counterpoint.connectors.process.connector import ProcessConnector
from counterpoint.connectors.process.policy import ProcessPolicy

__all__ = ["ProcessConnector", "ProcessPolicy"]
