"""Stories as scenarios: the input, the answers, the faults, the events and the people of one path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from counterpoint.errors import WorkflowError
from counterpoint.trial import Completed, Crashed, Failed, Silent
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.verification.concrete import Values, chosen
from counterpoint.verification.node import Cancel, Deliver, Made, Node
from counterpoint.verification.unknown import Knowledge

_FORMS = frozenset({"each", "output", "generate", "recorded", "takes"})
"""Members that give an answer another meaning."""


def scenario_of(node: Node, input: JsonValue, knowledge: Knowledge, default: JsonValue = None) -> JsonObject | None:
    """The scenario of the path to a node, without expectations; None where no values lead there.

    `default` is for values of which nothing is known.
    """
    values = chosen(node.known.values(), knowledge, default)
    if values is None:
        return None
    found: JsonObject = {"name": "", "expect": {}}
    try:
        found["input"] = values.of(input)
        answers, faults = _answers(node, values), list(_faults(node))
        events, actions = _outside(node, values)
    except WorkflowError:
        return None  # an expression takes none of the values that were tried
    parts = {"answers": answers, "unanswered": "empty", "faults": faults, "events": events, "actions": actions}
    return found | {name: part for name, part in parts.items() if part}


def _answers(node: Node, values: Values) -> JsonObject:
    """The answers of each task, by the number of its call."""
    calls: dict[str, list[Made]] = defaultdict(list)
    for each in node.calls:
        if not isinstance(each.reply, Crashed):
            calls[each.call.reference].append(each)
    found: JsonObject = {}
    for reference, made in calls.items():
        replies = [each.reply for each in made]
        if not any(isinstance(reply, Completed) for reply in replies):
            continue
        written = [_answer(each, values) for each in made]
        given = [each for each, reply in zip(written, replies, strict=True) if isinstance(reply, Completed)]
        if all(each == given[0] for each in given):
            if given[0] != {}:
                found[reference] = given[0]
        else:
            found[reference] = {"each": written}
    return found


def _answer(made: Made, values: Values) -> JsonValue:
    reply = made.reply
    output = values.of(reply.output) if isinstance(reply, Completed) else None
    if made.takes_ms and isinstance(reply, Completed):
        return {"output": output, "takes": _iso(made.takes_ms)}
    return {"output": output} if isinstance(output, dict) and not _FORMS.isdisjoint(output) else output


def _faults(node: Node) -> Iterator[JsonObject]:
    """One fault for each call that fails; the last of an effect that fails for good is for all that follow."""
    numbers: dict[str, int] = defaultdict(int)
    last = {each.call.key: each for each in node.calls}
    final = []
    for each in node.calls:
        call = each.call
        if not (call.dispatch > 1 and _crashed(node, each)):
            numbers[call.reference] += 1
        fault = _fault(each)
        if fault is None:
            continue
        if last[call.key] is each and call.attempt > 1:
            where = {"iteration": list(call.iteration)} if call.iteration else {}
            final.append({"task": call.reference, **where, **fault})
        else:
            yield {"task": call.reference, "call": numbers[call.reference], **fault}
    yield from final


def _crashed(node: Node, made: Made) -> bool:
    """Whether the same request was sent before a crash."""
    call = made.call
    return any(
        isinstance(each.reply, Crashed) and (each.call.key, each.call.attempt) == (call.key, call.attempt)
        for each in node.calls
    )


def _fault(made: Made) -> JsonObject | None:
    match made.reply:
        case Failed(problem=problem, outcome=outcome, happened=happened):
            fault: JsonObject = {"error": problem.to_json(), "outcome": outcome.value, "happened": happened}
            return fault | ({"delay": _iso(made.takes_ms)} if made.takes_ms else {})
        case Silent(happened=happened):
            return {"timeout": True, "happened": happened}
        case Crashed(sent=sent):
            return {"crash": "after" if sent else "before"}
        case _:
            return None


def _outside(node: Node, values: Values) -> tuple[list[JsonObject], list[JsonObject]]:
    """Events and what people do."""
    events: list[JsonObject] = []
    actions: list[JsonObject] = []
    for each in node.path():
        choice = each.choice
        if isinstance(choice, Deliver):
            events.append({**_point(choice), "event": values.of(choice.event)})
        elif isinstance(choice, Cancel):
            actions.append({**_point(choice), "cancel": True})
    return events, actions


def _point(choice: Deliver | Cancel) -> JsonObject:
    point: JsonObject = {"while": choice.task}
    if choice.nth > 1:
        point["nth"] = choice.nth
    if choice.delay_ms:
        point["delay"] = _iso(choice.delay_ms)
    return point


def _iso(ms: int) -> str:
    """A duration as documents write it."""
    return f"PT{ms // 1000}.{ms % 1000:03d}S" if ms % 1000 else f"PT{ms // 1000}S"
