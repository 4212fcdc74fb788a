"""The problems that connectors raise, each with what is known of the effect."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

import msgspec

from counterpoint.errors import ConnectorError
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import Outcome, Problem

MASK: Final = "***"


def configuration(detail: str) -> ConnectorError:
    """Nothing was tried: the set-up, or the document, does not allow it."""
    return ConnectorError(Problem.standard("configuration", detail), Outcome.NONE)


def validation(detail: str) -> ConnectorError:
    """Nothing was tried: the arguments are not what the call takes."""
    return ConnectorError(Problem.standard("validation", detail), Outcome.NONE)


def failure(
    name: str, detail: str, outcome: Outcome, *, status: int | None = None, extensions: JsonObject | None = None
) -> ConnectorError:
    """A standard error (`communication`, `timeout`, `authentication` ...) with its outcome and further members."""
    problem = Problem.standard(name, detail, status=status)
    if extensions:
        problem = msgspec.structs.replace(problem, extensions=extensions)
    return ConnectorError(problem, outcome)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` where a known name is close, the known names where they are few, else nothing."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f" (did you mean {close[0]!r}?)"
    return f" (known: {', '.join(names)})" if 0 < len(names) <= 8 else ""


def shown(uri: str) -> str:
    """A URI as errors may show it: no user information, query values masked, no fragment."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return MASK
    host = f"[{host}]" if ":" in host else host
    query = "&".join(f"{name}={MASK}" if equals else MASK for name, equals, _ in _pairs(parts.query))
    where = f"{parts.scheme}://{host}{port}{parts.path}" if parts.scheme else f"{host}{port}{parts.path}"
    return f"{where}?{query}" if query else where


def _pairs(query: str) -> Iterable[tuple[str, str, str]]:
    return (pair.partition("=") for pair in query.split("&") if pair)
