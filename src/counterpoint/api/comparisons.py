"""Comparisons of versions over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, RawBody

from counterpoint.api.bodies import DOCUMENTS, DocumentOperation, require
from counterpoint.api.models import Answer
from counterpoint.api.problems import documented
from counterpoint.api.versions import READ
from counterpoint.application import comparing
from counterpoint.application.service import Service

With = Annotated[str, QueryParameter(name="with", description="The later version, or a range: the highest that fits.")]


class TextPlace(Answer, frozen=True, kw_only=True):
    """A place in the text of a version; lines and columns count from 1."""

    pointer: str
    line: int
    column: int

    @classmethod
    def of(cls, place: comparing.Place | None) -> TextPlace | None:
        """The place; None where there is none."""
        return None if place is None else cls(pointer=place.pointer, line=place.line, column=place.column)


class VersionDifference(Answer, frozen=True, kw_only=True):
    """One difference between two versions."""

    kind: str
    """Stable, as `input-narrowed`."""
    severity: str
    """`breaking` or `note`."""
    bump: str
    """What it asks of the number of the version: `major`, `minor` or `patch`."""
    what: str
    why: str
    before: TextPlace | None
    """Where it stands in the earlier version; null where it is new."""
    after: TextPlace | None
    """Where it stands in the later version; null where it is gone."""


class Compatibility(Answer, frozen=True, kw_only=True):
    """Two versions compared, the earlier one first."""

    before: str
    after: str
    verdict: str
    """`compatible` or `breaking`."""
    bump_needed: str
    """`none`, `patch`, `minor` or `major`."""
    bump_made: str
    """The same, or `prerelease` where the earlier version is one: it promises nothing."""
    bump_enough: bool
    findings: list[VersionDifference]

    @classmethod
    def of(cls, comparison: comparing.Comparison) -> Compatibility:
        """The answer for a comparison."""
        return cls(
            before=comparison.before,
            after=comparison.after,
            verdict=comparison.verdict,
            bump_needed=comparison.bump_needed,
            bump_made=comparison.bump_made,
            bump_enough=comparison.bump_enough,
            findings=[
                VersionDifference(
                    kind=each.kind,
                    severity=each.severity,
                    bump=each.bump,
                    what=each.what,
                    why=each.why,
                    before=TextPlace.of(each.before),
                    after=TextPlace.of(each.after),
                )
                for each in comparison.findings
            ],
        )


class ComparisonsController(Controller):
    """What a later version changes for those who rely on an earlier one."""

    path = "/v1/definitions/{namespace:str}/{name:str}/{version:str}/compatibility"
    tags = ("definitions",)

    @get(opt=READ, operation_id="compareVersions", responses=documented(404, 422))
    async def published(
        self,
        service: NamedDependency[Service],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        later: With = "latest",
    ) -> Compatibility:
        """This version as the earlier one, compared with another one of the workflow."""
        title = f"{namespace}/{name}"
        return Compatibility.of(await service.definitions.compare(f"{title}:{version}", f"{title}:{later}"))

    @post(
        opt=READ,
        operation_id="compareDocument",
        operation_class=DocumentOperation,
        status_code=200,
        responses=documented(404, 415, 422),
    )
    async def document(
        self,
        request: Request[Any, Any, Any],
        service: NamedDependency[Service],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        body: RawBody,
    ) -> Compatibility:
        """This version as the earlier one, against a document that is not published: nothing is written.

        What the document refers to is fetched.
        """
        require(request, DOCUMENTS)
        found = await service.definitions.compare_document(f"{namespace}/{name}:{version}", body, "<body>")
        return Compatibility.of(found)
