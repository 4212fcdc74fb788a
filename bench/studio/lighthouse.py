"""Lighthouse over the studio's pages: `python -m bench studio`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.node import PEERS, installed
from bench.studio.hard import hard_cases, later_checkout
from bench.studio.shop import browser, shop

HOME = PEERS / "lighthouse"
PACKAGES = ("lighthouse@12.8",)
CATEGORIES = ("performance", "accessibility", "best-practices")
CHECKOUT = "/workflows/shop/checkout"
PAGES = {
    "workflows": "/workflows",
    "a workflow": CHECKOUT,
    "start form": f"{CHECKOUT}?start=1",
    "compare": f"{CHECKOUT}/compare/1.0.0...1.1.0",
    "designer": f"{CHECKOUT}/edit",
    "designer with text": f"{CHECKOUT}/edit?yaml=1&sel=/do/1/chargePayment",
    "what if": f"{CHECKOUT}/edit?mode=whatif&sel=/do/3/scheduleDelivery",
    "debug": f"{CHECKOUT}/edit?mode=debug",
    "templates": "/workflows/new",
    "instances": "/instances",
    "an instance": "/instances/order-1003",
    "attention": "/attention",
    "insights": "/insights",
}
#: The browser's trace lacks the moment at which the page was opened: there is nothing to score, whatever the page is.
LOST_TRACE = "NO_NAVSTART"
TRIES = 4


def figures(folder: Path) -> list[Figure]:
    """The scores of every page, out of 100, as a desktop sees it.

    Raises RuntimeError where Lighthouse fails, or loses the trace of one page `TRIES` times.
    """
    node, chrome = installed(HOME, PACKAGES), browser()
    with shop() as address:
        later_checkout(address)
        hard_cases(address)
        return [
            Figure(f"studio, {name}: Lighthouse, {category}", score, "of 100")
            for name, path in PAGES.items()
            for category, score in _scores(node, chrome, address + path, folder).items()
        ]


def _scores(node: Path, chrome: str, url: str, folder: Path) -> dict[str, float]:
    tried = 1
    while error := (report := _report(node, chrome, url, folder / f"lighthouse-{tried}.json")).get("runtimeError"):
        print(f"{url}: {error['code']} at try {tried} of {TRIES}", file=sys.stderr, flush=True)
        if error["code"] != LOST_TRACE or tried == TRIES:
            raise RuntimeError(f"Lighthouse gave no score for {url}: {error['code']}: {error['message']}")
        tried += 1
    return {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}


def _report(node: Path, chrome: str, url: str, path: Path) -> dict[str, Any]:
    """What it found; with `runtimeError` where it failed on the page, which it also tells by its exit code."""
    command: list[str | Path] = [node, HOME / "node_modules" / "lighthouse" / "cli" / "index.js", url, "--quiet"]
    options = ["--preset=desktop", "--chrome-flags=--headless --no-sandbox", "--output=json"]
    chosen = [f"--only-categories={','.join(CATEGORIES)}", f"--output-path={path}"]
    environment = {**os.environ, "CHROME_PATH": chrome}
    ended = subprocess.run(
        [*command, *options, *chosen], check=False, cwd=HOME, env=environment, stderr=subprocess.PIPE, text=True
    )
    if not path.exists():
        raise RuntimeError(f"Lighthouse wrote no report on {url} (exit code {ended.returncode}): {ended.stderr}")
    report: dict[str, Any] = json.loads(path.read_text())
    return report
