"""pending: what an instance still owes to the world. A function of its state, so no crash can lose an effect."""

from __future__ import annotations

from counterpoint.kernel.effects import Effect, Timer
from counterpoint.kernel.state import Instance


def pending(instance: Instance) -> list[Effect]:
    """All owed effects, in the order in which they came to be owed. While suspended no timer counts."""
    if instance.suspended:
        return [effect for effect in instance.owed.values() if type(effect) is not Timer]
    return list(instance.owed.values())
