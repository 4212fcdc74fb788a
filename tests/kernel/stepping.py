"""Stories that are stepped: each ready task, and each error, by a command of its own."""

from __future__ import annotations

from typing import Any

import msgspec
from story import Story, refused

from counterpoint.kernel import commands as c
from counterpoint.kernel import events as e
from counterpoint.kernel import pending
from counterpoint.kernel.effects import Invoke, Listen, Proceed, Timer
from counterpoint.kernel.events import Event
from counterpoint.kernel.state import Instance
from counterpoint.values.problem import Outcome

OWNER = "ada"
BOOKKEEPING = (e.InstanceHeld, e.InstanceReleased, e.TaskCreated, e.TaskReady, e.FaultHeld)


def held(text: str, input: Any = None) -> Story:
    """A story that is held at its first task."""
    story = Story(text)
    story.tell(c.Start(at=story.now, id="i", input=input, seed=story.seed, hold=OWNER))
    return story


def points(instance: Instance) -> list[int]:
    """What can be stepped: errors first, then what is ready."""
    return [*instance.failing, *instance.ready]


def at(story: Story) -> list[str]:
    """The names of the tasks that can be stepped."""
    return [story.instance.runs[run].task.name for run in points(story.instance)]


def step(story: Story, **replaced: Any) -> list[Event]:
    """Step what can be stepped first."""
    return story.tell(c.Step(at=story.now, run=points(story.instance)[0], **replaced))


def go(story: Story, moves: int = 300) -> Story:
    """Go on until nothing is left to do: what can be stepped first, then effects, then time, then an event or two.

    What a service answers depends on what it is asked, and on nothing else.
    """
    heard = 0
    for _ in range(moves):
        effects = [each for each in pending(story.instance) if not isinstance(each, Listen)]
        work = [each for each in effects if not isinstance(each, Timer)]
        if story.instance.over:
            break
        if story.instance.hold is not None and points(story.instance):
            step(story)
        elif work:
            answer(story, work[0])
        elif effects:
            story.fire(min(effects, key=lambda timer: timer.due))
        elif story.owed(Listen) and heard < 5:
            heard += 1
            story.event(type="e", id=str(heard))
        else:
            break
    return story


def answer(story: Story, effect: Any) -> None:
    """Carry out an effect."""
    if isinstance(effect, Proceed):
        story.tell(c.Continue(at=story.now))
    elif isinstance(effect, Invoke):
        story.invoked.append(effect)
        drawn = sum(f"{effect.reference}{effect.attempt}".encode()) % 7
        if drawn < 2:
            error = refused(outcome=Outcome.UNKNOWN if drawn else Outcome.NONE)
            story.tell(c.EffectFailed(at=story.now, run=effect.run, problem=error.problem, outcome=error.outcome))
        else:
            story.tell(c.EffectCompleted(at=story.now, run=effect.run, output={"of": effect.function}))
    else:
        problem = refused().problem
        story.tell(c.EffectFailed(at=story.now, run=effect.run, problem=problem, outcome=Outcome.UNKNOWN))


def happened(story: Story) -> list[Any]:
    """The history but for times, bookkeeping, and what never began; runs are numbered by when they appear."""
    events = [event for _, each in story.history for event in each]
    begun = {0, *(each.run for each in events if isinstance(each, e.TaskStarted | e.UndoStarted | e.TaskSkipped))}
    numbers = {0: 0}
    told = []
    for event in events:
        if isinstance(event, BOOKKEEPING) or getattr(event, "run", 0) not in begun:
            continue
        fields = msgspec.structs.asdict(event)
        for name in ("run", "parent", "entry", "scope", "keep"):
            if isinstance(fields.get(name), int):
                fields[name] = numbers.setdefault(fields[name], len(numbers))
        for name in ("due", "timeout", "limit"):
            fields.pop(name, None)
        if isinstance(event, e.TaskStarted) and isinstance(event.data, int):
            fields.pop("data")  # when a wait or an attempt is over
        told.append((type(event).__name__, fields))
    return told
