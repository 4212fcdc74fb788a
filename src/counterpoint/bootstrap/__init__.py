"""The composition root: the only place that names concrete stores and connectors."""

from counterpoint.bootstrap.embedded import Engine
from counterpoint.bootstrap.opening import open_reader, open_requester

__all__ = ["Engine", "open_reader", "open_requester"]
