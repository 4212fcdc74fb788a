"""What may happen next at a node, and what comes of it.

The choices are those that an observer of effects could tell apart. A crash of the engine is none: the state is a
fold of the history, so the engine that returns owes exactly what it owed before, and asks again with the same
idempotency keys; a keyed effect that is asked for twice happens once. A crash is a choice where a call carries no
key. An answer that comes twice is none either: the effect is owed no longer, and the kernel decides nothing.

Reduction. While the whole saga is undone, and while interrupted effects settle, only the transitions of the first
owed call are taken. They commute with those of every other: an undo reads a snapshot and changes nothing but its
own entry, a settling effect changes nothing but its own, and none of them enables or disables another branch's.
So every order leads to the same ends, and one of them is enough (persistent sets; Godefroid 1996). For the same
reason an undo that has failed once is tried again before anything else goes on, and once an undo has failed for
good those of other branches are taken to succeed: what becomes of an entry depends on nothing in another branch,
so its failure is seen on the path where that other branch succeeds. Branches that go forward are not reduced: the
fault of one cancels the others. What they have in common is merged by state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import AGAIN, RETRY, UNDO, WAIT, Invoke, Listen
from counterpoint.kernel.events import TaskStarted
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import INVOKE, TaskRun
from counterpoint.plan.model import ListenTask
from counterpoint.trial import Actor, Call, CallMade, Completed, Crashed, Failed, Reply, Silent
from counterpoint.trial.driver import ANSWER_MS_MAX
from counterpoint.trial.remains import cover_of
from counterpoint.values.problem import Outcome, Problem
from counterpoint.verification import faults
from counterpoint.verification.answers import Answers, probed
from counterpoint.verification.awaiting import awaited
from counterpoint.verification.effects import keyed, reads
from counterpoint.verification.node import Answer, Cancel, Choice, Deliver, Fire, Flight, GiveUp, Made, Node

ROOT: Final = "trial"
"""Id of the instance that is verified."""
AGAIN_MAX: Final = 2
"""From which attempt on a task after a pivot only goes on failing."""


def choices_of(node: Node, answers: Answers, *, cancel: bool) -> list[Choice]:
    """Everything that may happen at a node; nothing at the end of a path."""
    world = node.world
    owed = {(actor.id, effect.run): (actor, effect) for actor, effect in world.owed_calls()}
    open = {flight: each for flight, each in owed.items() if flight not in node.silent}
    if _retries_undo(open, node):
        return [Fire()]
    found: list[Choice] = []
    for flight, (actor, effect) in _reduced(open).items():
        found += [Answer(flight, reply) for reply in _replies(node, actor, effect, answers)]
    timer = next(iter(world.timers()), None)
    if timer is not None and (not open or timer.timer.timer in (WAIT, RETRY, AGAIN, UNDO)):
        calm = not owed or timer.due <= min([*node.silent.values(), world.now + ANSWER_MS_MAX])
        if calm and not (open and _unwinding(node)):
            found.append(Fire())
    if not open and node.silent and not found:
        found.append(GiveUp(min(node.silent, key=lambda flight: node.silent[flight])))
    found += _events(node)
    if cancel and not node.cancelled and found:
        found += _cancels(node)
    return found


def take(node: Node, choice: Choice) -> None:
    """Make a choice at a node, in place. What needs no choice follows."""
    world = node.world
    match choice:
        case Answer():
            _answer(node, choice.flight, choice.reply)
        case GiveUp():
            call = _call(node, choice.flight)
            world.now = max(world.now, node.silent.pop(choice.flight))
            world.fail(call, Problem.standard("timeout", f"no answer after {ANSWER_MS_MAX:,} ms"), Outcome.UNKNOWN)
        case Fire():
            world.fire(world.timers()[0])
        case Deliver():
            world.deliver(choice.event)
        case Cancel():
            node.cancelled = True
            world.tell(ROOT, c.Cancel(at=world.now))
    world.settle()
    owed = {(actor.id, effect.run) for actor, effect in world.owed_calls()}
    before = {} if node.parent is None else node.parent.sent
    node.sent = {flight: before.get(flight, world.now) for flight in owed}
    node.silent = {flight: until for flight, until in node.silent.items() if flight in owed}


def _reduced(open: dict[Flight, tuple[Actor, Invoke]]) -> dict[Flight, tuple[Actor, Invoke]]:
    """One call of those that cannot influence each other, where nothing else is under way."""
    if not open or not all(_independent(actor, effect) for actor, effect in open.values()):
        return open
    first = next(iter(open))
    return {first: open[first]}


def _independent(actor: Actor, effect: Invoke) -> bool:
    instance = actor.instance
    if effect.run in instance.settling:
        return True
    return bool(instance.runs[effect.run].entry) and 0 in instance.unwindings


def _retries_undo(open: dict[Flight, tuple[Actor, Invoke]], node: Node) -> bool:
    """Whether nothing but undos is under way, and one of them is the next to be tried again."""
    timer = next(iter(node.world.timers()), None)
    calm = all(_independent(actor, effect) for actor, effect in open.values())
    return timer is not None and timer.timer.timer == UNDO and calm and _unwinding(node)


def _unwinding(node: Node) -> bool:
    return 0 in node.world.actors[ROOT].instance.unwindings


def _replies(node: Node, actor: Actor, effect: Invoke, answers: Answers) -> Iterator[Reply]:
    instance = actor.instance
    settling = instance.settling.get(effect.run)
    run = settling or instance.runs[effect.run]
    call = node.world.call(actor, effect)
    undo = probed(instance, run)
    if run.again >= AGAIN_MAX:
        yield Failed(problem=faults.BROKEN)
        return
    if undo is not None:
        yield from answers.of_probe(call, run, undo, _happened(node, actor, run))
    else:
        yield Completed(output=answers.of(call, run))
    if faults.endless(run):
        return
    if run.entry:
        if not (instance.blocked and 0 in instance.unwindings):
            yield from _undo_faults(node, call, run, probes=undo is not None)
    elif run.again:
        yield Failed(problem=faults.BROKEN)
    elif reads(run.task):
        yield Failed(problem=faults.REFUSED, outcome=Outcome.NONE)
    else:
        yield from faults.failures(faults.REFUSED) if settling else faults.faults_of(run)
        yield from (Silent(happened=happened) for happened in (True, False))


def _undo_faults(node: Node, call: Call, run: TaskRun, *, probes: bool) -> Iterator[Reply]:
    yield Failed(problem=faults.BROKEN)
    if not probes:  # what a probe's catch picks is an answer, and a service answers with the truth
        yield from (each for each in faults.faults_of(run)[1:] if not each.happened)
    done = any(each.call.key == call.key and each.made.happened for each in node.calls)
    if not keyed(run.task) and not done and not reads(run.task):
        yield Crashed(sent=True)


def _happened(node: Node, actor: Actor, run: TaskRun) -> bool:
    """Whether anything took place of what the entry that is undone stands for."""
    entry = (actor.id, actor.instance.log[run.entry].key)
    return any(each.made.happened and entry in each.cover.keys for each in node.calls)


def _answer(node: Node, flight: Flight, reply: Reply) -> None:
    world = node.world
    call = _call(node, flight)
    if any(other != flight for other in node.sent):
        world.now += 1  # so that the order of answers can be told from their times
    match reply:
        case Completed():
            _note(node, call, reply, "completed", happened=True).output = reply.output
            world.complete(call, reply.output)
        case Failed():
            made = _note(node, call, reply, "failed", happened=reply.happened)
            made.error, made.outcome = reply.problem.to_json(), reply.outcome.value
            world.fail(call, reply.problem, reply.outcome)
        case Silent():
            _note(node, call, reply, "silent", happened=reply.happened)
            since = node.parent.sent.get(flight, world.now) if node.parent else world.now
            node.silent[flight] = since + ANSWER_MS_MAX
        case Crashed():
            _note(node, call, reply, "crashed", happened=reply.sent)
            world.crash()


def _call(node: Node, flight: Flight) -> Call:
    actor = node.world.actors[flight[0]]
    effect = actor.instance.owed[flight[1], INVOKE]
    assert isinstance(effect, Invoke)
    asked = sum(1 for each in node.calls if each.call.key == effect.key and each.call.attempt == effect.attempt)
    return node.world.call(actor, effect, asked + 1)


def _note(node: Node, call: Call, reply: Reply, result: str, *, happened: bool) -> CallMade:
    made = CallMade(
        number=len(node.calls) + 1,
        at=node.world.now,
        instance=call.instance,
        workflow=call.workflow,
        task=call.task,
        reference=call.reference,
        function=call.function,
        arguments=call.arguments,
        key=call.key,
        attempt=call.attempt,
        result=result,
        happened=happened,
        iteration=list(call.iteration),
        undo_of=call.undo_of,
    )
    since = node.world.now if node.parent is None else node.parent.sent.get((call.instance, call.run), node.world.now)
    node.calls = (*node.calls, Made(call, cover_of(node.world, call), made, reply, node.world.now - since))
    return made


def _events(node: Node) -> Iterator[Deliver]:
    """One event for each filter of whatever listens."""
    for actor in node.world.actors.values():
        for effect in actor.instance.owed.values():
            if isinstance(effect, Listen):
                run = actor.instance.runs[effect.run]
                assert isinstance(run.task, ListenTask)
                nth, number = _starts(actor, run), sum(len(each.history) for each in node.world.actors.values())
                for event in awaited(run.task, TaskScope(actor.instance, run, run.task, run), run.local):
                    yield Deliver(
                        run.task.reference, nth, node.world.now - run.started_at, {"id": f"event-{number}", **event}
                    )


def _cancels(node: Node) -> Iterator[Cancel]:
    """Someone cancels the root, as long as it goes forward."""
    actor = node.world.actors[ROOT]
    instance = actor.instance
    if instance.over or 0 in instance.unwindings:
        return
    leaves = [run for run in instance.runs.values() if not run.children and not run.pending and not run.task.hidden]
    if leaves:
        run = max(leaves, key=lambda each: each.id)
        yield Cancel(run.task.reference, _starts(actor, run), node.world.now - run.started_at)


def _starts(actor: Actor, run: TaskRun) -> int:
    """How often its task had started when this run did."""
    started = (event for _, events in actor.history for event in events if isinstance(event, TaskStarted))
    numbers = [event.run for event in started if event.task == run.task.number]
    return numbers.index(run.id) + 1
