"""Definition → Plan."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.dsl import Definition
from counterpoint.expressions import Compiler, Expression
from counterpoint.plan import model
from counterpoint.plan.policies import compile_stages, compile_strategy
from counterpoint.plan.source import ARGUMENTS, Source
from counterpoint.plan.tasks import TaskCompiler
from counterpoint.values.json import JsonObject, JsonValue


def compile_plan(
    definition: Definition,
    expressions: Compiler,
    *,
    resources: Mapping[str, JsonValue] | None = None,
    limits: model.Limits | None = None,
) -> model.Plan:
    """Compile a definition.

    `resources` holds the external documents that `external_resources` names, by URI or function name.
    Raises InvalidDocument with the position of the first thing that does not compile.
    """
    source = Source(definition, expressions, resources or {})
    data, names = definition.data, ARGUMENTS
    compiler = TaskCompiler(source)
    root = model.DoTask(number=0, name="", reference="", definition={}, body=model.Block(()))
    compiler.tasks.append(root)
    root.body = compiler.block(data["do"], "/do", names)
    stages = compile_stages(source, {key: data[key] for key in ("input", "output") if key in data}, "", names)
    return model.Plan(
        namespace=definition.namespace,
        name=definition.name,
        version=definition.version,
        dsl=definition.dsl,
        digest=definition.digest,
        definition=data,
        block=root.body,
        tasks=tuple(compiler.tasks),
        root=root,
        timeout=source.timeout(data, "", names),
        schedule=_schedule(source, data.get("schedule")),
        saga=_saga(source, data),
        business_key=_business_key(source, data),
        secrets=tuple(source.use.get("secrets") or ()),
        limits=limits or model.Limits(),
        **stages,
    )


def _schedule(source: Source, data: JsonObject | None) -> model.Schedule | None:
    if data is None:
        return None

    def duration(key: str) -> int | None:
        return source.fixed_duration(data[key], f"/schedule/{key}") if key in data else None

    return model.Schedule(
        every=duration("every"),
        cron=data.get("cron"),
        after=duration("after"),
        on=compile_strategy(source, data["on"], "/schedule/on", ARGUMENTS) if "on" in data else None,
        read=data.get("read", "data"),
    )


def _business_key(source: Source, data: JsonObject) -> Expression | None:
    value = (data["document"].get("metadata") or {}).get("businessKey")
    if value is None:
        return None
    if not isinstance(value, str):
        source.fail("/document/metadata/businessKey", "must be text, such as ${ .order }")
    return source.template(value, "/document/metadata/businessKey", ARGUMENTS)


def _saga(source: Source, data: JsonObject) -> model.SagaPolicy:
    metadata = data["document"].get("metadata") or {}
    policy = metadata.get("saga") or {}
    if not isinstance(policy, dict):
        source.fail("/document/metadata/saga", "must be an object such as {onFault: compensate, order: causal}")
    window = policy.get("compensableFor")
    return model.SagaPolicy(
        on_fault=policy.get("onFault", "compensate") == "compensate",
        order=policy.get("order", "causal"),
        compensable_for=None
        if window is None
        else source.fixed_duration(window, "/document/metadata/saga/compensableFor"),
    )
