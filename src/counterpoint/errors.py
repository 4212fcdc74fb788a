"""Every exception that Counterpoint raises, in one tree.

CounterpointError
├── InvalidDocument        a workflow document that may not run; carries all diagnostics
├── InvalidInput           input (of a command, a call, a file) that cannot be accepted
│   └── InputRefused       the input of a start, which the workflow's schema does not take; carries all faults
├── LimitExceeded          a configured limit was reached; names the limit
├── ExpressionInvalid      an expression that does not compile
├── WorkflowError          an error *inside* a workflow: a problem detail that `catch` can see
├── ConnectorError         an effect failed; a problem detail and whether it may have happened
├── SignatureRefused       a message without the signature that it needs, or with a wrong one
├── SinkRefused            a receiver of events will never take one
├── SinkUnavailable        a receiver of events cannot be reached, or takes nothing now
├── NotFound               an instance, a definition or an incident that does not exist
├── Conflict               the state forbids the request (already ended, key taken ...)
│   ├── MissingFunctions   unfinished instances call functions that the engine does not have
│   ├── Outdated           it has changed since whoever asks has looked at it
│   └── Withdrawn          a version that may be started no more: retired, or past the date of its deprecation
└── StoreError             the store cannot do what was asked
    ├── StoreLocked        another engine holds the lease
    ├── StoreTooNew        written by a newer version
    ├── StoreUnavailable   the disk is full or failing; nothing was acknowledged
    └── StoreCorrupt       what is stored cannot be read

An exception's docstring is its default message. DeprecatedVersion is a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterpoint.values.diagnostics import Diagnostic
    from counterpoint.values.fault import Fault
    from counterpoint.values.problem import Outcome, Problem


class CounterpointError(Exception):
    """Something went wrong in Counterpoint."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message or type(self).__doc__ or type(self).__name__
        super().__init__(self.message)


class InvalidDocument(CounterpointError):
    """The workflow document is not valid."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(each) for each in self.diagnostics) or None)


class InvalidInput(CounterpointError):
    """The input cannot be accepted."""


class InputRefused(InvalidInput):
    """The workflow does not take this input."""

    def __init__(self, workflow: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        told = "; ".join(f"{each.pointer or 'the input itself'}: {each.message}" for each in faults)
        super().__init__(f"the input does not meet the schema of {workflow}: {told}")


class LimitExceeded(CounterpointError):
    """A configured limit was reached."""

    def __init__(self, limit: str, maximum: int, actual: int | None = None, hint: str = "") -> None:
        self.limit = limit
        self.maximum = maximum
        self.actual = actual
        got = "" if actual is None else f", got {actual:,}"
        tail = f"; {hint}" if hint else ""
        super().__init__(f"limit {limit} of {maximum:,} exceeded{got}{tail}")


class ExpressionInvalid(CounterpointError):
    """The expression does not compile."""


class WorkflowError(CounterpointError):
    """An error inside a workflow; `problem` is what `catch` sees."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.summary())


class ConnectorError(WorkflowError):
    """An effect failed; `outcome` says whether it may have happened all the same."""

    def __init__(self, problem: Problem, outcome: Outcome) -> None:
        super().__init__(problem)
        self.outcome = outcome


class SignatureRefused(CounterpointError):
    """The message is not signed as it must be."""

    def __init__(self, message: str | None = None, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing
        """There is no signature at all."""


class SinkRefused(CounterpointError):
    """The receiver will never take this event."""


class SinkUnavailable(CounterpointError):
    """The receiver cannot be reached, or takes nothing now."""

    def __init__(self, message: str | None = None, retry_after_ms: int = 0) -> None:
        super().__init__(message)
        self.retry_after_ms = retry_after_ms
        """How long the receiver wants to be left alone, where it said so."""


class NotFound(CounterpointError):
    """There is no such thing."""


class Conflict(CounterpointError):
    """The current state forbids this."""


class MissingFunctions(Conflict):
    """Unfinished instances call functions that this engine does not have."""


class Outdated(Conflict):
    """It has changed in the meantime; look at it again."""


class Withdrawn(Conflict):
    """This version can no longer be started."""

    def __init__(self, message: str | None = None, replacement: str | None = None) -> None:
        super().__init__(message)
        self.replacement = replacement
        """What to start instead: `namespace/name:RANGE`."""


class DeprecatedVersion(UserWarning):
    """A version was started that will not always be there."""


class StoreError(CounterpointError):
    """The store cannot do what was asked."""


class StoreLocked(StoreError):
    """Another engine holds the lease on this store."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of Counterpoint."""


class StoreUnavailable(StoreError):
    """The store cannot be written now; nothing was acknowledged."""


class StoreCorrupt(StoreError):
    """What is stored cannot be read."""
