"""Where brokers are, and where at a broker an event goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject

_SERVER: Final = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>\d{1,5}))?")
_TYPE: Final = "{type}"


def server_of(text: str, default_port: int) -> tuple[str, int]:
    """`broker.example:4222` or `[::1]:4222`; the port may be left out.

    Raises InvalidInput, which never shows the text: it may be a URL with a password in it.
    """
    found = _SERVER.fullmatch(text)
    if found is None or not 0 < int(found["port"] or default_port) < 65536:
        raise InvalidInput("a server of a broker is written host:port, without credentials: name a secret for them")
    return found["host"].strip("[]"), int(found["port"] or default_port)


def is_own_machine(text: str) -> bool:
    """Whether this is a server on this machine."""
    host, _ = server_of(text, 1)
    return host in ("localhost", "::1") or host.startswith("127.")


class Servers:
    """The servers of one broker, each tried in its turn."""

    def __init__(self, texts: Sequence[str], default_port: int) -> None:
        if not texts:
            raise InvalidInput("a broker needs at least one server, host:port")
        self._all = [server_of(each, default_port) for each in texts]
        self._turn = -1

    def next(self) -> tuple[str, int]:
        """The host and port to try now."""
        self._turn = (self._turn + 1) % len(self._all)
        return self._all[self._turn]

    def joined(self, scheme: str = "") -> list[str]:
        """All of them as `host:port`, after the scheme."""
        return [f"{scheme}{f'[{host}]' if ':' in host else host}:{port}" for host, port in self._all]

    def __str__(self) -> str:
        return ", ".join(self.joined())


class Place:
    """A subject, topic or routing key for events; `{type}` in it stands for the type of the event."""

    def __init__(self, template: str, forbidden: str) -> None:
        """`forbidden`: a regular expression for characters that may not come out of a type; `_` stands for them."""
        if not template:
            raise InvalidInput("say where at the broker events go")
        self._template = template
        self._forbidden = re.compile(forbidden)

    def of(self, event: JsonObject) -> str:
        """Where this event goes."""
        if _TYPE not in self._template:
            return self._template
        return self._template.replace(_TYPE, self._forbidden.sub("_", event["type"]))
