"""Schemas over HTTP: what editors need to know of the language."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get

from counterpoint.api.etags import UNCHANGED, IfNoneMatch, holds, tag_of
from counterpoint.api.problems import documented
from counterpoint.api.versions import READ
from counterpoint.application.describing import language_schema, language_schema_tag


class SchemasController(Controller):
    """Schemas that editors complete and explain documents with."""

    path = "/v1/schemas"
    tags = ("definitions",)

    @get("/workflow", opt=READ, operation_id="workflowSchema", responses=documented() | UNCHANGED)
    async def workflow(self, if_none_match: IfNoneMatch = None) -> Response[dict[str, Any] | None]:
        """The JSON Schema of a workflow document with `compensate`, made of what documents are checked with."""
        tag = language_schema_tag()
        headers = {"ETag": tag_of(tag)}
        if holds(if_none_match, tag):
            return Response(None, status_code=304, headers=headers)
        return Response(language_schema(), headers=headers)
