"""Documents that may not even run, because a retry repeats effects and nothing says what happens in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from counterpoint.values.diagnostics import Diagnostic, Severity
from counterpoint.verification import findings as f

_RETRY: Final = "CP204"


def refused_retries(diagnostics: Sequence[Diagnostic], source: str) -> f.Verdict | None:
    """The verdict on a document whose only errors are such retries; None where it has others."""
    errors = [each for each in diagnostics if each.severity is Severity.ERROR]
    if not errors or any(each.code != _RETRY for each in errors):
        return None
    findings = [
        f.Finding(
            code=f.RETRY_OVER_EFFECTS.code,
            severity=f.RETRY_OVER_EFFECTS.severity,
            title=f.RETRY_OVER_EFFECTS.title,
            message=each.message,
            pointer=each.pointer,
            task=each.pointer.partition("/catch")[0].rpartition("/")[2],
            position=each.position,
            hint=each.hint,
        )
        for each in errors
    ]
    return f.Verdict(workflow="", source=source, states=0, steps=0, ends=0, unexplored=0, findings=findings)
