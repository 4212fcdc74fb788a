"""The load generator: one process, connections that are kept alive, each with one request under way at a time.

    python -m bench.load.generator URL --connections 100 --seconds 10 --body '{"order": "@"}'

`@` in the body is replaced by a number that is new for each request. Prints one JSON object: see `Load`. It parses
with httptools (the parser of Node) and does nothing else, so that what it measures is the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import httptools


@dataclass(frozen=True)
class Load:
    """What one round of load saw."""

    begun: float
    """When it began, by `time.monotonic`, which is the same in all processes of a machine."""
    seconds: float
    answers: dict[str, int]
    """How many of each status; `broken` counts connections that ended in the middle."""
    rate: float
    """Answers with a status of success, a second."""
    p50_ms: float
    p99_ms: float
    cpu_seconds: float
    """Of the generator itself."""


class Round:
    """What all connections share: what to send, until when, and what came back."""

    def __init__(self, head: bytes, body: str, seconds: float, requests_max: int, back_off: float) -> None:
        self._head = head
        self._before, _, self._after = body.partition("@")
        self._label = f"{time.time_ns():x}"
        self._until = time.perf_counter() + seconds
        self._requests_max = requests_max
        self._sent = 0
        self.back_off = back_off
        """Seconds to wait after a 429, as a client that behaves does."""
        self.answers: Counter[str] = Counter()
        self.latencies: list[float] = []

    def request(self) -> bytes | None:
        """The next request; None where there are no more."""
        if self._sent >= self._requests_max or time.perf_counter() >= self._until:
            return None
        self._sent += 1
        body = f"{self._before}{self._label}-{self._sent}{self._after}".encode()
        return b"%sContent-Length: %d\r\n\r\n%s" % (self._head, len(body), body)

    def answered(self, status: int, begun: float) -> None:
        """An answer is complete."""
        self.answers[str(status)] += 1
        if status < 300:
            self.latencies.append(time.perf_counter() - begun)


class Connection(asyncio.Protocol):
    """One connection. `ended` is done when it has no more to send."""

    def __init__(self, load: Round) -> None:
        self._load = load
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport
        self._begun = 0.0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """See httptools."""
        status = self._parser.get_status_code()
        self._load.answered(status, self._begun)
        if status == 429 and self._load.back_off:
            asyncio.get_running_loop().call_later(self._load.back_off, self._send)
        else:
            # Not from within the parser, which is still at the end of this answer.
            asyncio.get_running_loop().call_soon(self._send)

    def connection_lost(self, error: Exception | None) -> None:
        """See asyncio."""
        if not self.ended.done():
            self._load.answers["broken"] += 1
            self.ended.set_result(None)

    def _send(self) -> None:
        request = self._load.request()
        if request is not None:
            self._begun = time.perf_counter()
            self._transport.write(request)
        elif not self.ended.done():
            self.ended.set_result(None)
            self._transport.close()


async def generate(
    url: str,
    body: str,
    connections: int,
    seconds: float = 3_600,
    requests_max: int = 2**62,
    back_off: float = 0.0,
) -> Load:
    """Load `url` with POST requests until the time or the requests are used up."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n".encode()
    load, loop = Round(head, body, seconds, requests_max, back_off), asyncio.get_running_loop()
    begun, spent = time.monotonic(), time.process_time()
    made = [
        await loop.create_connection(lambda: Connection(load), parts.hostname, parts.port) for _ in range(connections)
    ]
    await asyncio.gather(*(connection.ended for _, connection in made))
    elapsed, latencies = time.monotonic() - begun, sorted(load.latencies) or [float("nan")]
    return Load(
        begun=begun,
        seconds=elapsed,
        answers=dict(load.answers),
        rate=len(load.latencies) / elapsed,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[len(latencies) * 99 // 100] * 1000,
        cpu_seconds=time.process_time() - spent,
    )


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url")
    options.add_argument("--body", required=True)
    options.add_argument("--connections", type=int, default=100)
    options.add_argument("--seconds", type=float, default=3_600)
    options.add_argument("--requests-max", type=int, default=2**62)
    options.add_argument("--back-off", type=float, default=0.0)
    chosen = options.parse_args()
    load = generate(chosen.url, chosen.body, chosen.connections, chosen.seconds, chosen.requests_max, chosen.back_off)
    print(json.dumps(asdict(asyncio.run(load))))


if __name__ == "__main__":
    main()
