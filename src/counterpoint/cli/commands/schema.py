"""`counterpoint schema`: what editors complete and check documents with."""

from __future__ import annotations

import json as json_text
from typing import Annotated

from cyclopts import Parameter

from counterpoint.cli.output import write_output
from counterpoint.cli.terminal import Streams

EXAMPLES = """\
counterpoint schema
counterpoint schema --output workflow.schema.json"""


def schema(*, output: Annotated[str | None, Parameter(name=["--output", "-o"], show_default=False)] = None) -> int:
    """Write the JSON Schema of workflow documents, `compensate` included.

    Editors complete, explain and check documents with it: begin a document with
    `# yaml-language-server: $schema=workflow.schema.json`, or set it in the editor. What a schema cannot say
    (names that are not there, expressions, undos) is what `counterpoint validate` checks.

    Parameters
    ----------
    output
        Write to this file instead of standard output.
    """
    from counterpoint.application import language_schema

    text = json_text.dumps(language_schema(), indent=2, ensure_ascii=False) + "\n"
    return write_output(text, output, Streams())
