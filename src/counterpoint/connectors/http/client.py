"""The HTTP client of all connectors: authentication, redirects, deadlines, and what went wrong in people's words."""

from __future__ import annotations

import asyncio
import copy
import ssl

import httpx2

from counterpoint.connectors.circuits import CircuitOpen, Circuits
from counterpoint.connectors.http.auth.schemes import Anonymous, Authorizer, authorizer
from counterpoint.connectors.http.auth.tokens import TokenSource
from counterpoint.connectors.http.breaking import breaking, not_sent
from counterpoint.connectors.http.faults import fault_of
from counterpoint.connectors.http.guard import Refused
from counterpoint.connectors.http.redirect import redirected, same_origin
from counterpoint.connectors.http.request import HttpCall
from counterpoint.connectors.http.response import refusal_of
from counterpoint.connectors.http.settings import HttpLimits
from counterpoint.connectors.http.transport import Exchange, ExchangeFailed, Progress, Reply, TooLarge, Transport
from counterpoint.connectors.network import NetworkPolicy
from counterpoint.connectors.problems import failure, shown
from counterpoint.connectors.timing import Now, system_now, until
from counterpoint.errors import ConnectorError
from counterpoint.values.problem import Outcome


class HttpClient:
    """Sends calls; pools connections; keeps tokens. One for a connector or several; belongs to one event loop."""

    def __init__(
        self,
        policy: NetworkPolicy | None = None,
        limits: HttpLimits | None = None,
        now: Now = system_now,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or HttpLimits()
        self._now = now
        self._transport = Transport(policy or NetworkPolicy(), self.limits, tls)
        self._tokens = TokenSource(self._transport.exchange, now)
        self._circuits: Circuits | None = None

    def through(self, circuits: Circuits) -> HttpClient:
        """The same client, its connections and tokens, whose calls go through circuit breakers."""
        client = copy.copy(self)
        client._circuits = circuits if circuits.settings.failures_max else None
        return client

    async def send(self, call: HttpCall, deadline: int | None = None, *, insistent: bool = False) -> Reply:
        """Send a call and give its reply.

        `deadline` is in milliseconds since the epoch; what is `insistent` is sent although a circuit is open. Raises
        ConnectorError with the outcome: a status that means failure, no answer, a deadline that passed, a refused
        address, a limit, an open circuit.
        """
        progress = Progress()
        what = f"{call.method} {shown(str(call.url))}"
        try:
            async with until(deadline, self._now) as scope:
                reply = await self._follow(call, progress, self._exchange(scope, deadline, insistent))
        except TimeoutError as error:
            outcome = Outcome.UNKNOWN if progress.written else Outcome.NONE
            raise failure("timeout", f"{what} did not end before its deadline", outcome) from error
        except (Refused, TooLarge, ExchangeFailed) as error:
            raise fault_of(error, what, progress.written) from error
        except CircuitOpen as error:
            raise not_sent(error, what, progress.written) from error
        refusal = refusal_of(reply, call, self._now(), self.limits.error_content_bytes_max)
        if refusal is not None:
            raise refusal
        return reply

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    def _exchange(self, scope: asyncio.Timeout, deadline: int | None, insistent: bool) -> Exchange:
        if self._circuits is None:
            return self._transport.exchange

        def timed_out() -> bool:
            return scope.expired() or (deadline is not None and self._now() >= deadline)

        return breaking(self._transport.exchange, self._circuits, timed_out, insistent=insistent)

    async def _follow(self, call: HttpCall, progress: Progress, exchange: Exchange) -> Reply:
        via: Authorizer = authorizer(call.authentication, self._tokens)
        reply = await via.exchange(_request(call), progress, exchange)
        if not call.redirect:
            return reply
        hops = 0
        while (following := redirected(call, reply)) is not None:
            hops += 1
            if hops > self.limits.redirects_max:
                detail = f"{call.method} {shown(str(call.url))}: more than redirects_max ({hops - 1}) redirections"
                raise failure("communication", detail, Outcome.UNKNOWN, status=reply.status)
            if not same_origin(call.url, following.url):
                via = Anonymous()
            call = following
            sent = progress.written
            progress.written = False
            try:
                reply = await via.exchange(_request(call), progress, exchange)
            except ConnectorError as error:
                raise ConnectorError(error.problem, Outcome.UNKNOWN if sent else error.outcome) from error
            finally:
                progress.written = progress.written or sent
        return reply


def _request(call: HttpCall) -> httpx2.Request:
    headers = [(name.encode(), value.encode()) for name, value in call.headers]
    names = {name.lower() for name, _ in call.headers}
    defaults = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": "counterpoint"}
    headers += [(name.encode(), value.encode()) for name, value in defaults.items() if name not in names]
    content = call.content if call.content or call.method in ("POST", "PUT", "PATCH") else None
    return httpx2.Request(call.method, call.url, headers=headers, content=content)
