"""`counterpoint export`: from the author form to the portable form, and back."""

from __future__ import annotations

import json as json_text
from typing import Annotated

from cyclopts import Parameter

from counterpoint.cli.output import write_output
from counterpoint.cli.sources import read_source
from counterpoint.cli.terminal import Streams

EXAMPLES = """\
counterpoint export checkout.yaml --portable
counterpoint export checkout.yaml --portable --output checkout.portable.yaml
counterpoint export checkout.portable.yaml --author"""


def export(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    portable: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    author: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    output: Annotated[str | None, Parameter(name=["--output", "-o"], show_default=False)] = None,
) -> int:
    """Write a document in its other form.

    The portable form keeps `compensate` in `metadata`, where every runtime of the specification accepts it and runs
    the forward path. Nothing is lost either way, but comments are not kept.

    Parameters
    ----------
    file
        The document; `-` is standard input.
    portable
        Write the form that every runtime of the specification reads.
    author
        Write the form that people write.
    output
        Write to this file instead of standard output; one that ends in `.json` becomes JSON.
    """
    from counterpoint.application import export as convert
    from counterpoint.dsl.yaml_writer import write_yaml
    from counterpoint.errors import InvalidInput

    if portable == author:
        raise InvalidInput("say which form to write: --portable or --author")
    source = read_source(file)
    data = convert(source.text, portable=portable, source=source.name)
    as_json = output is not None and output.endswith(".json")
    text = json_text.dumps(data, indent=2, ensure_ascii=False) + "\n" if as_json else write_yaml(data)
    return write_output(text, output, Streams())
