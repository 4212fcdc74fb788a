"""Server-sent events, parsed line by line as the HTML standard says (9.2.6)."""

from __future__ import annotations

from typing import Any

import msgspec


class StreamEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a stream."""

    id: str
    """Its place; what `last_event_id` takes to go on after it."""
    type: str
    data: Any
    """JSON."""


class Parser:
    """Takes lines and gives events. `last_id` is the place in the stream, `retry_ms` what the server asks for.

    The place moves where an event ends, not where its `id:` stands: a cut in between must not pass the event over.
    """

    def __init__(self, last_id: str | None) -> None:
        self.last_id = last_id
        self.retry_ms: int | None = None
        self._id = last_id
        self._type = ""
        self._data: list[str] = []

    def restart(self) -> None:
        """The lines that follow are those of a new connection: what the last one left unfinished comes again."""
        self._id, self._type, self._data = self.last_id, "", []

    def take(self, line: str) -> StreamEvent | None:
        """The event that this line ends, if any."""
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isdecimal():
            self.retry_ms = int(value)
        return None

    def _dispatch(self) -> StreamEvent | None:
        data, type, self._data, self._type = self._data, self._type, [], ""
        self.last_id = self._id  # also where there is no data: the server sends places alone
        if not data:
            return None
        return StreamEvent(id=self.last_id or "", type=type or "message", data=msgspec.json.decode("\n".join(data)))
