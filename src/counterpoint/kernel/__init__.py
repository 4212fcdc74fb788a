"""The kernel: a pure decider. No I/O, no clock, no randomness; time and seeds arrive inside commands.

    decide(instance, command)  -> events     what happens; applied to the working copy as it is decided
    evolve(instance, event)                  the only thing that changes state
    pending(instance)          -> effects    what is still owed to the world, a function of the state

`instance` is one private working copy that `evolve` changes in place. When the events of a decision
cannot be stored, throw the copy away and fold the journal again.
"""

from counterpoint.kernel.decide import decide
from counterpoint.kernel.evolve import evolve
from counterpoint.kernel.pending import pending
from counterpoint.kernel.state import Instance

__all__ = ["Instance", "decide", "evolve", "pending"]
