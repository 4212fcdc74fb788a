"""The HTTP API: one more face of the application layer. Imported only where it is served."""

from counterpoint.api.access import Access
from counterpoint.api.address import Address
from counterpoint.api.app import build, describe
from counterpoint.api.limits import ApiLimits
from counterpoint.api.server import listen, refuse_open

__all__ = ["Access", "Address", "ApiLimits", "build", "describe", "listen", "refuse_open"]
