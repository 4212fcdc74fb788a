# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `definitions`."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from counterpoint.client.calls import Call, body_of, key_of
from counterpoint.client.connection import Connection
from counterpoint.client.types.definitions import (
    CheckedInput,
    Compatibility,
    DefinitionEntry,
    DefinitionPage,
    DefinitionText,
    InputForm,
    OperationsAnswer,
    ServerFunctions,
    Validation,
    VersionEntry,
    VersionPage,
    Workflow,
    WorkflowPage,
)


class DefinitionsOperations(Connection):
    """Workflows: all versions of one name."""

    async def list_definitions(self, *, namespace: str | None = None, name: str | None = None) -> DefinitionPage:
        """Every version of every workflow, in the order in which they were published."""
        answer: DefinitionPage = await self._call(
            Call(method="GET", path="/v1/definitions", query={"namespace": namespace, "name": name}, repeatable=True),
            DefinitionPage,
        )
        return answer

    async def publish_definition(self, document: str | bytes) -> DefinitionEntry:
        """Publish a document. The same content again is no error; other content under a taken version is a
        conflict.

        `document`: Its text, YAML or JSON.
        """
        answer: DefinitionEntry = await self._call(
            Call(
                method="POST", path="/v1/definitions", body=document, content_type="application/yaml", repeatable=True
            ),
            DefinitionEntry,
        )
        return answer

    async def validate_definition(self, document: str | bytes) -> Validation:
        """Check a document without publishing it. What it refers to is not fetched.

        `document`: Its text, YAML or JSON.
        """
        answer: Validation = await self._call(
            Call(
                method="POST",
                path="/v1/definitions/validate",
                body=document,
                content_type="application/yaml",
                repeatable=True,
            ),
            Validation,
        )
        return answer

    async def list_versions(self, namespace: str, name: str) -> VersionPage:
        """All versions of one workflow, the highest first."""
        answer: VersionPage = await self._call(
            Call(
                method="GET",
                path="/v1/definitions/{namespace}/{name}",
                arguments={"namespace": namespace, "name": name},
                repeatable=True,
            ),
            VersionPage,
        )
        return answer

    async def get_definition(self, namespace: str, name: str, version: str) -> DefinitionText:
        """One version: the highest that fits, where `version` is a range or `latest`. Retired ones by their
        number.
        """
        answer: DefinitionText = await self._call(
            Call(
                method="GET",
                path="/v1/definitions/{namespace}/{name}/{version}",
                arguments={"namespace": namespace, "name": name, "version": version},
                repeatable=True,
            ),
            DefinitionText,
        )
        return answer

    async def put_definition(self, namespace: str, name: str, version: str, document: str | bytes) -> DefinitionEntry:
        """As `POST`, for the version that the address names.

        `document`: Its text, YAML or JSON.
        """
        answer: DefinitionEntry = await self._call(
            Call(
                method="PUT",
                path="/v1/definitions/{namespace}/{name}/{version}",
                arguments={"namespace": namespace, "name": name, "version": version},
                body=document,
                content_type="application/yaml",
                repeatable=True,
            ),
            DefinitionEntry,
        )
        return answer

    async def compare_versions(
        self, namespace: str, name: str, version: str, *, with_: str | None = None
    ) -> Compatibility:
        """This version as the earlier one, compared with another one of the workflow.

        `with_`: The later version, or a range: the highest that fits.
        """
        answer: Compatibility = await self._call(
            Call(
                method="GET",
                path="/v1/definitions/{namespace}/{name}/{version}/compatibility",
                arguments={"namespace": namespace, "name": name, "version": version},
                query={"with": with_},
                repeatable=True,
            ),
            Compatibility,
        )
        return answer

    async def compare_document(self, namespace: str, name: str, version: str, document: str | bytes) -> Compatibility:
        """This version as the earlier one, against a document that is not published: nothing is written.

        What the document refers to is fetched.

        `document`: Its text, YAML or JSON.
        """
        answer: Compatibility = await self._call(
            Call(
                method="POST",
                path="/v1/definitions/{namespace}/{name}/{version}/compatibility",
                arguments={"namespace": namespace, "name": name, "version": version},
                body=document,
                content_type="application/yaml",
                repeatable=True,
            ),
            Compatibility,
        )
        return answer

    async def deprecate_version(
        self,
        namespace: str,
        name: str,
        version: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
        by: str | UnsetType | None = UNSET,
        sunset: str | UnsetType | None = UNSET,
        replacement: str | UnsetType | None = UNSET,
    ) -> VersionEntry:
        """Warn whoever starts it; from `sunset` on refuse it, naming the `replacement`.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.

        `sunset`: From when on it cannot be started, as `2026-12-31T00:00:00Z`; without it, not before it is
        retired.

        `replacement`: What to start instead: `namespace/name:RANGE`.
        """
        key = key_of(idempotency_key)
        answer: VersionEntry = await self._call(
            Call(
                method="POST",
                path="/v1/definitions/{namespace}/{name}/{version}/deprecate",
                arguments={"namespace": namespace, "name": name, "version": version},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason, "by": by, "sunset": sunset, "replacement": replacement}),
                repeatable=key is not None,
            ),
            VersionEntry,
        )
        return answer

    async def get_input_form(self, namespace: str, name: str, version: str) -> InputForm:
        """The JSON Schema of the input; `version` may be a range or `latest`."""
        answer: InputForm = await self._call(
            Call(
                method="GET",
                path="/v1/definitions/{namespace}/{name}/{version}/input",
                arguments={"namespace": namespace, "name": name, "version": version},
                repeatable=True,
            ),
            InputForm,
        )
        return answer

    async def check_input(
        self, namespace: str, name: str, version: str, *, input: Any | UnsetType = UNSET
    ) -> CheckedInput:
        """Whether an input is taken, and if not, what is wrong where. Nothing is started.

        `input`: JSON; `{}` where it is left out, as for a start.
        """
        answer: CheckedInput = await self._call(
            Call(
                method="POST",
                path="/v1/definitions/{namespace}/{name}/{version}/input",
                arguments={"namespace": namespace, "name": name, "version": version},
                body=body_of({"input": input}),
            ),
            CheckedInput,
        )
        return answer

    async def retire_version(
        self,
        namespace: str,
        name: str,
        version: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
        by: str | UnsetType | None = UNSET,
    ) -> VersionEntry:
        """Let it never be started again; refused while instances of it have not ended. Its text and instances
        stay.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: VersionEntry = await self._call(
            Call(
                method="POST",
                path="/v1/definitions/{namespace}/{name}/{version}/retire",
                arguments={"namespace": namespace, "name": name, "version": version},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason, "by": by}),
                repeatable=key is not None,
            ),
            VersionEntry,
        )
        return answer

    async def undeprecate_version(
        self,
        namespace: str,
        name: str,
        version: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
        by: str | UnsetType | None = UNSET,
    ) -> VersionEntry:
        """Let it be started as before.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: VersionEntry = await self._call(
            Call(
                method="POST",
                path="/v1/definitions/{namespace}/{name}/{version}/undeprecate",
                arguments={"namespace": namespace, "name": name, "version": version},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason, "by": by}),
                repeatable=key is not None,
            ),
            VersionEntry,
        )
        return answer

    async def list_functions(self) -> ServerFunctions:
        """List the functions that documents may call by name, beside those of their own (`use.functions`)."""
        answer: ServerFunctions = await self._call(
            Call(method="GET", path="/v1/functions", repeatable=True), ServerFunctions
        )
        return answer

    async def list_service_operations(
        self, *, uri: str | UnsetType | None = UNSET, document: str | UnsetType | None = UNSET
    ) -> OperationsAnswer:
        """List the operations of an OpenAPI document, which is sent along or fetched.

        `uri`: Fetched as calls fetch theirs: what they may not reach is refused.

        `document`: YAML or JSON: OpenAPI 3.0, 3.1 or Swagger 2.0.
        """
        answer: OperationsAnswer = await self._call(
            Call(method="POST", path="/v1/operations", body=body_of({"uri": uri, "document": document})),
            OperationsAnswer,
        )
        return answer

    async def workflow_schema(self) -> dict[str, Any] | None:
        """The JSON Schema of a workflow document with `compensate`, made of what documents are checked with."""
        answer: dict[str, Any] | None = await self._call(
            Call(method="GET", path="/v1/schemas/workflow", repeatable=True), dict[str, Any] | None
        )
        return answer

    async def list_workflows(self) -> WorkflowPage:
        """Every workflow by namespace and name, with its newest version, its undo coverage and its health."""
        answer: WorkflowPage = await self._call(Call(method="GET", path="/v1/workflows", repeatable=True), WorkflowPage)
        return answer

    async def get_workflow(self, namespace: str, name: str) -> Workflow:
        """One workflow with all its versions, the highest first."""
        answer: Workflow = await self._call(
            Call(
                method="GET",
                path="/v1/workflows/{namespace}/{name}",
                arguments={"namespace": namespace, "name": name},
                repeatable=True,
            ),
            Workflow,
        )
        return answer
