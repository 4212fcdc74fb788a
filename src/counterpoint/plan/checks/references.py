"""References to what `use` declares: functions, errors, retries, timeouts, authentications, catalogs, secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from counterpoint.dsl.report import Path, suggest
from counterpoint.dsl.walk import NamedTask
from counterpoint.plan.checks.context import Context
from counterpoint.plan.checks.scopes import Scope
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.versions import is_wanted

PROTOCOLS: Final = ("asyncapi", "grpc", "http", "openapi", "a2a", "mcp")
_UNSERVED: Final = frozenset({"asyncapi", "grpc", "a2a", "mcp"})
"""Protocols of the language that no connector speaks."""
_DEFAULT_CATALOG: Final = "default"
"""The catalog that the runtime itself provides (dsl.md, Catalogs)."""
_SCHEMES: Final = ("basic", "bearer", "digest", "oauth2", "oidc")


def check_references(scopes: Sequence[Scope], context: Context) -> None:
    """Report every name that nothing in `use` answers to."""
    if isinstance(name := context.data.get("timeout"), str):
        _check_declared("timeouts", "timeout", name, (None, "timeout"), context)
    for scope in scopes:
        for task in scope.tasks:
            _check_task(task, context)
    for name, policy in context.use.get("authentications", {}).items():
        _check_secrets(policy, (((None, "use"), "authentications"), name), context)
    for name, catalog in context.use.get("catalogs", {}).items():
        _check_endpoint(catalog["endpoint"], ((((None, "use"), "catalogs"), name), "endpoint"), context)


def check_secret(name: str, path: Path, context: Context) -> None:
    """Report a secret that `use.secrets` does not declare."""
    if name not in context.declared("secrets"):
        context.unknown("CP316", "secret", name, context.declared("secrets"), path)


def _check_task(named: NamedTask, context: Context) -> None:
    task, path = named.task, named.path
    if isinstance(task.get("timeout"), str):
        _check_declared("timeouts", "timeout", task["timeout"], (path, "timeout"), context)
    if "call" in task:
        _check_function(task["call"], (path, "call"), context)
    if "raise" in task and isinstance(task["raise"]["error"], str):
        _check_declared("errors", "error", task["raise"]["error"], ((path, "raise"), "error"), context)
    if isinstance(task.get("catch", {}).get("retry"), str):
        _check_declared("retries", "retry policy", task["catch"]["retry"], ((path, "catch"), "retry"), context)
    if isinstance(task.get("run"), dict) and isinstance(task["run"].get("workflow"), dict):
        _check_wanted(task["run"]["workflow"], (((path, "run"), "workflow"), "version"), context)
    undo = task.get("compensate")
    if isinstance(undo, str):
        _check_function(undo, (path, "compensate"), context)
    elif isinstance(undo, dict) and isinstance(undo.get("retry"), str):
        _check_declared("retries", "retry policy", undo["retry"], ((path, "compensate"), "retry"), context)
    for policy, place in _policies(task, path):
        _check_policy(policy, place, context)


def _check_declared(section: str, what: str, name: str, path: Path, context: Context) -> None:
    known = context.declared(section)
    if name not in known:
        context.unknown("CP311", f"{what} in `use.{section}` of the name", name, known, path)


def _check_wanted(workflow: JsonObject, path: Path, context: Context) -> None:
    wanted = workflow["version"]
    if "${" in wanted or context.data.get("evaluate", {}).get("mode") == "loose" or is_wanted(wanted):
        return
    hint = "write for example 1.2.3, ^1.2, ~1.2.3, 1.x, '>=1.0 <2' or latest"
    context.error("CP317", path, f"`{wanted}` is neither a version nor a range of versions", hint)


def _check_function(name: str, path: Path, context: Context) -> None:
    declared = context.declared("functions")
    if name in _UNSERVED and name not in (context.registered or ()):
        advice = "call it by http or openapi, or by a function in code"
        context.warning("CP319", path, f"nothing here speaks `{name}`: the task will fault", advice)
    if name in PROTOCOLS or name in declared or "://" in name:
        return
    if "@" in name:
        catalog = name.rpartition("@")[2]
        if catalog != _DEFAULT_CATALOG and catalog not in context.declared("catalogs"):
            context.unknown(
                "CP311", "catalog in `use.catalogs` of the name", catalog, context.declared("catalogs"), path
            )
        return
    if context.registered is None:
        hint = suggest(name, [*declared, *PROTOCOLS])
        if hint is not None:
            context.warning("CP315", path, f"`{name}` is declared nowhere here; is it registered in code?", hint)
    elif name not in context.registered:
        context.unknown("CP310", "function", name, [*declared, *context.registered, *PROTOCOLS], path)


def _policies(task: JsonObject, path: Path) -> Iterator[tuple[JsonObject, Path]]:
    """The authentications of a call's or a script's endpoints."""
    roots: list[tuple[JsonValue, Path]] = []
    if task.get("call") in PROTOCOLS:
        roots.append((task["with"], (path, "with")))
    if "run" in task:
        roots.append((task["run"].get("script", {}).get("source"), (((path, "run"), "script"), "source")))
    for holder, place in _schemas(task, path):
        roots.append((holder.get("resource"), (place, "resource")))
    for root, place in roots:
        yield from _authentications(root, place)


def _schemas(task: JsonObject, path: Path) -> Iterator[tuple[JsonObject, Path]]:
    for name in ("input", "output", "export"):
        if "schema" in task.get(name, {}):
            yield task[name]["schema"], ((path, name), "schema")


def _authentications(value: JsonValue, path: Path) -> Iterator[tuple[JsonObject, Path]]:
    """Looks only where the language has endpoints, never into bodies and parameters, which are the author's."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("authentication"), dict):
        yield value["authentication"], (path, "authentication")
    for name in ("endpoint", "document", "proto", "service", "agentCard", "server", "transport", "http"):
        yield from _authentications(value.get(name), (path, name))


def _check_endpoint(endpoint: JsonValue, path: Path, context: Context) -> None:
    for policy, place in _authentications(endpoint, path):
        _check_policy(policy, place, context)


def _check_policy(policy: JsonObject, path: Path, context: Context) -> None:
    if isinstance(policy.get("use"), str):
        _check_declared("authentications", "authentication", policy["use"], (path, "use"), context)
    else:
        _check_secrets(policy, path, context)


def _check_secrets(policy: JsonObject, path: Path, context: Context) -> None:
    for scheme in _SCHEMES:
        settings = policy.get(scheme)
        if isinstance(settings, dict) and isinstance(settings.get("use"), str):
            check_secret(settings["use"], ((path, scheme), "use"), context)
