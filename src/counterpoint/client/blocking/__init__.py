# Made by `python -m tests.client.generate`; do not change it by hand.
"""The client without an event loop: as `counterpoint.client`, method for method, blocking."""

from counterpoint.client.blocking.client import Client

__all__ = ["Client"]
