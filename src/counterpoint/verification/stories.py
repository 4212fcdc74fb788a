"""Stories in words: each choice on the way is a step, then how it ends."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.plan import Plan
from counterpoint.plan.model import Task
from counterpoint.trial import Completed, Crashed, Failed, Silent
from counterpoint.values.problem import Outcome, Problem, short_type
from counterpoint.verification.node import Answer, Cancel, Deliver, Fire, GiveUp, Made, Node
from counterpoint.verification.oracle import Decision


def told(node: Node, ending: str | None = None) -> list[str]:
    """The steps that lead to a node, and what is the matter there."""
    steps: list[str] = []
    path = node.path()
    for before, after in zip([None, *path], path, strict=False):
        known = {} if before is None else before.known
        steps += [_decided(decision) for key, decision in after.known.items() if key not in known]
        if after.choice is not None:
            assert before is not None
            steps.append(_step(before, after))
    if ending is not None:
        steps.append(ending)
    return steps


def _step(before: Node, node: Node) -> str:
    match node.choice:
        case Answer():
            return _answered(node.calls[-1])
        case GiveUp():
            return "the engine gives up waiting for an answer"
        case Fire():
            return "time passes until the next timer is due"
        case Deliver():
            return f"an event comes in that {_name(node.choice.task)} waits for"
        case Cancel():
            return f"someone cancels the workflow while {_name(node.choice.task)} is under way"
    raise AssertionError("a step without a choice")


def _answered(made: Made) -> str:
    call = made.call
    where = f" (iteration {'.'.join(map(str, call.iteration))})" if call.iteration else ""
    who = f"{call.task}{where}" if call.undo_of is None else f"{call.task}, undoing {call.undo_of}{where},"
    match made.reply:
        case Completed():
            return f"{who} succeeds"
        case Failed(problem=problem, outcome=outcome, happened=happened):
            if happened:
                return f"{who} fails ({_problem(problem)}), although its effect took place"
            known = "nothing happened" if outcome is Outcome.NONE else "nothing happened, but nobody can know"
            return f"{who} fails ({_problem(problem)}): {known}"
        case Silent(happened=happened):
            return f"{who} gets no answer; its effect {'took place' if happened else 'did not take place'}"
        case Crashed():
            return f"{who} succeeds, and the engine crashes before it knows: it asks again"
    raise AssertionError("a call without a reply")


def _decided(decision: Decision) -> str:
    question, answer = decision
    if question.kind == "length":
        return f"given that {question.expression.source} has {(answer + 1) % 3} items"
    return f"given that {question.expression.source} {'holds' if answer == 0 else 'does not hold'}"


def _problem(problem: Problem) -> str:
    return f"{short_type(problem.type)} {problem.status}"


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def tasks_of(plan: Plan) -> Iterator[Task]:
    """The tasks that people know, in document order."""
    return (task for task in plan.tasks if task.name and not task.hidden)
