"""The commands and what they are called."""

from __future__ import annotations

from typing import Final

from cyclopts import App

from counterpoint import __version__
from counterpoint.cli.commands import (
    chain,
    debug,
    definitions,
    events,
    export,
    instances,
    outbox,
    replay,
    run,
    schema,
    serve,
    simulate,
    test,
    validate,
    verify,
)
from counterpoint.cli.options import Commands

_HELP: Final = "Run workflow documents durably, and undo them in the right order when they fail."
_EPILOGUE: Final = """\
Examples:

  counterpoint run hello.yaml --input '{"name": "Ada"}'
  counterpoint validate workflows/*.yaml
  counterpoint test
  counterpoint instances list
  counterpoint serve --store orders.db checkout.yaml

Every command takes --debug, which shows where an error comes from.
`counterpoint COMMAND --help` shows options and examples of a command."""


def build() -> App:
    """The whole command line."""
    app = _app("counterpoint", _HELP, _EPILOGUE)
    app.command(run.run, help_epilogue=_examples(run.EXAMPLES))
    app.command(validate.validate, help_epilogue=_examples(validate.EXAMPLES))
    app.command(verify.verify, help_epilogue=_examples(verify.EXAMPLES))
    app.command(export.export, help_epilogue=_examples(export.EXAMPLES))
    app.command(schema.schema, help_epilogue=_examples(schema.EXAMPLES))
    app.command(test.test, help_epilogue=_examples(test.EXAMPLES))
    app.command(debug.debug, help_epilogue=_examples(debug.EXAMPLES))
    app.command(replay.replay, help_epilogue=_examples(replay.EXAMPLES))
    app.command(simulate.simulate, help_epilogue=_examples(simulate.EXAMPLES))
    app.command(serve.serve, help_epilogue=_examples(serve.EXAMPLES))
    app.command(_group("definitions", definitions.HELP, definitions.COMMANDS, definitions.EXAMPLES))
    app.command(_group("instances", instances.HELP, {**instances.COMMANDS, **chain.COMMANDS}, instances.EXAMPLES))
    app.command(_group("events", events.HELP, {**events.COMMANDS, **outbox.COMMANDS}, events.EXAMPLES))
    return app


def _app(name: str, help: str, epilogue: str) -> App:
    return App(
        name=name,
        help=help,
        help_format="plaintext",
        help_epilogue=epilogue,
        version=__version__,
        version_flags=["--version", "-V"] if name == "counterpoint" else [],
        result_action="return_value",
    )


def _group(name: str, help: str, commands: Commands, examples: str) -> App:
    group = _app(name, help, _examples(examples))
    for command, (function, example) in commands.items():
        group.command(function, name=command, help_epilogue=_examples(example))
    return group


def _examples(text: str) -> str:
    indented = "\n".join("  " + line for line in text.splitlines())
    return f"Examples:\n\n{indented}"
