"""Requests through circuit breakers: what an exchange says about the destination that it was with."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import msgspec

from counterpoint.connectors.circuits import CircuitOpen, Circuits
from counterpoint.connectors.http.transport import Exchange, ExchangeFailed, Progress, Reply, TooLarge
from counterpoint.errors import ConnectorError
from counterpoint.values.problem import Outcome, Problem
from counterpoint.values.timestamp import iso8601


def breaking(exchange: Exchange, circuits: Circuits, timed_out: Callable[[], bool], *, insistent: bool) -> Exchange:
    """`exchange` by way of the circuits; it raises CircuitOpen too.

    `timed_out` tells whether a cancellation is that of the call's deadline. What was never begun (no connection was
    free, the network policy refused) says nothing about the destination.
    """

    async def guarded(request: httpx2.Request, progress: Progress) -> Reply:
        destination = destination_of(request.url)
        trial = circuits.enter(destination, insistent=insistent)
        progress.begun = False
        try:
            reply = await exchange(request, progress)
        except TooLarge:
            circuits.answered(destination)
            raise
        except ExchangeFailed as error:
            if progress.begun:
                circuits.failed(destination, str(error), trial=trial)
            else:
                circuits.abandoned(destination, trial=trial)
            raise
        except BaseException:
            if progress.begun and timed_out():
                circuits.failed(destination, "no answer before the deadline", trial=trial)
            else:
                circuits.abandoned(destination, trial=trial)
            raise
        if reply.status >= 500:
            circuits.failed(destination, f"status {reply.status}", trial=trial)
        else:
            circuits.answered(destination)
        return reply

    return guarded


def destination_of(url: httpx2.URL) -> str:
    """Host and port: `payments.example:443`."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or (443 if url.scheme == 'https' else 80)}"


def not_sent(error: CircuitOpen, what: str, written: bool) -> ConnectorError:
    """The error of a call (masked) that a circuit refused; `written`: an earlier part of it went out.

    It is a communication error of status 503, which retry policies take as any other.
    """
    at = iso8601(error.trial_at)
    detail = (
        f"{what} was not sent: {error.destination} has failed {error.failures:,} times in a row, and its circuit is "
        f"open; the next trial is in {error.wait_ms / 1000:.1f} s, at {at}"
    )
    problem = msgspec.structs.replace(
        Problem.standard("communication", detail, status=503),
        title=f"Circuit Open: {error.destination} until {at}",
        extensions={"retryAfter": -(-error.wait_ms // 1000), "circuit": error.destination},
    )
    return ConnectorError(problem, Outcome.UNKNOWN if written else Outcome.NONE)
