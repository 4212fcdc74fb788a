"""Trees: an instance, the sub-workflows that it awaits, those that these await. They are held and let go together."""

from __future__ import annotations

from collections.abc import AsyncIterator

from counterpoint.engine.children import child_id
from counterpoint.engine.live import Live
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import Conflict, NotFound
from counterpoint.kernel import Instance
from counterpoint.kernel.commands import Hold, Release
from counterpoint.kernel.effects import Invoke
from counterpoint.values.json import JsonObject


def in_memory(runtime: Runtime, live: Live) -> list[Live]:
    """The tree as far as it is in memory, what awaits before what is awaited. All of it is, where it is held."""
    found = []
    waiting = [live]
    while waiting:
        each = waiting.pop()
        found.append(each)
        children = map(runtime.live, _awaited(each.instance))
        waiting += [child for child in children if child is not None]
    return found


async def brought(runtime: Runtime, id: str) -> AsyncIterator[Live]:
    """The tree, brought into memory one by one, what awaits before what is awaited.

    What one awaits is looked up when the next is asked for, so that it can be held before. Each may leave memory again
    once something else is waited for. Raises NotFound, Conflict where the outermost has ended; StoreError.
    """
    live = await runtime.find(id)
    yield live
    waiting = _awaited(live.instance)
    while waiting:
        child = await _child(runtime, waiting.pop())
        if child is not None:
            yield child
            waiting += _awaited(child.instance)


async def hold(runtime: Runtime, id: str, owner: str) -> Live:
    """Hold a tree; its outermost instance. Durable on return.

    Raises NotFound, Conflict (it has ended), StoreError, LimitExceeded: then some of it may be held, see `let_go`.
    """
    async for live in brought(runtime, id):
        await runtime.committer.request(live, Hold(at=runtime.clock.now(), owner=owner))
    held = runtime.live(id)
    if held is None:
        raise Conflict(f"instance {id} has ended already")
    return held


def let_go(runtime: Runtime, live: Live, reason: str) -> bool:
    """Have a tree go on by itself, also where the store takes nothing now: it is asked again once it has healed.

    Whether there was anything to let go.
    """
    # Whoever asks for it may be gone when the store has healed: so it is the engine's own affair. And what memory says
    # may be refused by the store, and be undone: so it is done whether or not they look held, or look ended.
    lives = [each for each in in_memory(runtime, live) if runtime.population.lives.get(each.number) is each]
    for each in reversed(lives):  # so that nothing waits for a child that is still held
        runtime.committer.submit(each, Release(at=runtime.clock.now(), reason=reason))
    return bool(lives)


def _awaited(instance: Instance) -> list[str]:
    """The ids of the sub-workflows that an instance awaits: they run, have just ended, or are about to begin."""
    found = []
    for effect in instance.owed.values():
        if isinstance(effect, Invoke) and effect.function == "workflow":
            arguments: JsonObject = effect.arguments
            if arguments.get("await", True):
                found.append(child_id(instance.id, effect.run, effect.attempt))
    return found


async def _child(runtime: Runtime, id: str) -> Live | None:
    """One that can be held; None where it has ended, or is about to begin: then it begins as what awaits it is."""
    live = runtime.live(id)
    if live is None:
        try:
            live = await runtime.find(id)
        except (Conflict, NotFound):
            return None
    return None if live.doomed else live
