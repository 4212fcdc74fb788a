"""Reading: follows the journal when somebody looks, and only then; what is known is kept in memory.

Queues leave no journal: while the service is served they are looked at once a minute (`sampling`).

After a restart it is read again, as far back as the window goes. Where that is much, a look tells what is known so
far; the next one goes on. Between two transitions of an instance a little is remembered (`Story`): what is not, as of
instances that began before the window, follows from their own journals.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from contextlib import AbstractAsyncContextManager
from functools import partial
from time import monotonic
from typing import Final

from counterpoint.application.insights.cells import Cells, CellTally
from counterpoint.application.insights.depths import Depth
from counterpoint.application.insights.fold import Story
from counterpoint.application.insights.limits import InsightLimits
from counterpoint.application.insights.report import Insight, Queues, Report
from counterpoint.application.insights.sampling import Sampling
from counterpoint.application.insights.summary import summary
from counterpoint.engine.chronicle import is_of_the_store
from counterpoint.engine.forking import FORKED_FROM
from counterpoint.engine.library import workflow_of
from counterpoint.engine.registry import may_mean
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import CounterpointError, NotFound, StoreCorrupt
from counterpoint.kernel.events import InstanceStarted
from counterpoint.masking import redaction_of
from counterpoint.ports.selection import INCIDENT, WAITS, Filter
from counterpoint.ports.store import Record

_OPEN: Final = ("pending", "running", "waiting", "suspended")
_AT_ONCE: Final = 200
_COUNT_MAX: Final = 10_000
_log = logging.getLogger("counterpoint.application")


class Insights:
    """The use case of insights on a running engine."""

    def __init__(self, runtime: Runtime, limits: InsightLimits | None = None) -> None:
        self._runtime = runtime
        self._limits = limits or InsightLimits()
        self._cells = Cells(self._limits)
        self._sampling = Sampling(runtime, self._limits.window_ms_max)
        self._stories: OrderedDict[int, Story] = OrderedDict()
        self._unreadable: set[int] = set()
        """Instances of which it was logged that they are not counted."""
        self._position: int | None = None
        self._lock = asyncio.Lock()
        self._read_to = 0

    async def look(self, asked: Insight) -> Report:
        """How instances have been doing. Raises NotFound (no such workflow), InvalidInput, StoreError."""
        wanted = self._versions(asked.workflow)
        async with self._lock:
            whole = await self._read_on()
            now, queues = self._runtime.clock.now(), await self._queues()
            open, stuck = await self._open(wanted), await self._open(wanted, INCIDENT)
            read_to = now if whole else self._read_to
            self._sampling.note(Depth(queues.inbox, queues.owed))
            depths = await self._sampling.kept()
            told = partial(summary, now=now, read_to=read_to, whole=whole, open=open, stuck=stuck, queues=queues)
            # Much may be kept: adding it up must not hold up the engine.
            return await asyncio.to_thread(told, self._cells, self._limits, asked, wanted, depths=depths)

    def sampled(self) -> AbstractAsyncContextManager[None]:
        """Look at the queues once a minute, by the time of the machine, while the context lasts."""
        return self._sampling.sampled()

    def _versions(self, workflow: str | None) -> frozenset[str] | None:
        if workflow is None:
            return None
        names = (workflow_of(each) for each in self._runtime.library.all())
        found = frozenset(each for each in names if may_mean(workflow, each))
        if not found:
            raise NotFound(f"no definition is published that {workflow!r} could mean")
        return found

    async def _read_on(self) -> bool:
        """Read what has been added, for as long as one look may take; whether that was all."""
        store, limits = self._runtime.store, self._limits
        until = monotonic() + limits.looking_ms_max / 1000
        if self._position is None:
            self._position = await self._beginning()
        while monotonic() < until:
            await asyncio.sleep(0)  # a store may answer without waiting: let others have their turn
            found = await store.journal(self._position, _AT_ONCE)
            for position, record in found:
                await self._take(position, record)
                self._position = position
            if len(found) < _AT_ONCE:
                self._cells.trim(self._runtime.clock.now())
                return True
        self._cells.trim(self._runtime.clock.now())
        return False

    async def _beginning(self) -> int:
        """The position after which the window begins: found by halving, since journals are written in time."""
        last, since = await self._runtime.store.position(), self._runtime.clock.now() - self._limits.window_ms_max
        low, high = max(0, last - self._limits.transitions_max), last
        self._cells.since = 0
        while low < high:
            middle = (low + high) // 2
            at = await self._time(middle)
            if at is not None and at < since:
                low = middle + 1
            else:
                high = middle
        if low > 0:
            self._cells.since = await self._time(low) or 0
        return low

    async def _time(self, after: int) -> int | None:
        """Of the first transition after a position that can be read."""
        while found := await self._runtime.store.journal(after, 1):
            [(after, record)] = found
            try:
                [(at, _)] = await self._runtime.archive.transitions(record.instance, [record], record.sequence - 1)
            except Exception as error:
                if is_of_the_store(error):
                    raise
                self._note(after, record.instance, error)
                await asyncio.sleep(0)  # there may be many
            else:
                return at
        return None

    async def _take(self, position: int, record: Record) -> None:
        try:
            story = await self._story(record)
            [(at, events)] = await self._runtime.archive.transitions(record.instance, [record], record.sequence - 1)
            story.fold(record.sequence, at, events, self._tally(story))
        except Exception as error:
            if is_of_the_store(error):
                raise
            # One transition that cannot be read must not end the figures of all others. Folding takes for granted that
            # a journal fits its plan: where it does not, anything may be raised.
            self._stories.pop(record.instance, None)
            self._note(position, record.instance, error)
            return
        self._read_to = max(self._read_to, at)
        if story.over and not story.runs:
            self._stories.pop(record.instance, None)
            return
        self._stories[record.instance] = story
        self._stories.move_to_end(record.instance)
        if len(self._stories) > self._limits.instances_max:
            self._stories.popitem(last=False)

    def _note(self, position: int, instance: int, error: Exception) -> None:
        """Log it, once for each instance: what follows in its journal cannot be counted either."""
        if instance in self._unreadable:
            return
        if len(self._unreadable) >= self._limits.instances_max:
            self._unreadable.clear()
        self._unreadable.add(instance)
        _log.error(
            "position %d of the journal, of instance number %d, is not counted: %s: %s",
            position,
            instance,
            type(error).__name__,
            error,
            exc_info=None if isinstance(error, CounterpointError) else error,
        )

    def _tally(self, story: Story) -> CellTally:
        plan = story.plan
        # What a schema marks as sensitive may have gone into what an error is called.
        workflow = f"{plan.namespace}/{plan.name}:{plan.version}"
        return self._cells.tally(workflow, story.id, titled=redaction_of(plan) is None)

    async def _story(self, record: Record) -> Story:
        """What is known of the instance before this transition."""
        known = self._stories.get(record.instance)
        if known is not None and known.sequence == record.sequence - 1:
            return known
        if record.sequence == 1:
            return await self._begin(record)
        story = None
        while story is None or story.sequence < record.sequence - 1:
            read = 0 if story is None else story.sequence
            limit = min(_AT_ONCE, record.sequence - 1 - read)
            earlier = await self._runtime.store.read(record.instance, read, limit)
            if not earlier:
                raise StoreCorrupt(f"the journal of instance number {record.instance} ends at transition {read}")
            story = story or await self._begin(earlier[0])
            transitions = await self._runtime.archive.transitions(record.instance, earlier, read)
            for sequence, (at, events) in enumerate(transitions, read + 1):
                story.fold(sequence, at, events, None)
            await asyncio.sleep(0)
        return story

    async def _begin(self, first: Record) -> Story:
        [(_, [started, *_])] = await self._runtime.archive.transitions(first.instance, [first])
        if not isinstance(started, InstanceStarted):
            raise StoreCorrupt(f"instance number {first.instance} does not begin with its start")
        source = (started.labels or {}).get(FORKED_FROM, "")
        copied = source.rpartition("@")[2]
        plan = await self._runtime.library.plan(started.workflow)
        return Story(plan, started.id, int(copied) if copied.isdecimal() else 0)

    async def _open(self, wanted: frozenset[str] | None, waits: str | None = None) -> int:
        """How many instances have not ended; those that wait for something, where it is given."""
        known = self._runtime.library.all()
        numbers = None if wanted is None else tuple(each.number for each in known if workflow_of(each) in wanted)
        chosen = Filter(statuses=_OPEN, definitions=numbers, waits=waits)
        counted = await self._runtime.store.count(chosen, count_max=_COUNT_MAX)
        return sum(each.count for each in counted.tallies)

    async def _queues(self) -> Queues:
        store = self._runtime.store
        sizes = (await store.outbox_sizes()).values()
        waits = {}
        for word in WAITS:
            counted = await store.count(Filter(waits=word), count_max=_COUNT_MAX)
            waits[word] = sum(each.count for each in counted.tallies)
        return Queues(
            inbox=await store.inbox_size(),
            owed=sum(each.owed for each in sizes),
            dead=sum(each.dead for each in sizes),
            waits=waits,
        )
