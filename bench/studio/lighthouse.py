"""Lighthouse over the studio's pages: `python -m bench studio`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from bench.figures import Figure
from bench.node import PEERS, installed
from bench.studio.shop import browser, shop

HOME = PEERS / "lighthouse"
PACKAGES = ("lighthouse@12.8",)
CATEGORIES = ("performance", "accessibility", "best-practices")
PAGES = {
    "workflows": "/workflows",
    "a workflow": "/workflows/shop/checkout",
    "designer": "/workflows/shop/checkout/edit",
    "instances": "/instances",
    "an instance": "/instances/order-1003",
    "attention": "/attention",
    "insights": "/insights",
}


def figures(folder: Path) -> list[Figure]:
    """The scores of every page, out of 100, as a desktop sees it."""
    node, chrome = installed(HOME, PACKAGES), browser()
    with shop() as address:
        return [
            Figure(f"studio, {name}: Lighthouse, {category}", score, "of 100")
            for name, path in PAGES.items()
            for category, score in _scores(node, chrome, address + path, folder / "lighthouse.json").items()
        ]


def _scores(node: Path, chrome: str, url: str, report: Path) -> dict[str, float]:
    command: list[str | Path] = [node, HOME / "node_modules" / "lighthouse" / "cli" / "index.js", url, "--quiet"]
    options = ["--preset=desktop", "--chrome-flags=--headless --no-sandbox", "--output=json"]
    chosen = [f"--only-categories={','.join(CATEGORIES)}", f"--output-path={report}"]
    subprocess.run([*command, *options, *chosen], check=True, cwd=HOME, env={**os.environ, "CHROME_PATH": chrome})
    categories = json.loads(report.read_text())["categories"]
    return {name: round(100 * categories[name]["score"]) for name in CATEGORIES}
