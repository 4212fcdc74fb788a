"""An HTTP endpoint as a sink.

A 2xx answer acknowledges the event. Answers that blame the event (400, 413, 422 and the like) refuse it for good. No
answer, 5xx, and answers that blame the address or the credentials are worth another try: the event is not at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.http.request import HttpCall, parse_url
from counterpoint.connectors.webhooks.settings import HttpSink
from counterpoint.errors import ConnectorError, SinkRefused, SinkUnavailable
from counterpoint.signatures import Signer
from counterpoint.values.event_content import STRUCTURED, content_of
from counterpoint.values.json import JsonObject, JsonValue

_ENOUGH: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""Characters of an attribute that a header may hold as they are (HTTP binding, section 3.1.3.2)."""
_AGAIN: Final = frozenset({401, 402, 403, 404, 405, 407, 408, 410, 421, 423, 425, 426, 429, 451})
"""Refusals that the same event may not meet again."""
_CLIENT_ERRORS: Final = range(400, 500)


class WebhookSink:
    """See the module's docstring. The client belongs to the connectors, which close it."""

    def __init__(
        self, settings: HttpSink, client: HttpClient, now: Callable[[], int], signer: Signer | None, token: str | None
    ) -> None:
        """Raises ConnectorError where the endpoint is no http(s) URL."""
        self._settings = settings
        self._client = client
        self._now = now
        self._signer = signer
        self._token = token
        self._url, self._authentication = parse_url(settings.endpoint)

    async def send(self, events: Sequence[JsonObject]) -> None:
        """See `EventSink.send`."""
        for event in events:
            await self._send(event)

    async def close(self) -> None:
        """See `EventSink.close`."""

    async def _send(self, event: JsonObject) -> None:
        headers, body = structured(event) if self._settings.mode == "structured" else binary(event)
        now = self._now()
        if self._signer is not None:
            headers.update(self._signer.sign(event["id"], body, now))
        if self._token is not None:
            headers["authorization"] = f"Bearer {self._token}"
        call = HttpCall(
            method="POST",
            url=self._url,
            headers=tuple(headers.items()),
            content=body,
            authentication=self._authentication,
        )
        try:
            await self._client.send(call, now + self._settings.answer_ms_max)
        except ConnectorError as error:
            raise _judged(error) from error


def structured(event: JsonObject) -> tuple[dict[str, str], bytes]:
    """The whole event as the body."""
    return {"content-type": STRUCTURED}, msgspec.json.encode(event)


def binary(event: JsonObject) -> tuple[dict[str, str], bytes]:
    """The data as the body, the attributes as headers."""
    headers = {
        f"ce-{name}": quote(_text(value), safe=_ENOUGH)
        for name, value in event.items()
        if name not in ("data", "data_base64", "datacontenttype")
    }
    content_type, body = content_of(event)
    return headers if content_type is None else {**headers, "content-type": content_type}, body


def _text(value: JsonValue) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _judged(error: ConnectorError) -> SinkRefused | SinkUnavailable:
    problem = error.problem
    answered = problem.type.endswith(("/communication", "/authentication", "/authorization"))
    if answered and problem.status in _CLIENT_ERRORS and problem.status not in _AGAIN:
        return SinkRefused(error.message)
    return SinkUnavailable(error.message, _retry_after_ms(error))


def _retry_after_ms(error: ConnectorError) -> int:
    wanted = (error.problem.extensions or {}).get("retryAfter")
    return int(wanted * 1000) if isinstance(wanted, (int, float)) and wanted > 0 else 0
