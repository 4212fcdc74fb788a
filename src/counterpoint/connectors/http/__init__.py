"""The `http` connector and the client that the other connectors share."""

from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.http.connector import HttpConnector
from counterpoint.connectors.http.settings import HttpLimits
from counterpoint.connectors.network import NetworkPolicy

__all__ = ["HttpClient", "HttpConnector", "HttpLimits", "NetworkPolicy"]
