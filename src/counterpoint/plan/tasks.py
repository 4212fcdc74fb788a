"""Compiles tasks: one small function per kind, and the blocks that hold them."""

from __future__ import annotations

from typing import Any, Final

from counterpoint.plan import model
from counterpoint.plan.arguments import SHAPES, compile_arguments
from counterpoint.plan.extensions import Extensions
from counterpoint.plan.policies import UNDO_RETRY, compile_retry, compile_stages, compile_strategy
from counterpoint.plan.source import UNDO_NAMES, Names, Source
from counterpoint.values.json import JsonObject, JsonValue, pointer_join

KINDS: Final = ("call", "do", "emit", "for", "fork", "listen", "raise", "run", "set", "switch", "try", "wait")
"""The members that tell a task's kind; `for` comes with a `do` of its own."""

CALL_DEPTH_MAX: Final = 20
"""How deep functions of `use.functions` may call each other."""


def kind_of(definition: JsonObject) -> str:
    """The kind of a task, by the member that only this kind has."""
    if "for" in definition:
        return "for"
    return next(kind for kind in KINDS if kind in definition)


def _implicit_undo(task: model.Task) -> JsonObject | None:
    """An awaited sub-workflow is undone as one unit, in its own version (saga.md, section 6)."""
    if not isinstance(task, model.RunTask) or task.function != "workflow" or not task.awaits:
        return None
    arguments = {name: f"${{ $compensation.{name} }}" for name in ("run", "tries", "trigger")}
    return {"do": [{task.name: {"call": model.UNDO_WORKFLOW, "with": arguments}}]}


def _jumps(task: model.Task) -> bool:
    flows = [task.then]
    if isinstance(task, model.SwitchTask):
        flows += [case.then for case in task.cases]
    elif isinstance(task, model.TryTask) and task.catch.then is not None:
        flows.append(task.catch.then)
    elif isinstance(task, model.ExtendedTask):
        return _jumps(task.body.tasks[0]) or task.then.directive is model.Directive.GOTO
    return any(flow.directive is model.Directive.GOTO for flow in flows)


class TaskCompiler:
    """Compiles the tasks of one definition and numbers them in document order, from 1."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tasks: list[model.Task] = []
        self._extensions = Extensions(source)
        self._extending = False
        """Compiling what an extension adds, which no extension extends, however deep it lies."""
        self._calls: list[str] = []

    def block(self, data: list[JsonObject], pointer: str, names: Names) -> model.Block:
        """The tasks of a list, with flow directives resolved among them."""
        items = [(index, *next(iter(item.items()))) for index, item in enumerate(data)]
        places = {name: index for index, name, _ in items}
        tasks = tuple(
            self.task(name, definition, pointer_join(pointer, index, name), names, places)
            for index, name, definition in items
        )
        return model.Block(tasks, jumps=any(_jumps(task) for task in tasks))

    def task(
        self,
        name: str,
        definition: JsonObject,
        pointer: str,
        names: Names,
        places: dict[str, int],
        *,
        hidden: bool = False,
    ) -> model.Task:
        """One task, with the extensions that apply to it around it."""
        kind = kind_of(definition)
        wrapping = [] if self._extending else self._extensions.of(kind)
        if not wrapping:
            return self._plain(kind, name, definition, pointer, names, places, hidden=hidden)
        return self._extended(wrapping, kind, name, definition, pointer, names, places)

    def flow(self, value: str | None, pointer: str, places: dict[str, int]) -> model.Flow:
        """A flow directive."""
        if value is None:
            return model.CONTINUE
        if value in ("continue", "exit", "end", "compensate"):
            return model.Flow(model.Directive(value))
        if value not in places:
            self.source.fail(pointer, f"there is no task {value!r} beside this one")
        return model.Flow(model.Directive.GOTO, places[value])

    def _plain(
        self,
        kind: str,
        name: str,
        definition: JsonObject,
        pointer: str,
        names: Names,
        places: dict[str, int],
        *,
        hidden: bool = False,
    ) -> model.Task:
        source, number = self.source, self._number()
        shared: dict[str, Any] = {
            "number": number,
            "name": name,
            "reference": pointer,
            "definition": definition,
            "condition": source.optional(definition, "if", pointer, names),
            "timeout": source.timeout(definition, pointer, names),
            "then": self.flow(definition.get("then"), pointer_join(pointer, "then"), places),
            "pivot": definition.get("saga") == "pivot",
            "extends": self._extending,
            "hidden": hidden,
            **compile_stages(source, definition, pointer, names),
        }
        task: model.Task = getattr(self, f"_{kind}")(definition, pointer, names, places, shared)
        task.undo = self._undo(definition.get("compensate", _implicit_undo(task)), name, pointer, names)
        self.tasks[number] = task
        return task

    def _number(self) -> int:
        self.tasks.append(None)  # type: ignore[arg-type]  # its place, filled in once the task is compiled
        return len(self.tasks) - 1

    def _extended(
        self,
        wrapping: list[JsonObject],
        kind: str,
        name: str,
        definition: JsonObject,
        pointer: str,
        names: Names,
        places: dict[str, int],
    ) -> model.Task:
        number, extension = self._number(), wrapping[0]
        if len(wrapping) > 1:
            inner = self._extended(wrapping[1:], kind, name, definition, pointer, names, places)
        else:
            inner = self._plain(kind, name, definition, pointer, names, places)
        data: JsonObject = extension["definition"]
        place: str = extension["pointer"]

        def part(key: str) -> model.Block | None:
            if key not in data:
                return None
            self._extending = True
            block = self.block(data[key], pointer_join(pointer, extension["name"], key), names)
            self._extending = False
            return block

        task = model.ExtendedTask(
            number=number,
            name=name,
            reference=pointer,
            definition=definition,
            then=inner.then,
            hidden=True,
            extended_if=inner.extended_if if isinstance(inner, model.ExtendedTask) else inner.condition,
            when=self.source.optional(data, "when", place, names),
            before=part("before"),
            body=model.Block((inner,)),
            after=part("after"),
        )
        self.tasks[number] = task
        return task

    def _undo(self, data: JsonValue, name: str, pointer: str, names: Names) -> model.Undo | None:
        if data is None or (isinstance(data, dict) and "none" in data):
            return None
        names = UNDO_NAMES
        place, number = pointer_join(pointer, "compensate"), self._number()
        settings: JsonObject = {"do": [{data: {"call": data}}]} if isinstance(data, str) else data
        retry, source = settings.get("retry"), self.source
        undo = model.Undo(
            number=number,
            name=name,
            reference=place,
            definition=settings,
            hidden=True,
            body=self.block(settings.get("do") or [], pointer_join(place, "do"), names),
            probe=self.block(settings["probe"], pointer_join(place, "probe"), names) if "probe" in settings else None,
            on_attempted=settings.get("on") == "attempted",
            retry=UNDO_RETRY if retry is None else compile_retry(source, retry, pointer_join(place, "retry"), names),
            on_failure=settings.get("onFailure", "suspend"),
        )
        self.tasks[number] = undo
        return undo

    def _call(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        function, place = data["call"], pointer_join(pointer, "with")
        arguments = data.get("with")
        body = None if function in SHAPES else self._function(function, pointer)
        if body is None:
            return model.CallTask(
                **shared,
                function=function,
                arguments=compile_arguments(self.source, function, arguments or {}, place, names),
            )
        if len(self._calls) >= CALL_DEPTH_MAX or function in self._calls:
            chain = " → ".join([*self._calls, function])
            self.source.fail(pointer_join(pointer, "call"), f"functions call each other without end: {chain}")
        self._calls.append(function)
        inner = self.task(shared["name"], body, pointer, names, {}, hidden=True)
        self._calls.pop()
        return model.FunctionTask(
            **shared,
            arguments=None if arguments is None else self.source.template(arguments, place, names),
            body=model.Block((inner,)),
        )

    def _function(self, function: str, pointer: str) -> JsonObject | None:
        """The task behind a name of `use.functions`, of a catalog, or a URI; None: registered in code."""
        declared: JsonObject = self.source.use.get("functions") or {}
        if function in declared:
            found: JsonObject = declared[function]
            return found
        resource = self.source.resources.get(function)
        if resource is not None:
            return dict(resource)
        if "@" in function or "://" in function:
            self.source.fail(pointer_join(pointer, "call"), f"the function {function!r} has not been loaded")
        return None

    def _do(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        return model.DoTask(**shared, body=self.block(data["do"], pointer_join(pointer, "do"), names))

    def _emit(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        event = data["emit"]["event"].get("with") or {}
        place = pointer_join(pointer, "emit", "event", "with")
        return model.EmitTask(**shared, event=self.source.template(event, place, names))

    def _for(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        loop = data["for"]
        each, at = loop.get("each", "item"), loop.get("at", "index")
        inside = names | {each, at}
        items, place = loop["in"], pointer_join(pointer, "for", "in")
        compile_items = self.source.expression if isinstance(items, str) else self.source.template
        return model.ForTask(
            **shared,
            each=each,
            at=at,
            items=compile_items(items, place, names),
            while_=self.source.optional(data, "while", pointer, inside),
            body=self.block(data["do"], pointer_join(pointer, "do"), inside),
        )

    def _fork(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        fork = data["fork"]
        return model.ForkTask(
            **shared,
            branches=self.block(fork["branches"], pointer_join(pointer, "fork", "branches"), names),
            compete=fork.get("compete", False),
        )

    def _listen(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        listen, source = data["listen"], self.source
        strategy = compile_strategy(source, listen["to"], pointer_join(pointer, "listen", "to"), names)
        read = listen.get("read", "data")
        if "foreach" not in data:
            return model.ListenTask(**shared, strategy=strategy, read=read)
        loop, place = data["foreach"], pointer_join(pointer, "foreach")
        item, at = loop.get("item", "item"), loop.get("at", "index")
        inside = names | {item, at}
        stages = compile_stages(source, loop, place, inside)
        return model.ListenTask(
            **shared,
            strategy=strategy,
            read=read,
            item=item,
            at=at,
            body=self.block(loop.get("do") or [], pointer_join(place, "do"), inside),
            each_output=stages.get("output_as"),
            each_output_schema=stages.get("output_schema"),
            each_export=stages.get("export_as"),
            each_export_schema=stages.get("export_schema"),
        )

    def _raise(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        error, place = data["raise"]["error"], pointer_join(pointer, "raise", "error")
        if isinstance(error, str):
            error = self.source.reference("errors", error, place)
        return model.RaiseTask(**shared, error=self.source.template(error, place, names))

    def _run(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        run = data["run"]
        function = next(each for each in ("container", "script", "shell", "workflow") if each in run)
        place = pointer_join(pointer, "run", function)
        return model.RunTask(
            **shared,
            function=function,
            arguments=compile_arguments(self.source, function, run[function], place, names),
            awaits=run.get("await", True),
            returns=run.get("return", "stdout"),
        )

    def _set(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        return model.SetTask(**shared, value=self.source.template(data["set"], pointer_join(pointer, "set"), names))

    def _switch(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        cases = []
        for index, item in enumerate(data["switch"]):
            name, case = next(iter(item.items()))
            place = pointer_join(pointer, "switch", index, name)
            when = self.source.optional(case, "when", place, names)
            then = self.flow(case["then"], pointer_join(place, "then"), places)
            cases.append(model.Case(name=name, when=when, then=then))
        return model.SwitchTask(**shared, cases=tuple(cases))

    def _try(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        catch, place, source = data["catch"], pointer_join(pointer, "catch"), self.source
        as_ = catch.get("as", "error")
        inside = names | {as_, "error"}
        then = catch.get("then")
        return model.TryTask(
            **shared,
            body=self.block(data["try"], pointer_join(pointer, "try"), names),
            catch=model.Catch(
                filter=(catch.get("errors") or {}).get("with"),
                as_=as_,
                when=source.optional(catch, "when", place, inside),
                except_when=source.optional(catch, "exceptWhen", place, inside),
                retry=compile_retry(source, catch["retry"], pointer_join(place, "retry"), inside)
                if "retry" in catch
                else None,
                body=self.block(catch["do"], pointer_join(place, "do"), inside) if "do" in catch else None,
                then=None if then is None else self.flow(then, pointer_join(place, "then"), places),
                compensate=catch.get("compensate", False),
                between_attempts=catch.get("betweenAttempts"),
            ),
        )

    def _wait(
        self, data: JsonObject, pointer: str, names: Names, places: dict[str, int], shared: dict[str, Any]
    ) -> model.Task:
        duration = self.source.duration(data["wait"], pointer_join(pointer, "wait"), names)
        return model.WaitTask(**shared, duration=duration)
