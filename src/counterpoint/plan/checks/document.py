"""Checks of what stands once in a document: its DSL version and its schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from cronsim import CronSim, CronSimError

from counterpoint.plan.checks.context import Context
from counterpoint.values.json import JsonValue

_SUPPORTED: Final = "1.0."
_ANY_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""The parser of cron expressions wants a day to count from; it has no bearing on whether one is valid."""
_CRON_CHARS_MAX: Final = 1_000
_SENSITIVE: Final = "x-sensitive"
_PATH: Final = re.compile(r"(?<![\w$\])\"?])\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_REFERENCES_MAX: Final = 20


def check_document(context: Context) -> None:
    """Report an unsupported DSL version, a cron expression without a meaning, and a key made of what is hidden."""
    dsl = context.definition.dsl
    if not dsl.startswith(_SUPPORTED):
        message = f"DSL {dsl} is not supported"
        context.error(
            "CP304", ((None, "document"), "dsl"), message, "the versions 1.0.0 to 1.0.3 are, for example 1.0.3"
        )
    cron = context.data.get("schedule", {}).get("cron")
    if cron is not None:
        _check_cron(cron, context)
    _check_business_key(context)


def _check_business_key(context: Context) -> None:
    """Lists show business keys to find instances by them: nothing that a schema hides may become one."""
    key = (context.data["document"].get("metadata") or {}).get("businessKey")
    schema: JsonValue = ((context.data.get("input") or {}).get("schema") or {}).get("document")
    if not isinstance(key, str) or not isinstance(schema, dict):
        return
    for match in _PATH.finditer(key):
        if any(node.get(_SENSITIVE) is True for node in _along(schema, match[1].split("."))):
            context.error(
                "CP318",
                (((None, "document"), "metadata"), "businessKey"),
                f"the business key reads `.{match[1]}`, which the input's schema marks as sensitive",
                "keys are shown in lists: name another member",
            )


def _along(root: dict[str, JsonValue], names: list[str]) -> Iterator[dict[str, JsonValue]]:
    """The schemas from the whole value down to the member that the names lead to, as far as they are written down."""
    node: JsonValue = root
    for name in [*names, ""]:
        for _ in range(_REFERENCES_MAX):
            if isinstance(node, dict) and isinstance(node.get("$ref"), str):
                node = _referred(root, node["$ref"])
        if not isinstance(node, dict):
            return
        yield node
        properties = node.get("properties")
        node = properties.get(name) if isinstance(properties, dict) else None


def _referred(root: JsonValue, reference: str) -> JsonValue:
    """What a local reference leads to."""
    node = root
    for part in reference.removeprefix("#").split("/")[1:]:
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _check_cron(cron: str, context: Context) -> None:
    try:
        if len(cron) > _CRON_CHARS_MAX:
            raise CronSimError(f"more than {_CRON_CHARS_MAX} characters")
        CronSim(cron, _ANY_DAY)
    except CronSimError as error:
        hint = "five fields: minute, hour, day of month, month, day of week; for example `0 9 * * MON-FRI`"
        context.error("CP312", ((None, "schedule"), "cron"), f"not a cron expression: {error}", hint)
