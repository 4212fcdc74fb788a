"""`counterpoint debug`: step through a run, or through a document in a simulated world."""

from __future__ import annotations

from typing import Annotated, Final

from cyclopts import Parameter

from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Ask, EngineOptions, Repeated, Store, Timeout
from counterpoint.cli.terminal import Streams

EXAMPLES: Final = """\
counterpoint debug checkout.yaml --input '{"order": 7}'
counterpoint debug checkout.yaml --scenario 'the card is refused'
counterpoint debug checkout.yaml --break charge --break 'undo' --break 'if .total > 100'
counterpoint debug ID --takeover
printf 'break pay\\ncontinue\\nprint .total\\n' | counterpoint debug checkout.yaml"""


def debug(
    target: Annotated[str, Parameter(name="FILE|ID", allow_leading_hyphen=True)],
    /,
    *,
    input: Annotated[str | None, Parameter(show_default=False)] = None,
    scenario: Annotated[str | None, Parameter(show_default=False)] = None,
    others: Annotated[Repeated, Parameter(name="--with", negative=(), show_default=False)] = (),
    breaks: Annotated[Repeated, Parameter(name=["--break", "-b"], negative=(), show_default=False)] = (),
    owner: Annotated[str | None, Parameter(show_default=False)] = None,
    lease: Annotated[float, Parameter(name="--lease")] = 60.0,
    takeover: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    plain: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    store: Store = STORE_DEFAULT,
    timeout: Timeout = 30.0,
    options: EngineOptions | None = None,
) -> int:
    """Step through a run, or through a document in a simulated world.

    With a file nothing outside is touched: calls get the answers of a scenario, or what their contracts allow, and time
    is virtual. With the id of a run, that run is held on its engine; it goes on when you leave, or when this process is
    gone for as long as the lease. Commands: docs/guide/debugging.md, or `help`.

    Parameters
    ----------
    target
        A workflow, or the id of a run.
    input
        JSON, or @file: the input of a workflow that is debugged.
    scenario
        Answers, faults and events of the scenario whose name holds this text, of the file beside the workflow.
    others
        Another document: a workflow that this one runs. May be given several times.
    breaks
        A breakpoint as `break` takes it: a task, `fault`, `undo`, `if JQ`. May be given several times.
    owner
        Who debugs, for others to see; your name on this machine where none is given.
    lease
        Seconds after which a run goes on when this process is gone.
    takeover
        End the session of somebody else on the same run.
    plain
        Read commands as lines, also on a terminal.
    """
    from counterpoint.cli.debugger.opening import Asked, debug_target

    asked = Asked(
        target=target,
        input=input,
        scenario=scenario,
        others=others,
        breaks=breaks,
        owner=owner,
        lease_ms=round(lease * 1000),
        takeover=takeover,
        plain=plain,
    )
    return complete(debug_target(asked, Ask(store, timeout, options or EngineOptions()), Streams()))
