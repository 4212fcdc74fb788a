"""The client: the HTTP API from Python, asynchronous here and blocking in `counterpoint.client.blocking`.

It needs no engine: httpx2 and msgspec are all that it imports.
"""

from counterpoint.client.calls import ClientLimits
from counterpoint.client.client import Client
from counterpoint.client.sse import StreamEvent

__all__ = ["Client", "ClientLimits", "StreamEvent"]
