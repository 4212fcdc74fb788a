"""What carries effects out: HTTP, OpenAPI, Python functions, processes.

Only what is cheap to import stands here; each connector is imported from its own package.
"""

from counterpoint.connectors.network import NetworkPolicy

__all__ = ["NetworkPolicy"]
