"""The model of a workflow that is explored: its plan, with whatever depends on the unknown left to the oracle.

Retries are bounded: one, instead of the many that a policy may allow. An effect that fails is then explored as
never failing, failing once and failing for good. Attempts in between differ in nothing but their number and their
delay: a retried block starts from the same input, and its entries in the log merge by their idempotency keys.
"""

from __future__ import annotations

from typing import Final

from counterpoint.contracts import SchemaValidator
from counterpoint.dsl import Definition
from counterpoint.expressions.types import Expression, Scope
from counterpoint.plan import Plan, compile_plan
from counterpoint.plan import model as m
from counterpoint.values.json import JsonObject, JsonValue, truthy
from counterpoint.verification.awaiting import plain_path
from counterpoint.verification.oracle import Oracle, Question
from counterpoint.verification.symbolic import SymbolicCompiler, SymbolicExpression
from counterpoint.verification.unknown import Knowledge, Unknown

ITERATIONS_MAX: Final = 2
"""How often a loop over an unknown collection runs: 0 times, once, up to this."""
RETRIES_MAX: Final = 1
_DURATION: Final = "PT1M"
"""What a duration is that nobody knows."""


class Modeller:
    """Compiles definitions to models that share one oracle."""

    def __init__(self) -> None:
        self.oracle = Oracle()
        self.knowledge = Knowledge()
        self._compiler = SymbolicCompiler(self.oracle, self.knowledge)

    def compile(self, definition: Definition) -> Plan:
        """The model of a definition. Raises InvalidDocument."""
        plan = compile_plan(definition, self._compiler)
        plan.input_schema = self._schema(plan.input_schema)
        plan.output_schema = self._schema(plan.output_schema)
        plan.timeout = self._duration(plan.timeout)
        plan.business_key = None  # what an instance is called changes nothing that it does
        for task in plan.tasks:
            self._adapt(task)
        return plan

    def close(self) -> None:
        """End the processes of the compiler."""
        self._compiler.close()

    def _adapt(self, task: m.Task) -> None:
        task.condition = self._condition(task.condition)
        for name in ("input_schema", "output_schema", "export_schema"):
            setattr(task, name, self._schema(getattr(task, name)))
        task.timeout = self._duration(task.timeout)
        match task:
            case m.CallTask() | m.RunTask():
                task.arguments = Watched(task.arguments, self.oracle, task)
            case m.EmitTask():
                task.event = Known(Watched(task.event, self.oracle, task), {"type": "unknown"})
            case m.RaiseTask():
                task.error = Known(task.error, {"type": "unknown", "status": 500})
            case m.ForTask():
                task.items = Items(task.items, self.oracle, self.knowledge)
                task.while_ = self._condition(task.while_)
            case m.SwitchTask():
                for each in task.cases:
                    each.when = self._condition(each.when)
            case m.ExtendedTask():
                task.extended_if, task.when = self._condition(task.extended_if), self._condition(task.when)
            case m.ListenTask():
                self._listen(task)
            case m.TryTask():
                catch = task.catch
                catch.when, catch.except_when = self._condition(catch.when), self._condition(catch.except_when)
                self._retry(catch.retry)
            case m.Undo():
                self._retry(task.retry)
            case m.WaitTask():
                task.duration = self._duration(task.duration) or 0
            case _:
                pass

    def _retry(self, retry: m.Retry | None) -> None:
        if retry is None:
            return
        retry.count = None if retry.count is None else min(retry.count, RETRIES_MAX)
        retry.delay = self._duration(retry.delay) or 0
        retry.duration = self._duration(retry.duration)
        retry.attempt_duration = self._duration(retry.attempt_duration)
        retry.jitter = None
        retry.when, retry.except_when = self._condition(retry.when), self._condition(retry.except_when)

    def _listen(self, task: m.ListenTask) -> None:
        """The events of the exploration are those that the task waits for: constants are left to match."""
        task.strategy = self._strategy(task.strategy)
        for name in ("each_output_schema", "each_export_schema"):
            setattr(task, name, self._schema(getattr(task, name)))

    def _strategy(self, strategy: m.Strategy) -> m.Strategy:
        filters = tuple(
            m.Filter(
                attributes=tuple(each for each in filter.attributes if each.constant is not None and not each.pattern),
                correlations=tuple(each for each in filter.correlations if plain_path(each.from_.source) is not None),
                type=filter.type,
            )
            for filter in strategy.filters
        )
        until = None if strategy.until_strategy is None else self._strategy(strategy.until_strategy)
        return m.Strategy(
            mode=strategy.mode, filters=filters, until=self._condition(strategy.until), until_strategy=until
        )

    def _condition(self, expression: Expression | None) -> Expression | None:
        if expression is None or expression.constant or isinstance(expression, Condition):
            return expression
        return Condition(expression, self.oracle, self.knowledge)

    def _duration(self, duration: m.Duration | None) -> m.Duration | None:
        if duration is None or isinstance(duration, int | Sampled):
            return duration
        return Sampled(duration)

    def _schema(self, schema: SchemaValidator | None) -> SchemaValidator | None:
        if schema is None or isinstance(schema, Tolerant):
            return schema
        return Tolerant(schema, self.knowledge)


class Tolerant(SchemaValidator):
    """A schema that takes what is unknown."""

    __slots__ = ("_knowledge",)

    def __init__(self, real: SchemaValidator, knowledge: Knowledge) -> None:
        super().__init__(real.schema)
        self._knowledge = knowledge

    def valid(self, value: JsonValue) -> bool:
        """See `SchemaValidator.valid`."""
        return self._knowledge.unknown(value) or super().valid(value)


class _Wrapper:
    __slots__ = ("constant", "real", "source", "variables")

    def __init__(self, real: Expression) -> None:
        self.real = real
        self.source = real.source
        self.variables = real.variables
        self.constant = real.constant


class Watched(_Wrapper):
    """Arguments of an effect: what they read is held against what there is."""

    __slots__ = ("_oracle", "_task")

    def __init__(self, real: Expression, oracle: Oracle, task: m.Task) -> None:
        super().__init__(real)
        self._oracle = oracle
        self._task = task

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        self._oracle.reader = self._task
        try:
            return self.real.evaluate(value, scope)
        finally:
            self._oracle.reader = None


class Known(_Wrapper):
    """An object some of whose members must be known; where they are not, they are as given."""

    __slots__ = ("_members",)

    def __init__(self, real: Expression, members: JsonObject) -> None:
        super().__init__(real)
        self._members = members

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        found = self.real.evaluate(value, scope)
        if not isinstance(found, dict):
            return found
        return {**found, **{key: each for key, each in self._members.items() if isinstance(found.get(key), Unknown)}}


class Sampled(_Wrapper):
    """A duration: one that is unknown is a minute."""

    __slots__ = ()

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        found = self.real.evaluate(value, scope)
        return _DURATION if isinstance(found, Unknown) or any(_inside(found)) else found


class Condition(_Wrapper):
    """A condition: where it cannot be evaluated, the oracle decides."""

    __slots__ = ("_knowledge", "_oracle")

    def __init__(self, real: Expression, oracle: Oracle, knowledge: Knowledge) -> None:
        super().__init__(real)
        self._oracle = oracle
        self._knowledge = knowledge

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        found = self.real.evaluate(value, scope)
        if not isinstance(found, Unknown):
            return truthy(found)
        variables = {name: scope.lookup(name) for name in self.variables}
        question = Question("truth", self.real, value, variables)
        return self._oracle.ask(_key(question, self._knowledge), question, 2) == 0


class Items(_Wrapper):
    """A collection to iterate: where it is unknown, the oracle says how many items it has."""

    __slots__ = ("_knowledge", "_oracle")

    def __init__(self, real: Expression, oracle: Oracle, knowledge: Knowledge) -> None:
        super().__init__(real)
        self._oracle = oracle
        self._knowledge = knowledge

    def evaluate(self, value: JsonValue, scope: Scope) -> JsonValue:
        """See `Expression.evaluate`."""
        found = self.real.evaluate(value, scope)
        if not isinstance(found, Unknown):
            return found
        variables = {name: scope.lookup(name) for name in self.variables}
        question = Question("length", self.real, value, variables)
        answer = self._oracle.ask("#" + _key(question, self._knowledge), question, ITERATIONS_MAX + 1)
        return [found.member(index) for index in range((answer + 1) % (ITERATIONS_MAX + 1))]


def _key(question: Question, knowledge: Knowledge) -> str:
    """Equal for questions that read equal values."""
    expression = question.expression
    if isinstance(expression, SymbolicExpression):
        reached = expression.reached(question.value, question.variables)
        return f"{expression.source}|{knowledge.digest(reached)}"
    return f"{expression.source}|{knowledge.digest(question.value)}|{knowledge.digest(question.variables)}"


def _inside(value: JsonValue) -> list[bool]:
    return [True for each in value.values() if isinstance(each, Unknown)] if isinstance(value, dict) else []
