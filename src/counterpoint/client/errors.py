"""What the client raises. An answer that is a problem (RFC 9457) becomes one of these.

CounterpointError
├── Unreachable              the server does not answer; what was asked may have happened
├── NotUnderstood            an answer that is none of Counterpoint's
└── ApiError                 the server answered with a problem: `problem`, `status`, `name`
    ├── Unauthorized, Forbidden
    ├── NotFound             also a counterpoint.errors.NotFound
    ├── Conflict             also a counterpoint.errors.Conflict
    │   ├── KeyReused        the idempotency key was used for another request
    │   ├── Withdrawn        the version of a workflow cannot be started any more
    │   └── Outdated         `If-Match` names a state that is no longer the current one
    ├── InvalidRequest       also a counterpoint.errors.InvalidInput, with `diagnostics` of a document
    ├── TooMuch              a limit was reached; `problem.limit` names it
    └── Unavailable          nothing can be accepted at the moment
"""

from __future__ import annotations

from typing import Any, Final

from counterpoint import errors
from counterpoint.client.types.shared import Finding, ProblemDetails
from counterpoint.errors import CounterpointError

TYPE: Final = "urn:counterpoint:problem:"


class Unreachable(CounterpointError):
    """The server does not answer; what was asked may have happened."""


class NotUnderstood(CounterpointError):
    """The answer is none of Counterpoint's: something else listens there, or stands in between."""


class ApiError(CounterpointError):
    """The server refused, and says why."""

    def __init__(self, problem: ProblemDetails) -> None:
        self.problem = problem
        super().__init__(f"{problem.title} ({problem.status}): {problem.detail}")

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def name(self) -> str:
        """The last part of the problem's type, such as `not-found`."""
        return self.problem.type.removeprefix(TYPE)


class Unauthorized(ApiError):
    """The token, or the signature of an event, is missing or not the right one."""


class Forbidden(ApiError):
    """This is not allowed."""


class NotFound(ApiError, errors.NotFound):
    """There is no such thing."""


class Conflict(ApiError, errors.Conflict):
    """The current state forbids this."""


class KeyReused(Conflict):
    """The idempotency key was used for another request."""


class Withdrawn(Conflict):
    """The version cannot be started any more; the problem says what to start instead."""


class Outdated(Conflict):
    """What the decision was based on has changed in the meantime."""


class InvalidRequest(ApiError, errors.InvalidInput):
    """The request, its document or its input cannot be accepted."""

    @property
    def diagnostics(self) -> list[Finding]:
        """What is wrong with a document, all of it."""
        return self.problem.diagnostics or []


class TooMuch(ApiError):
    """A limit was reached; `problem.limit` names it."""


class Unavailable(ApiError):
    """Nothing can be accepted at the moment."""


_BY_NAME: Final[dict[str, type[ApiError]]] = {
    "unauthorized": Unauthorized,
    "forbidden": Forbidden,
    "signature-missing": Unauthorized,
    "signature-refused": Forbidden,
    "not-found": NotFound,
    "conflict": Conflict,
    "key-reused": KeyReused,
    "precondition-failed": Outdated,
    "version-withdrawn": Withdrawn,
    "invalid-request": InvalidRequest,
    "invalid-document": InvalidRequest,
    "invalid-input": InvalidRequest,
    "unsupported-media-type": InvalidRequest,
    "too-large": TooMuch,
    "limit-exceeded": TooMuch,
    "too-many-requests": TooMuch,
    "unavailable": Unavailable,
}


def error_of(problem: ProblemDetails) -> ApiError:
    """The exception of a problem; types that this release does not know are an ApiError."""
    kind: Any = _BY_NAME.get(problem.type.removeprefix(TYPE), ApiError)
    error: ApiError = kind(problem)
    return error
