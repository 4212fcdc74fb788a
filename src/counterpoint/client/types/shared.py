# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies that several parts of the API share."""

from __future__ import annotations

from counterpoint.client.types.answered import Answered


class Finding(Answered, frozen=True, kw_only=True):
    """A diagnostic of a document; each code has a section in the documentation."""

    code: str
    severity: str
    message: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    hint: str | None = None


class ProblemDetails(Answered, frozen=True, kw_only=True):
    """An error (RFC 9457)."""

    type: str
    """Stable: programs may rely on it."""
    title: str
    status: int
    detail: str
    request_id: str | None = None
    """The `X-Request-Id` of the request, for whoever looks for it in logs."""
    diagnostics: list[Finding] | None = None
    """What is wrong with a document, all of it."""
    limit: str | None = None
    """The name of the limit that was reached."""
    replacement: str | None = None
    """What to start instead of a version that can no longer be started: `namespace/name:RANGE`."""
