"""Describing the language to editors: the schema of its documents."""

from __future__ import annotations

from functools import cache

from counterpoint.dsl import digest
from counterpoint.dsl.schema import workflow_schema
from counterpoint.values.json import JsonObject


def language_schema() -> JsonObject:
    """The JSON Schema of workflow documents in author form; not to be changed."""
    return workflow_schema()


@cache
def language_schema_tag() -> str:
    """What tells one schema from another: its digest."""
    return digest(workflow_schema())
