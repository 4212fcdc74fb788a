"""The demonstration behind `make demo`: a checkout that succeeds, one that is undone, one that survives `kill -9`.

The four services are real processes that speak HTTP; their ledgers are the proof. Exits with 0 only if every claim
holds.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from shop import HERE, Line, Shop

from counterpoint import Engine, NetworkPolicy

console = Console(highlight=False)

FORWARD = [("orders", "created"), ("payments", "charged"), ("stock", "reserved"), ("delivery", "scheduled")]
UNDONE = [*FORWARD[:3], ("stock", "released"), ("payments", "refunded"), ("orders", "cancelled")]


class ClaimFailed(Exception):
    """A claim of the demonstration does not hold."""


def main() -> int:
    """Show the three runs. The exit code."""
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="counterpoint-") as folder, Shop(Path(folder)) as shop:
            introduce(shop)
            asyncio.run(show_success_and_undo(shop, Path(folder) / "engine.db"))
            show_kill(shop, Path(folder) / "killed.db")
    except ClaimFailed as failure:
        console.print(f"[bold red]FAILED:[/] {failure}")
        return 1
    console.print(f"\n[bold green]All three claims hold[/] ({time.monotonic() - began:.1f} s).")
    return 0


def introduce(shop: Shop) -> None:
    """Say what is running."""
    console.print("[bold]Four services, each a process of its own with a ledger:[/]")
    for name, url in shop.urls.items():
        console.print(f"  {name:<9} {url}")
    console.print("The workflow: examples/checkout/checkout.yaml")


async def show_success_and_undo(shop: Shop, store: Path) -> None:
    """The first two runs, on an engine inside this process that may call services of this machine."""
    async with Engine.embedded(store, network=NetworkPolicy.development()) as engine:
        engine.on_lifecycle(narrate)
        checkout = await engine.publish(HERE / "checkout.yaml")

        announce(1, "a checkout succeeds")
        view = await engine.result(await engine.start(checkout, input=shop.order("1001", "12 Quay Street")), timeout=30)
        say(f"[bold]{view.status}[/]: {json.dumps(view.output)}")
        show(shop.ledger("1001"))
        claim("the run completed", view.status == "completed")
        claim("each service acted once, in order", deeds(shop.ledger("1001")) == FORWARD)

        announce(2, "delivery is refused, and what was done before it is undone, last first")
        view = await engine.result(await engine.start(checkout, input=shop.order("1002", "the moon")), timeout=30)
        say(f"[bold]{view.status}[/], saga [bold]{view.saga}[/]")
        show(shop.ledger("1002"))
        claim("the run ended with the error of the delivery", view.status == "faulted" and is_refusal(view.error))
        claim("stock, payment and order were undone, in that order", deeds(shop.ledger("1002")) == UNDONE)


def show_kill(shop: Shop, store: Path) -> None:
    """The third run, on an engine in a process that is killed while the payment is in flight."""
    announce(3, "the engine is killed with `kill -9` while the card is being charged")
    shop.slow_down("payments", answer_delay_ms=10_000)
    with place_order(store, "1003", json.dumps(shop.order("1003", "12 Quay Street"))) as process:
        shop.wait_for("1003", "payments")
        process.kill()
    say("the card is charged, the answer is still on its way: [bold red]kill -9[/]")
    show(shop.ledger("1003"))
    claim("the engine died in the middle", process.returncode == -signal.SIGKILL)
    claim("the order is half done", deeds(shop.ledger("1003")) == FORWARD[:2])

    shop.slow_down("payments", answer_delay_ms=0)
    say("a new process opens the same store ...")
    with place_order(store, "1003") as process:
        answer, _ = process.communicate(timeout=60)
    claim("the new process ended well", process.returncode == 0)
    view = json.loads(answer)
    say(f"[bold]{view['status']}[/]: {json.dumps(view['output'])}")
    show(shop.ledger("1003"))
    claim("the run completed", view["status"] == "completed")
    claim("the card was charged once, though it was asked for twice", charged_once(shop.ledger("1003")))


def place_order(store: Path, *arguments: str) -> subprocess.Popen[str]:
    """The engine in a process of its own."""
    command = [sys.executable, str(HERE / "place_order.py"), str(store), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def deeds(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Which service did what."""
    return [(line.service, line.action) for line in lines]


def is_refusal(error: dict[str, object] | None) -> bool:
    """Whether this is the delivery's 422."""
    return error is not None and error["status"] == 422 and "scheduleDelivery" in str(error["instance"])


def charged_once(lines: Sequence[Line]) -> bool:
    """Whether all was done once, and the payment asked for a second time with the same key."""
    return deeds(lines) == FORWARD and [line.requests for line in lines] == [1, 2, 1, 1]


def announce(number: int, title: str) -> None:
    """The heading of a run."""
    console.print(f"\n[bold cyan]{number}. {title}[/]")


def narrate(event: dict[str, Any]) -> None:
    """Tell of the tasks that end, as the engine's lifecycle events come in."""
    kind, data = event["type"].removeprefix("io.serverlessworkflow."), event["data"]
    *_, name = data.get("task", "").split("/")
    if kind == "task.completed.v1":
        say(f"[yellow]↩ {name}[/]" if "/compensate/" in data["task"] else f"[green]→ {name}[/]")
    elif kind == "task.faulted.v1":
        error = data["error"]
        detail = error.get("content", error).get("detail", "")
        say(f"[red]✘ {name}[/] {error['status']}, {detail}")


def say(line: str) -> None:
    """Print one line of the story, however wide the screen is."""
    console.print(f"  {line}", soft_wrap=True)


def show(lines: Sequence[Line]) -> None:
    """The ledgers of all services in one table, in the order in which things were done."""
    table = Table("  time", "ledger of", "entry", "requests", box=None, padding=(0, 3, 0, 0), header_style="dim")
    for line in lines:
        clock = time.strftime("%H:%M:%S", time.localtime(line.at))
        table.add_row(f"  {clock}.{int(line.at * 1000) % 1000:03d}", line.service, line.action, str(line.requests))
    console.print(table)


def claim(text: str, holds: bool) -> None:
    """Print a claim that holds. Raises ClaimFailed for one that does not."""
    if not holds:
        raise ClaimFailed(text)
    say(f"[green]✔[/] {text}")


if __name__ == "__main__":
    sys.exit(main())
