"""Events out over HTTP: one request for each event, signed where that is wanted."""

from counterpoint.connectors.webhooks.settings import HttpSink
from counterpoint.connectors.webhooks.sink import WebhookSink

__all__ = ["HttpSink", "WebhookSink"]
