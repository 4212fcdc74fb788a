# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `rehearsals`."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from counterpoint.client.blocking.connection import Connection
from counterpoint.client.calls import Call, body_of
from counterpoint.client.types.rehearsals import EvaluateAnswer, VerifyAnswer, VisibleAnswer, WhatIfAnswer


class RehearsalsOperations(Connection):
    """Trials and verifications of documents. Nothing outside is touched, nothing is published."""

    def evaluate_expression(
        self, expression: str, *, data: Any | UnsetType = UNSET, variables: dict[str, Any] | UnsetType = UNSET
    ) -> EvaluateAnswer:
        """Evaluate an expression on data that come with it. A fault of the expression is an answer too.

        `expression`: jq, in `${ }` or bare.

        `data`: What `.` is.

        `variables`: By name, without dollar signs. Secrets are refused.
        """
        answer: EvaluateAnswer = self._call(
            Call(
                method="POST",
                path="/v1/rehearsals/evaluate",
                body=body_of({"expression": expression, "data": data, "variables": variables}),
            ),
            EvaluateAnswer,
        )
        return answer

    def verify_document(self, document: str, *, seconds: float | UnsetType | None = UNSET) -> VerifyAnswer:
        """Explore every way in which a document can go, and tell the shortest story of each that ends badly.

        `document`: YAML or JSON. Workflows that it runs are found among those published.

        `seconds`: How long to explore at most; the server's own limit where it is left out or larger.
        """
        answer: VerifyAnswer = self._call(
            Call(method="POST", path="/v1/rehearsals/verify", body=body_of({"document": document, "seconds": seconds})),
            VerifyAnswer,
        )
        return answer

    def visible_data(self, document: str, task: str, *, input: Any | UnsetType = UNSET) -> VisibleAnswer:
        """What the expressions of one task can see: its data in a trial, and what is known of any data.

        `document`: YAML or JSON; it may have faults.

        `task`: JSON pointer of the task: `/do/0/charge`.

        `input`: The workflow's input; the smallest that the document's schema allows, where it is left out.
        """
        answer: VisibleAnswer = self._call(
            Call(
                method="POST",
                path="/v1/rehearsals/visible",
                body=body_of({"document": document, "task": task, "input": input}),
            ),
            VisibleAnswer,
        )
        return answer

    def what_if(
        self,
        document: str,
        *,
        input: Any | UnsetType = UNSET,
        answers: dict[str, Any] | UnsetType = UNSET,
        faults: list[dict[str, Any]] | UnsetType = UNSET,
        events: list[dict[str, Any]] | UnsetType = UNSET,
        actions: list[dict[str, Any]] | UnsetType = UNSET,
    ) -> WhatIfAnswer:
        """Play a document through on a virtual clock, with whatever is supposed to go wrong.

        `document`: YAML or JSON.

        `input`: The smallest that the document's schema allows, where it is left out.

        `answers`: What calls give, by the names of their tasks; `{}`, or what a contract allows, where
        nothing is said.

        `faults`: What goes wrong with calls: `{"task": "charge", "error": {"type": "communication",
        "status": 503}}`.
        """
        answer: WhatIfAnswer = self._call(
            Call(
                method="POST",
                path="/v1/rehearsals/what-if",
                body=body_of(
                    {
                        "document": document,
                        "input": input,
                        "answers": answers,
                        "faults": faults,
                        "events": events,
                        "actions": actions,
                    }
                ),
            ),
            WhatIfAnswer,
        )
        return answer
