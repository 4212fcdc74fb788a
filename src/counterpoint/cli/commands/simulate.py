"""`counterpoint simulate`: the whole engine in a world of seeds, where everything may fail."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from counterpoint.cli.exits import Exit
from counterpoint.cli.options import Count, Json, Number
from counterpoint.cli.terminal import Streams
from counterpoint.errors import InvalidInput

if TYPE_CHECKING:
    from counterpoint.simulation.campaign import Progress

EXAMPLES = """\
counterpoint simulate
counterpoint simulate --seeds 100000 --jobs 2 --save found
counterpoint simulate --seeds 1 --from 4711
counterpoint simulate --replay found/seed-4711.json"""

_TELL_EVERY_SECONDS: Final = 5.0


def simulate(
    *,
    seeds: Count = 1_000,
    first: Annotated[Number, Parameter(name="--from")] = 0,
    jobs: Count = 1,
    save: Path | None = None,
    replay: Path | None = None,
    json: Json = False,
) -> int:
    """Run the engine itself in simulated worlds, and say what goes wrong in them.

    Each seed is a random workflow in a world of virtual time, with crashes, lost writes, full disks, services that fail
    in every way, and people who intervene. What must always hold is checked after every step. The same seed gives the
    same run. Exit code 1 where anything was wrong.

    Parameters
    ----------
    seeds
        How many.
    first
        The first of them.
    jobs
        Processes that share the work.
    save
        Directory into which what was found is written, made as small as it still fails: one file for each seed.
    replay
        Play one such file again instead.
    json
        Print one JSON object: {"seeds", "seconds", "transitions", "crashes", "statuses", "findings": {SEED: [...]}}.
    """
    streams = Streams()
    if replay is not None:
        return _replay(replay, streams)
    began = time.monotonic()
    progress = _run(first, seeds, jobs, streams)
    seconds = time.monotonic() - began
    if json:
        streams.out.json({"seconds": round(seconds, 1), **_as_json(progress)})
    else:
        _show(progress, seconds, streams)
    if save is not None:
        _save(progress, save, streams)
    return Exit.FAILED if progress.findings else Exit.DONE


def _run(first: int, seeds: int, jobs: int, streams: Streams) -> Progress:
    from counterpoint.simulation.campaign import Progress, run_seeds

    whole, told = Progress(), time.monotonic()
    for part in run_seeds(first, seeds, jobs):
        whole.add(part)
        if time.monotonic() - told > _TELL_EVERY_SECONDS:
            told = time.monotonic()
            streams.note(f"{whole.seeds:,} of {seeds:,} seeds, {len(whole.findings):,} with findings")
    return whole


def _as_json(progress: Progress) -> dict[str, object]:
    return {
        "seeds": progress.seeds,
        "transitions": progress.transitions,
        "crashes": progress.crashes,
        "statuses": progress.statuses,
        "findings": {str(seed): found for seed, found in sorted(progress.findings.items())},
    }


def _show(progress: Progress, seconds: float, streams: Streams) -> None:
    out = streams.out
    for seed, found in sorted(progress.findings.items()):
        out.write([[(f"seed {seed}", "faulted"), (f"  {found[0]}", "")]])
        out.write([[(f"  {each}", "")] for each in found[1:5]])
    ended = ", ".join(f"{count:,} {status}" for status, count in sorted(progress.statuses.items()))
    out.print(f"{progress.seeds:,} seeds in {seconds:.1f} s ({progress.seeds / max(seconds, 0.001):.0f} a second)")
    out.print(f"{progress.transitions:,} transitions, {progress.crashes:,} crashes; instances: {ended}")
    if progress.findings:
        out.print(f"{len(progress.findings):,} seeds with findings", "faulted")
    else:
        out.print("no findings", "completed")


def _save(progress: Progress, directory: Path, streams: Streams) -> None:
    from counterpoint.simulation.scenario import encode, generate
    from counterpoint.simulation.shrinking import shrink

    directory.mkdir(parents=True, exist_ok=True)
    for seed in sorted(progress.findings):
        path = directory / f"seed-{seed}.json"
        path.write_bytes(encode(shrink(generate(seed))))
        streams.note(f"saved {path}")


def _replay(path: Path, streams: Streams) -> int:
    import msgspec

    from counterpoint.simulation.run import simulate as play
    from counterpoint.simulation.scenario import decode

    try:
        scenario = decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError) as error:
        raise InvalidInput(f"{path} is no scenario that can be played: {error}") from error
    outcome = play(scenario)
    streams.out.print("\n".join(outcome.findings) or "no findings")
    return Exit.FAILED if outcome.findings else Exit.DONE
