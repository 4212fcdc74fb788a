"""`counterpoint replay`: what another version of a workflow, or other mocks, would have made of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.loops import complete
from counterpoint.cli.options import STORE_DEFAULT, Json, Store
from counterpoint.cli.terminal import Line, Streams

if TYPE_CHECKING:
    from counterpoint.application.debugging.replaying import Replay

EXAMPLES: Final = """\
counterpoint replay ID --against checkout.yaml
counterpoint replay ID --against shop/checkout:2.0.0 --unanswered stop
counterpoint replay ID --answers '{"charge": {"output": {"paid": false}}}'"""


def replay(
    id: str,
    /,
    *,
    against: Annotated[str | None, Parameter(name="--against", show_default=False)] = None,
    answers: Annotated[str | None, Parameter(show_default=False)] = None,
    faults: Annotated[str | None, Parameter(show_default=False)] = None,
    unanswered: Literal["stop", "empty", "generate"] = "empty",
    json: Json = False,
    store: Store = STORE_DEFAULT,
) -> int:
    """Play what a run heard to another version of its workflow, and say what differs.

    Nothing outside is touched. Exit code 1 where effects, undos or data differ. See docs/guide/debugging.md.

    Parameters
    ----------
    id
        The run's id; it must have ended.
    against
        A file, or a published version; the run's own version where none is given.
    answers
        JSON or @file: answers by task, as in a scenario, in the place of what was recorded.
    faults
        JSON or @file: an array of faults, as in a scenario.
    unanswered
        What a call gets for which nothing is recorded: it stops, gets {}, or what fits its contract.
    json
        Print one JSON object with everything that differs.
    """
    return complete(_replay(id, against, answers, faults, unanswered, json, store))


async def _replay(
    id: str, against: str | None, answers: str | None, faults: str | None, unanswered: str, json: bool, store: str
) -> int:
    import msgspec

    from counterpoint.application.debugging.replaying import Asked, replay_of
    from counterpoint.bootstrap import open_reader
    from counterpoint.cli.asking import require_store
    from counterpoint.cli.sources import read_value

    require_store(store)
    asked = Asked(
        answers={} if answers is None else read_value(answers, "--answers"),
        faults=[] if faults is None else read_value(faults, "--faults"),
        unanswered=unanswered,
    )
    streams, reader = Streams(), open_reader(store)
    try:
        told = await replay_of(reader, id, asked, against)
    finally:
        await reader.close()
    if json:
        streams.out.json(msgspec.to_builtins(told))
    else:
        streams.out.write(_lines(told))
    return Exit.DONE if told.same else Exit.FAILED


def _lines(told: Replay) -> list[Line]:
    lines: list[Line] = [[(f"{told.workflow} against {told.against}", "strong")]]
    for each in told.effects:
        arguments = [str(side) for side in (each.before, each.after) if side is not _unset()]
        undo = "" if each.undo_of is None else f" (undo of {each.undo_of})"
        lines.append([(f"  {each.kind:<8}", "suspended"), (f" {each.task}{undo}  {' -> '.join(arguments)}", "")])
    if told.undos_before != told.undos_after:
        lines.append([(f"  undone: {_names(told.undos_before)} -> {_names(told.undos_after)}", "undo")])
    for change in told.data:
        before, after = ("nothing" if side is _unset() else str(side) for side in (change.before, change.after))
        lines.append([(f"  {change.pointer}: {before} -> {after}", "")])
    if told.duration_before != told.duration_after:
        lines.append([(f"  took {told.duration_before:,} ms -> {told.duration_after:,} ms", "faint")])
    for call in told.unanswered:
        lines.append([(f"  unanswered: call {call.call} of {call.task} ({call.reference})", "suspended")])
    for label in told.unmet:
        lines.append([(f"  never came about: {label}", "suspended")])
    if told.halted is not None:
        lines.append([(f"  stopped: {told.halted}", "faulted")])
    if told.same:
        lines.append([("  nothing differs", "completed")])
    return lines


def _names(tasks: list[str]) -> str:
    return ", ".join(tasks) or "nothing"


def _unset() -> object:
    import msgspec

    return msgspec.UNSET
