"""Where to listen: `HOST:PORT`, and whether that is this machine alone."""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from typing import Final, NamedTuple

from counterpoint.errors import CounterpointError, InvalidInput

_FORM: Final = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:/\s]+):)?(?P<port>\d{1,5})")
_PORT_MAX: Final = 65_535
_BACKLOG: Final = 2_048


class CannotListen(CounterpointError):
    """The address cannot be listened on."""


class Address(NamedTuple):
    """A host (a name or an address) and a port; port 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def of(cls, text: str) -> Address:
        """From `HOST:PORT`, `[IPv6]:PORT` or `PORT` alone, which is this machine's. Raises InvalidInput."""
        match = _FORM.fullmatch(text)
        if match is None or int(match["port"]) > _PORT_MAX:
            raise InvalidInput(f"{text!r} is no address to listen on; write for example 127.0.0.1:8080 or [::1]:8080")
        return cls((match["host"] or "127.0.0.1").strip("[]"), int(match["port"]))

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)

    def bind(self) -> socket.socket:
        """A socket that listens there. Raises CannotListen."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        # Named for asyncio, which turns Nagle's algorithm off (40 ms an answer) where it sees that this is TCP.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self.host, self.port))
            listening.listen(_BACKLOG)
        except OSError as error:
            listening.close()
            raise CannotListen(f"cannot listen on {self}: {error.strerror or error}") from error
        listening.setblocking(False)
        return listening


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by name or by address."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
