"""Python functions as workflow functions: `@function` and the connector that calls them."""

from counterpoint.connectors.functions.connector import FunctionConnector, discover
from counterpoint.connectors.functions.spec import FunctionSpec, Refused, function

__all__ = ["FunctionConnector", "FunctionSpec", "Refused", "discover", "function"]
