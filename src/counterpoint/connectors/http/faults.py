"""What a request that got no whole answer means."""

from __future__ import annotations

from counterpoint.connectors.http.guard import Refused
from counterpoint.connectors.http.transport import ExchangeFailed, TooLarge
from counterpoint.connectors.problems import failure
from counterpoint.errors import ConnectorError
from counterpoint.values.problem import Outcome


def fault_of(error: Refused | TooLarge | ExchangeFailed, what: str, written: bool) -> ConnectorError:
    """The error of `what` (`GET http://...`, masked), which may have arrived where it was `written`."""
    outcome = Outcome.UNKNOWN if written else Outcome.NONE
    if isinstance(error, Refused):
        return failure("configuration", f"{what} is refused: {error}", outcome)
    if isinstance(error, TooLarge):
        return failure("communication", f"{what}: {error}", outcome)
    if error.timed_out and written:
        return failure("timeout", f"{what} was sent, but the answer did not come in time: {error}", outcome)
    stage = "was sent, but the connection failed before the whole answer came" if written else "could not be sent"
    return failure("communication", f"{what} {stage}: {error}", outcome)
