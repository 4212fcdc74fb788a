"""Rehearsing: what would happen, asked of a running engine. Nothing outside is touched, and nothing is published.

A trial is over in milliseconds and runs in a thread. A verification may take long: it gets a process of its own, which
is stopped when its time is up, so that it never slows the engine.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from counterpoint.application import exploring
from counterpoint.application.exploring import SOURCE, Asked, read_verdict
from counterpoint.dsl import check
from counterpoint.errors import InvalidDocument, InvalidInput, LimitExceeded
from counterpoint.expressions import Compiler
from counterpoint.values.json import JsonObject, JsonValue

if TYPE_CHECKING:
    from counterpoint.application.visibility import Visible
    from counterpoint.engine.runtime import Runtime
    from counterpoint.trial import Trace
    from counterpoint.verification import Verdict

_GRACE_SECONDS: Final = 10.0
"""For a process to begin, and to tell what it has found once its time is up."""


class RehearsalLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is rehearsed. Times in milliseconds."""

    trials_max: int = 4
    """Trials at the same time; further ones are refused."""
    verifications_max: int = 1
    """Verifications at the same time; further ones are refused."""
    verification_ms_max: int = 60_000
    """How long one may explore; what it has not explored by then it says."""


class Rehearsing:
    """Trials and verifications of documents that need not be published."""

    def __init__(self, runtime: Runtime, limits: RehearsalLimits | None = None) -> None:
        self._runtime = runtime
        self._limits = limits or RehearsalLimits()
        self._trials = 0
        self._verifications = 0

    async def what_if(
        self,
        document: str,
        input: tuple[JsonValue] | None = None,
        *,
        answers: Mapping[str, JsonValue] | None = None,
        faults: Sequence[JsonObject] = (),
        events: Sequence[JsonObject] = (),
        actions: Sequence[JsonObject] = (),
    ) -> Trace:
        """A trial of a document (see `what_if`); workflows that it runs are found among those published.

        Without an input, the smallest that its schema allows. Raises InvalidDocument, InvalidInput, LimitExceeded.
        """
        if self._trials >= self._limits.trials_max:
            raise LimitExceeded("trials_max", self._limits.trials_max, hint="try again later")
        self._trials += 1
        try:
            return await asyncio.to_thread(
                _try_out, document, input, self._others(document), answers or {}, faults, events, actions
            )
        finally:
            self._trials -= 1

    async def visible(self, document: str, task: str, input: tuple[JsonValue] | None = None) -> Visible:
        """What the expressions of a task (a JSON pointer) can see: its data in a trial, and what is known of them.

        A document that could not run is read as far as it is sound. Raises InvalidDocument where nothing of it is,
        InvalidInput for a task that it does not have, LimitExceeded.
        """
        if self._trials >= self._limits.trials_max:
            raise LimitExceeded("trials_max", self._limits.trials_max, hint="try again later")
        self._trials += 1
        try:
            return await asyncio.to_thread(_look, document, task, input, self._others(document))
        finally:
            self._trials -= 1

    async def verify(self, document: str, seconds: float | None = None) -> Verdict:
        """Explore every way in which a document can go, for so long at most (see `verify`).

        Raises InvalidDocument, LimitExceeded where too many are at work.
        """
        limits = self._limits
        if self._verifications >= limits.verifications_max:
            raise LimitExceeded("verifications_max", limits.verifications_max, hint="try again later")
        longest = limits.verification_ms_max / 1000
        wanted = longest if seconds is None else min(seconds, longest)
        self._verifications += 1
        try:
            return await _apart(document, self._others(document), wanted)
        finally:
            self._verifications -= 1

    def _others(self, document: str) -> list[str]:
        """The newest version of every other published workflow, where the document runs any."""
        definition = check(document, source=SOURCE).definition
        if definition is None or "workflow" not in document:
            return []
        own = (definition.namespace, definition.name)
        return [each.text for each in self._runtime.library.latest() if (each.namespace, each.name) != own]


def _try_out(
    document: str,
    input: tuple[JsonValue] | None,
    others: Sequence[str],
    answers: Mapping[str, JsonValue],
    faults: Sequence[JsonObject],
    events: Sequence[JsonObject],
    actions: Sequence[JsonObject],
) -> Trace:
    from counterpoint.application.supposing import what_if

    given = sample_input(document) if input is None else input[0]
    return what_if(
        document.encode(),  # a string could be taken for a path, and what is there read
        given,
        answers=answers,
        faults=faults,
        events=events,
        actions=actions,
        unanswered="generate",
        others=[each.encode() for each in others],
        source=SOURCE,
    )


def _look(document: str, task: str, input: tuple[JsonValue] | None, others: Sequence[str]) -> Visible:
    from counterpoint.application.supposing import suppose
    from counterpoint.application.visibility import visible

    compiler, world = Compiler(), None
    try:
        given = sample_input(document) if input is None else input[0]
        story: JsonObject = {"input": given, "unanswered": "generate"}
        supposed = suppose(document.encode(), story, [each.encode() for each in others], compiler, source=SOURCE)
        world = supposed.play().world
    except (InvalidDocument, InvalidInput):  # it cannot be tried as it stands; what is known of it can still be told
        world = None
    finally:
        compiler.close()
    return visible(document, task, world, SOURCE)


def sample_input(document: str) -> JsonValue:
    """The smallest input that the document's schema allows; `{}` without one."""
    from counterpoint.scenarios.samples import sample

    definition = check(document, source=SOURCE).definition
    schema: Any = None if definition is None else definition.data.get("input")
    schema = schema.get("schema", {}).get("document") if isinstance(schema, dict) else None
    return {} if schema is None else sample(schema)


async def _apart(document: str, others: Sequence[str], seconds: float) -> Verdict:
    """The verdict of a process of its own. The process ends with this call, however that ends."""
    asked = msgspec.msgpack.encode(Asked(document, list(others), seconds))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", exploring.__name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(seconds + _GRACE_SECONDS):
            told, _ = await process.communicate(asked)
    except TimeoutError:
        told = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return read_verdict(told)
