"""Comparing two versions: published ones, or documents that are not published yet."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Mapping
from subprocess import PIPE
from typing import Any, Final

import msgspec

from counterpoint.application import comparing_process
from counterpoint.dsl import Definition
from counterpoint.engine.library import Library
from counterpoint.errors import CounterpointError, InvalidInput
from counterpoint.governance.compatibility import Comparison, Finding, Place
from counterpoint.ports.store import StoredDefinition
from counterpoint.values.json import JsonValue

__all__ = ["Comparison", "ComparisonLimits", "Finding", "Place", "Side", "compare_versions", "of_stored"]


_GIVEN_UP: Final = (
    comparing_process.GIVEN_UP, -signal.SIGALRM, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL,
)  # fmt: skip
"""How a process ends that needs too much time or memory."""
_log = logging.getLogger("counterpoint.application")


class ComparisonLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one comparison may cost."""

    comparison_ms_max: int = 10_000
    """Wall-clock time; schemas that take longer to judge count as different."""
    comparison_bytes_max: int = 1024 * 1024 * 1024
    """Address space of the process that compares, where the operating system can limit it."""
    comparisons_max: int = 2
    """Comparisons at the same time on one engine; further ones wait for their turn."""


class Side:
    """One of the two: a document, and what it refers to."""

    def __init__(self, definition: Definition, resources: Mapping[str, JsonValue] | None = None) -> None:
        self.definition = definition
        self.resources = resources or {}

    @property
    def workflow(self) -> str:
        """`namespace/name`."""
        return f"{self.definition.namespace}/{self.definition.name}"


async def of_stored(library: Library, stored: StoredDefinition) -> Side:
    """A published version."""
    return Side(*await library.read(stored))


async def compare_versions(before: Side, after: Side, limits: ComparisonLimits | None = None) -> Comparison:
    """What differs, and whether that may break somebody. Raises InvalidInput for versions of two workflows.

    Schemas that cannot be judged in time count as different, and everything else is told all the same.
    """
    if before.workflow != after.workflow:
        raise InvalidInput(f"{before.workflow} and {after.workflow} are two workflows: compare versions of one")
    limits = limits or ComparisonLimits()
    for judging in (True, False):
        found = await _in_a_process(before, after, judging, limits)
        if found is not None:
            return found
    raise CounterpointError(f"the two versions could not be compared within {limits.comparison_ms_max:,} ms")


async def _in_a_process(before: Side, after: Side, judging: bool, limits: ComparisonLimits) -> Comparison | None:
    """The comparison; None where it took too long, or too much memory."""
    sides: list[dict[str, Any]] = [
        {"text": each.definition.text, "source": each.definition.source, "resources": dict(each.resources)}
        for each in (before, after)
    ]
    paths = [entry for entry in sys.path if entry]
    bounds = str(limits.comparison_bytes_max), str(limits.comparison_ms_max)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", comparing_process.__file__, *bounds, *paths,
        stdin=PIPE, stdout=PIPE, stderr=PIPE, env={}, cwd="/", start_new_session=True,
    )  # fmt: skip
    try:
        content, told = await process.communicate(msgspec.msgpack.encode({"sides": sides, "judging": judging}))
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    if process.returncode == 0:
        return msgspec.msgpack.decode(content, type=Comparison)
    if process.returncode not in _GIVEN_UP:
        _log.error("a comparison failed (exit code %s): %s", process.returncode, told.decode("utf-8", "replace"))
        raise CounterpointError(f"the process that compares has failed (exit code {process.returncode}); see the log")
    return None
