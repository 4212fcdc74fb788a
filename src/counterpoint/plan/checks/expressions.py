"""Every expression of a document: does it compile with the variables of its place, are its secrets declared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from counterpoint.dsl.report import Path
from counterpoint.dsl.walk import NamedTask
from counterpoint.plan.checks.context import Context
from counterpoint.plan.checks.durations import check_duration
from counterpoint.plan.checks.references import check_secret
from counterpoint.plan.checks.scopes import Names, Scope, bound_names, catch_names, loop_names
from counterpoint.plan.checks.secrets import made_of_secrets
from counterpoint.plan.source import ARGUMENTS, UNDO_NAMES
from counterpoint.values.json import JsonObject, JsonValue

_WRAPPED: Final = re.compile(r"\s*\$\{(.+)\}\s*", re.DOTALL)
_EMBEDDED: Final = re.compile(r"\$\{[^{}]*\}")
_WHOLE: Final = (
    "give it whole, or as a part of a text; `authentication` encodes it for a service; or keep the finished value as "
    "the secret"
)
_SECRET: Final = re.compile(r"\$secrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_]*)|\.?\s*\[?\s*\"([^\"\\]*)\")")


def check_expressions(scopes: Sequence[Scope], context: Context) -> None:
    """Report every expression that cannot be evaluated, wherever it stands."""
    check = _Check(context)
    data, use = context.data, (None, "use")
    check.stages(data, None, ARGUMENTS)
    check.timeout(data, None, ARGUMENTS)
    schedule: JsonObject = data.get("schedule", {})
    for name in ("every", "after"):
        check.duration(schedule, name, (None, "schedule"), frozenset())
    if "on" in schedule:
        check.strategy(schedule["on"], ((None, "schedule"), "on"), ARGUMENTS)
    metadata = data["document"].get("metadata", {})
    check.leaves(metadata.get("businessKey"), (((None, "document"), "metadata"), "businessKey"), ARGUMENTS)
    saga = metadata.get("saga", {})
    check.duration(saga, "compensableFor", (((None, "document"), "metadata"), "saga"), frozenset())
    shared = ARGUMENTS | bound_names(data)  # what stands in `use` may read what its users have bound
    for section in ("authentications", "errors", "catalogs"):
        check.leaves(context.use.get(section), (use, section), shared)
    for name, timeout in context.use.get("timeouts", {}).items():
        check.duration(timeout, "after", ((use, "timeouts"), name), shared)
    for name, policy in context.use.get("retries", {}).items():
        check.retry(policy, ((use, "retries"), name), shared)
    for index, item in enumerate(context.use.get("extensions", ())):
        for name, extension in item.items():
            check.bare(extension, "when", (((use, "extensions"), index), name), ARGUMENTS)
    for scope in scopes:
        for task in scope.tasks:
            check.task(task, scope.names)


class _Check:
    """One method for each part of the language that holds expressions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._strict = context.data.get("evaluate", {}).get("mode", "strict") == "strict"

    def task(self, named: NamedTask, names: Names) -> None:
        task, path = named.task, named.path
        self.bare(task, "if", path, names)
        self.stages(task, path, names)
        self.timeout(task, path, names)
        if isinstance(task.get("compensate"), dict):
            self.retry(task["compensate"].get("retry"), ((path, "compensate"), "retry"), UNDO_NAMES)
        for kind in ("for", "listen", "foreach", "switch", "catch", "wait"):
            if kind in task:
                getattr(self, f"_{kind}")(task, path, names)
        for kind in ("set", "raise", "emit", "run"):
            self.leaves(task.get(kind), (path, kind), names, process=kind == "run")
        if "with" in task:
            self._arguments(task, path, names)

    def stages(self, holder: JsonObject, path: Path, names: Names) -> None:
        """`input.from`, `output.as` and `export.as`: a string is an expression, an object a template."""
        for member, key in (("input", "from"), ("output", "as"), ("export", "as")):
            value = holder.get(member, {}).get(key)
            if isinstance(value, str):
                self._expression(value, ((path, member), key), names)
            else:
                self.leaves(value, ((path, member), key), names)

    def bare(self, holder: JsonObject, key: str, path: Path, names: Names) -> None:
        """A member that is an expression, in `${ }` or bare."""
        if isinstance(holder.get(key), str):
            self._expression(holder[key], (path, key), names)

    def timeout(self, holder: JsonObject, path: Path, names: Names) -> None:
        """A timeout that is written out; one that is named is checked where it is declared."""
        if isinstance(holder.get("timeout"), dict):
            self.duration(holder["timeout"], "after", (path, "timeout"), names)

    def duration(self, holder: JsonObject, key: str, path: Path, names: Names) -> None:
        """A duration, or an expression that gives one."""
        value = holder.get(key)
        if isinstance(value, str) and _WRAPPED.fullmatch(value):
            self._expression(value, (path, key), names)
        elif value is not None:
            check_duration(value, (path, key), self._context)

    def retry(self, policy: JsonValue, path: Path, names: Names) -> None:
        """A retry policy that is written out."""
        if not isinstance(policy, dict):
            return
        self.bare(policy, "when", path, names)
        self.bare(policy, "exceptWhen", path, names)
        self.duration(policy, "delay", path, names)
        limit, jitter = policy.get("limit", {}), policy.get("jitter", {})
        self.duration(limit, "duration", (path, "limit"), names)
        self.duration(limit.get("attempt", {}), "duration", ((path, "limit"), "attempt"), names)
        for name in ("from", "to"):
            self.duration(jitter, name, (path, "jitter"), names)

    def strategy(self, strategy: JsonObject, path: Path, names: Names) -> None:
        """The events to listen to."""
        filters: list[tuple[JsonObject, Path]] = [(strategy["one"], (path, "one"))] if "one" in strategy else []
        for mode in ("all", "any"):
            filters.extend((each, ((path, mode), index)) for index, each in enumerate(strategy.get(mode, ())))
        for each, place in filters:
            self.leaves(each["with"], (place, "with"), names)
            for name, correlation in each.get("correlate", {}).items():
                self.bare(correlation, "from", ((place, "correlate"), name), names)
                self.leaves(correlation.get("expect"), (((place, "correlate"), name), "expect"), names)
        self.bare(strategy, "until", path, names)
        if isinstance(strategy.get("until"), dict):
            self.strategy(strategy["until"], (path, "until"), names)

    def leaves(self, value: JsonValue, path: Path, names: Names, *, process: bool = False) -> None:
        """Every string of a value that is `${ }` as a whole; in loose mode a bad one is a literal, so no error."""
        if not self._strict:
            return
        for text, place in _strings(value, path):
            if _WRAPPED.fullmatch(text):
                self._expression(text, place, names)
            elif not process and _EMBEDDED.search(text):
                message = "`${ }` inside a longer string is not evaluated: the string is taken as it stands"
                hint = 'make the whole string one expression: `${ "Hello \\(.name)" }`'
                self._context.warning("CP321", place, message, hint)

    def _for(self, task: JsonObject, path: Path, names: Names) -> None:
        loop = task["for"]
        self.bare(loop, "in", (path, "for"), names)
        if isinstance(loop["in"], list):
            self.leaves(loop["in"], ((path, "for"), "in"), names)
        self.bare(task, "while", path, names | loop_names(loop, "each"))

    def _listen(self, task: JsonObject, path: Path, names: Names) -> None:
        self.strategy(task["listen"]["to"], ((path, "listen"), "to"), names)

    def _foreach(self, task: JsonObject, path: Path, names: Names) -> None:
        self.stages(task["foreach"], (path, "foreach"), names | loop_names(task["foreach"], "item"))

    def _switch(self, task: JsonObject, path: Path, names: Names) -> None:
        for index, item in enumerate(task["switch"]):
            for name, case in item.items():
                self.bare(case, "when", (((path, "switch"), index), name), names)

    def _catch(self, task: JsonObject, path: Path, names: Names) -> None:
        catch, place = task["catch"], (path, "catch")
        names = names | catch_names(catch)
        self.bare(catch, "when", place, names)
        self.bare(catch, "exceptWhen", place, names)
        self.retry(catch.get("retry"), (place, "retry"), names)

    def _wait(self, task: JsonObject, path: Path, names: Names) -> None:
        self.duration(task, "wait", path, names)

    def _arguments(self, task: JsonObject, path: Path, names: Names) -> None:
        arguments, place = task["with"], (path, "with")
        if task["call"] == "asyncapi" and "subscription" in arguments:
            subscription = arguments["subscription"]
            inner = (place, "subscription")
            self.bare(subscription, "filter", inner, names)
            for name in ("while", "until"):
                self.bare(subscription["consume"], name, (inner, "consume"), names)
            self.duration(subscription["consume"], "for", (inner, "consume"), names)
            if "foreach" in subscription:
                loop = subscription["foreach"]
                self.stages(loop, (inner, "foreach"), names | loop_names(loop, "item"))
            arguments = {name: value for name, value in arguments.items() if name != "subscription"}
        self.leaves(arguments, place, names)

    def _expression(self, source: str, path: Path, names: Names) -> None:
        compiled = self._context.compile(source, names, path)
        if compiled is not None and "secrets" in compiled.variables:
            for match in _SECRET.finditer(source):
                check_secret(match[1] or match[2] or "", path, self._context)
            wrapped = _WRAPPED.fullmatch(source)
            made = made_of_secrets(wrapped[1] if wrapped else source)
            if made is not None:
                message = f"`{made}` would see a token in the place of the secret: only a call has its value"
                self._context.error("CP322", path, message, _WHOLE)


def _strings(value: JsonValue, path: Path) -> Iterator[tuple[str, Path]]:
    """Every string in a value, keys not included."""
    pending: list[tuple[JsonValue, Path]] = [(value, path)]
    while pending:
        each, place = pending.pop()
        if isinstance(each, str):
            yield each, place
        elif isinstance(each, dict):
            pending.extend((member, (place, name)) for name, member in each.items())
        elif isinstance(each, list):
            pending.extend((item, (place, index)) for index, item in enumerate(each))
