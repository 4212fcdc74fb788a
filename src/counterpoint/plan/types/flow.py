"""The data flow of a document, followed once with types instead of values.

It goes the way of the kernel: the stages of a task (dsl.md, Data Flow), flow directives, loops until nothing
changes any more, what an error leaves for a `catch`, what an undo sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from counterpoint.dsl import Definition
from counterpoint.dsl.report import Path
from counterpoint.dsl.walk import NamedTask, Role, TaskList, tasks
from counterpoint.plan.types.lattice import (
    ANY,
    NUMBER,
    STRING,
    Member,
    Type,
    array_of,
    closed,
    each_item,
    join,
    meet,
    object_of,
    optional,
    union,
)
from counterpoint.plan.types.results import result_of_call, result_of_run
from counterpoint.plan.types.schemas import type_of_schema
from counterpoint.plan.types.scope import UNKNOWN, Leaving, Scope, State, Watch, joined, widened
from counterpoint.plan.types.sight import Seen, Sight
from counterpoint.plan.types.strings import Strings
from counterpoint.plan.types.verdicts import Impossible, Verdicts
from counterpoint.values.json import JsonObject, JsonValue

_ROUNDS_MAX: Final = 3
"""How often a task of a loop is followed before its data is made so wide that it stops changing."""
_STEPS_MAX: Final = 20_000
"""How many tasks are followed, each as often as it is come by; about a second."""
_CALLS_MAX: Final = 20
_ERROR: Final = object_of({"type": Member(STRING), "status": Member(join(NUMBER, Type(frozenset({"boolean"}))))}, ANY)
_KINDS: Final = ("call", "do", "emit", "fork", "listen", "raise", "run", "set", "switch", "try", "wait")


class Inferred:
    """The types of a document. `output` is that of the workflow's output."""

    def __init__(self, output: Type, impossible: list[Impossible]) -> None:
        self.output = output
        self.impossible = impossible


def infer(definition: Definition, resources: Mapping[str, JsonValue] | None = None) -> Inferred:
    """Follow the data of a definition. `resources` are the external documents at hand, by URI.

    A document whose strings may be something else than expressions in jq (`evaluate`) is not followed, and one with
    too many ways through it is given up: its output is unknown, and nothing is impossible.
    """
    if not _followed(definition):
        return Inferred(ANY, [])
    following = _Following(definition.data, resources or {})
    try:
        output = following.workflow()
    except (_TooManySteps, RecursionError):
        return Inferred(ANY, [])
    return Inferred(output, following.verdicts.all())


def seen(definition: Definition, task: str, resources: Mapping[str, JsonValue] | None = None) -> Mapping[str, Seen]:
    """The types that the expressions of a task (a JSON pointer) see, by stage; only the stages that it comes to."""
    if not _followed(definition):
        return {}
    following = _Following(definition.data, resources or {}, Sight(task))
    try:
        following.workflow()
    except (_TooManySteps, RecursionError):
        return {}
    return following.sight.stages


def _followed(definition: Definition) -> bool:
    """Whether every string in `${ }` is an expression in jq, and no other is."""
    evaluate = definition.data.get("evaluate", {})
    mode, language = evaluate.get("mode", "strict"), evaluate.get("language", "jq")
    return (mode, language) == ("strict", "jq")


class _TooManySteps(Exception):
    """There are more ways through the document than are followed."""


class _Following:
    def __init__(self, data: JsonObject, resources: Mapping[str, JsonValue], sight: Sight | None = None) -> None:
        self.data = data
        self.sight = sight or Sight()
        self.use: JsonObject = data.get("use", {})
        self.resources = resources
        self.verdicts = Verdicts()
        self.strings = Strings(self.verdicts)
        self.watches: list[Watch] = []
        self.ended: State | None = None
        self.steps_left = _STEPS_MAX
        self.calls: list[str] = []
        self.loops = 0
        self.extended = {
            extension.get("extend") for item in self.use.get("extensions", ()) for extension in item.values()
        }

    def workflow(self) -> Type:
        data = self.data
        raw = self._checked(ANY, data.get("input", {}))
        descriptor = closed(id=STRING, definition=ANY, input=raw, startedAt=ANY)
        scope = Scope({"workflow": descriptor, "context": closed()}, {})
        shaped = self.strings.transformed(data.get("input", {}), "from", (None, "input"), raw, scope.lookup)
        end = self.block(data["do"], (None, "do"), State(shaped, closed()), scope)
        if end is not None:
            self.ended = joined(self.ended, end)
        if self.ended is None:
            return ANY
        output = data.get("output", {})
        scope = scope.seeing(context=self.ended.context)
        result = self.strings.transformed(output, "as", (None, "output"), self.ended.data, scope.lookup)
        return self._checked(result, output)

    def block(self, items: list[JsonValue], path: Path, state: State, scope: Scope) -> State | None:
        """Follow a task list; gives what leaves it, or None where nothing does."""
        listed = list(tasks(TaskList(Role.DO, items, path)))
        targets = {task.name: index for index, task in enumerate(listed)}
        entered: list[State | None] = [None] * (len(listed) + 1)
        rounds = [0] * (len(listed) + 1)
        entered[0] = state
        pending = {0} if listed else set[int]()
        while pending:
            index = min(pending)
            pending.discard(index)
            before = entered[index]
            if before is None:
                continue
            rounds[index] += 1
            for directive, after in self.task(listed[index], before, scope):
                if directive in ("end", "compensate"):
                    self.ended = joined(self.ended, after)
                    continue
                target = index + 1 if directive == "continue" else targets.get(directive, len(listed))
                known = entered[target]
                widens = known is not None and rounds[target] >= _ROUNDS_MAX
                merged = widened(known, after) if widens and known is not None else joined(known, after)
                if merged != known:
                    entered[target] = merged
                    if target < len(listed):
                        pending.add(target)
        return entered[-1]

    def task(self, named: NamedTask, before: State, scope: Scope) -> list[Leaving]:
        """Follow one task: all ways in which it may end."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise _TooManySteps
        task, path = named.task, named.path
        if self.extended and not self.extended.isdisjoint(("all", _kind(task))):
            self._saw(ANY)
            self.ended = UNKNOWN
            return [Leaving(directive, UNKNOWN) for directive in _directives(task)]
        outer = scope
        arguments = {"workflow": scope.arguments["workflow"], "context": before.context}
        given = before.data
        self.sight.saw("condition", path, given, Scope(arguments, scope.variables))
        if "if" in task or "input" in task:
            scope = Scope(arguments, scope.variables)
            self.strings.condition(task, "if", path, given, scope.lookup)
            received = task.get("input", {})
            raw = self._checked(given, received)
            given = self.strings.transformed(received, "from", (path, "input"), raw, scope.lookup)
        scope = Scope({**arguments, "input": given}, scope.variables)
        self.sight.saw("argument", path, given, scope)
        leaving = []
        for directive, body in self._body(task, path, State(given, before.context), scope):
            self.sight.saw("output", path, body.data, scope.seeing(context=body.context))
            after = self._output(task, path, body, scope)
            self.sight.saw("export", path, after.data, scope.seeing(context=body.context, output=after.data))
            leaving.append(Leaving(directive, after))
            self._undo(task, path, given, before.context, after, outer)
        if "if" in task:
            leaving.append(Leaving("continue", before))
        return leaving

    def _output(self, task: JsonObject, path: Path, body: State, scope: Scope) -> State:
        """The stages after a task: output, export."""
        if "output" not in task and "export" not in task:
            return body
        shaped = task.get("output", {})
        scope = scope.seeing(context=body.context)
        output = self.strings.transformed(shaped, "as", (path, "output"), body.data, scope.lookup)
        output = self._checked(output, shaped)
        exported, context = task.get("export", {}), body.context
        if "as" in exported:
            scope = scope.seeing(output=output)
            context = self.strings.transformed(exported, "as", (path, "export"), output, scope.lookup)
            context = self._checked(context, exported)
            self._saw(context)
        return State(output, context)

    def _body(self, task: JsonObject, path: Path, given: State, scope: Scope) -> list[Leaving]:
        """What a task of each kind does with its input; gives its raw output and where it goes."""
        kind = _kind(task)
        then = task.get("then", "continue")
        if kind == "switch":
            return self._switch(task, path, given, scope, then)
        if kind == "try":
            return self._try(task, path, given, scope, then)
        if kind == "raise":
            self.strings.template(task["raise"]["error"], ((path, "raise"), "error"), given.data, scope.lookup)
            return []
        after = _BODIES[kind](self, task, path, given, scope)
        return [] if after is None else [Leaving(then, after)]

    def _do(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        return self.block(task["do"], (path, "do"), given, scope)

    def _set(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        return State(self.strings.template(task["set"], (path, "set"), given.data, scope.lookup), given.context)

    def _wait(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        self.strings.template(task["wait"], (path, "wait"), given.data, scope.lookup)
        return given

    def _emit(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        self.strings.template(task["emit"], (path, "emit"), given.data, scope.lookup)
        return State(ANY, given.context)

    def _run(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        run = task["run"]
        for name in ("container", "script", "shell", "workflow"):
            if name in run:
                self.strings.template(run[name], ((path, "run"), name), given.data, scope.lookup)
        return State(result_of_run(run, given.data), given.context)

    def _call(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        function, arguments, place = task["call"], task.get("with", {}), (path, "with")
        own = None if function in _PROTOCOLS else self.use.get("functions", {}).get(function)
        endpoint = arguments.get("endpoint") if function == "http" else None
        if endpoint is not None:
            self.strings.uri(endpoint, (place, "endpoint"), given.data, scope.lookup)
        templates = {name: each for name, each in arguments.items() if name not in _PROTOCOLS.get(function, ())}
        passed = self.strings.template(templates, place, given.data, scope.lookup)
        if own is None or function in self.calls or len(self.calls) >= _CALLS_MAX:
            return State(result_of_call(function, arguments, self.resources), given.context)
        self.calls.append(function)
        entered = State(passed if "with" in task else given.data, given.context)
        after = self._alone(NamedTask(function, own, (((None, "use"), "functions"), function)), entered, scope)
        self.calls.pop()
        return after

    def _alone(self, named: NamedTask, before: State, scope: Scope) -> State | None:
        """Follow a task that has no others beside it: whatever directive it ends with, it is over."""
        found: State | None = None
        for directive, after in self.task(named, before, scope):
            if directive in ("end", "compensate"):
                self.ended = joined(self.ended, after)
            else:
                found = joined(found, after)
        return found

    def _for(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        loop, place = task["for"], (path, "for")
        if isinstance(loop["in"], str):
            items = self.strings.expression(loop["in"], (place, "in"), given.data, scope.lookup)
        else:
            items = self.strings.template(loop["in"], (place, "in"), given.data, scope.lookup)
        inside = scope.binding({loop.get("at", "index"): NUMBER, loop.get("each", "item"): each_item(items)})
        return self._rounds(given, lambda state: self._round(task, path, state, inside))

    def _round(self, task: JsonObject, path: Path, state: State, scope: Scope) -> State | None:
        scope = scope.seeing(context=state.context)
        self.strings.condition(task, "while", path, state.data, scope.lookup)
        return self.block(task["do"], (path, "do"), state, scope)

    def _rounds(self, state: State, follow: Callable[[State], State | None]) -> State:
        """Follow a loop until what enters a round stops changing; gives all that may enter, or leave after one."""
        self.loops += 1
        for number in range(100):
            after = follow(state)
            merged = state if after is None else joined(state, after)
            if after is not None and number + self.loops >= _ROUNDS_MAX:
                merged = widened(state, after)
            if merged == state:
                break
            state = merged
        else:
            raise _TooManySteps
        self.loops -= 1
        return state

    def _fork(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        fork, place = task["fork"], ((path, "fork"), "branches")
        ended, self.ended = self.ended, None
        branches = [
            self._alone(named, given, scope) for named in tasks(TaskList(Role.BRANCHES, fork["branches"], place))
        ]
        if self.ended is not None:  # the workflow ends with the context outside the fork
            ended = joined(ended, joined(self.ended, State(self.ended.data, given.context)))
        self.ended = ended
        ends = [each for each in branches if each is not None]
        if len(ends) < len(branches) and not fork.get("compete"):
            return None
        if fork.get("compete"):
            found: State | None = None
            for each in ends:
                found = joined(found, each)
            return found
        context = _merged(given.context, [each.context for each in ends])
        if context is not given.context:
            self._saw(context)
        return State(array_of(each.data for each in ends), context)

    def _listen(self, task: JsonObject, path: Path, given: State, scope: Scope) -> State | None:
        """Gives an array here, but the specification's own examples read it as an object: nothing is known."""
        if "foreach" not in task:
            return State(ANY, given.context)
        loop, place = task["foreach"], (path, "foreach")
        inside = scope.binding({loop.get("at", "index"): NUMBER, loop.get("item", "item"): ANY})

        def follow(state: State) -> State | None:
            after = self.block(loop.get("do", []), (place, "do"), State(ANY, state.context), inside)
            if after is None:
                return None
            return State(given.data, self._output(loop, place, after, inside).context)

        return State(ANY, self._rounds(given, follow).context)

    def _switch(self, task: JsonObject, path: Path, given: State, scope: Scope, then: str) -> list[Leaving]:
        always = False
        directives = []
        for index, item in enumerate(task["switch"]):
            for name, case in item.items():
                self.strings.condition(case, "when", (((path, "switch"), index), name), given.data, scope.lookup)
                directives.append(case["then"])
                always = always or "when" not in case
        if not always:
            directives.append(then)
        return [Leaving(each, given) for each in dict.fromkeys(directives)]

    def _try(self, task: JsonObject, path: Path, given: State, scope: Scope, then: str) -> list[Leaving]:
        catch, place = task["catch"], (path, "catch")
        watch = Watch(given.context)
        self.watches.append(watch)
        retried = "retry" in catch

        def attempt(state: State) -> State | None:
            end = self.block(task["try"], (path, "try"), state, scope)
            ends.append(end)
            return State(given.data, watch.all()) if retried else None

        ends: list[State | None] = []
        self._rounds(given, attempt)
        self.watches.pop()
        self._saw(watch.all())
        leaving = []
        body: State | None = None
        for end in ends:
            body = body if end is None else joined(body, end)
        if body is not None:
            leaving.append(Leaving(then, body))
        if retried and "do" not in catch and "then" not in catch:
            return leaving
        caught = State(given.data, watch.all())
        inside = scope.binding({"error": _ERROR, catch.get("as", "error"): _ERROR}).seeing(context=caught.context)
        self.sight.saw("error", path, _ERROR, inside)
        for name in ("when", "exceptWhen"):
            self.strings.condition(catch, name, place, _ERROR, inside.lookup)
        handled = self.block(catch["do"], (place, "do"), caught, inside) if "do" in catch else caught
        if handled is not None:
            leaving.append(Leaving(catch.get("then", then), handled))
        return leaving

    def _undo(self, task: JsonObject, path: Path, given: Type, before: Type, after: State, scope: Scope) -> None:
        """What undoes a task sees snapshots of its data; without an output where nobody knows whether it happened."""
        undo = task.get("compensate")
        if undo is None or (isinstance(undo, dict) and "none" in undo):
            return
        output, context = optional(after.data), optional(join(before, after.context))
        snapshot = {"input": given, "output": output, "context": context, "error": optional(_ERROR)}
        members = {name: Member(type) for name, type in snapshot.items()}
        inside = Scope({"workflow": scope.arguments["workflow"]}, {"compensation": object_of(members, ANY)})
        ended, self.ended = self.ended, None
        watches, self.watches = self.watches, []
        state = State(output, context)
        if isinstance(undo, str):
            self.block([{undo: {"call": undo}}], (path, "compensate"), state, inside)
        else:
            for name in ("probe", "do"):
                if name in undo:
                    self.block(undo[name], ((path, "compensate"), name), state, inside)
        self.ended, self.watches = ended, watches

    def _checked(self, type: Type, stage: JsonObject) -> Type:
        """What passes the schema of a stage."""
        schema = stage.get("schema")
        if schema is None:
            return type
        if "document" in schema:
            return meet(type, type_of_schema(schema["document"]))
        endpoint = schema.get("resource", {}).get("endpoint")
        uri = endpoint.get("uri") if isinstance(endpoint, dict) else endpoint
        return meet(type, type_of_schema(self.resources.get(str(uri), True)))

    def _saw(self, context: Type) -> None:
        for watch in self.watches:
            watch.saw(context)


_BODIES: Final[dict[str, Callable[..., State | None]]] = {
    "do": _Following._do,
    "for": _Following._for,
    "set": _Following._set,
    "wait": _Following._wait,
    "emit": _Following._emit,
    "run": _Following._run,
    "call": _Following._call,
    "fork": _Following._fork,
    "listen": _Following._listen,
}
_PROTOCOLS: Final[Mapping[Any, tuple[str, ...]]] = {
    "http": ("endpoint",),
    "openapi": ("document", "authentication"),
    "asyncapi": ("document", "authentication", "subscription"),
    "grpc": ("proto", "service"),
    "a2a": ("agentCard", "server"),
    "mcp": ("transport",),
}
"""The functions of the language, with those of their arguments that are no templates or hold policies."""


def _kind(task: JsonObject) -> str:
    return "for" if "for" in task else next(kind for kind in _KINDS if kind in task)


def _directives(task: JsonObject) -> list[str]:
    """The flow directives that a task may take."""
    found = [task.get("then", "continue"), "continue"]
    found += [case["then"] for item in task.get("switch", ()) for case in item.values()]
    if "then" in task.get("catch", {}):
        found.append(task["catch"]["then"])
    return list(dict.fromkeys(found))


def _merged(before: Type, contexts: list[Type]) -> Type:
    """The contexts of a fork's branches, merged key by key."""
    changed = [each for each in contexts if each is not before]
    if not changed:
        return before
    found = union([before, *changed])
    if found.unknown or found.object is None:
        return found
    members = {name: Member(member.type, required=False) for name, member in found.object.members.items()}
    merged = object_of(members, found.object.rest)
    return Type(found.scalars, found.array, merged.object)
