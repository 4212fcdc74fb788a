"""Pictures of every page and of what is opened on it, in both themes.

    python -m bench.studio.pictures [--width PIXELS] [--theme THEME] FOLDER [NAME ...]

At 1440 pixels; the main pages also at 1700, 900 and 320, which is what is left of 1280 pixels at 400 % zoom. A name may
have a `*` in it. Those of the README are in `docs/pictures`. They are taken of the shop of `make play`, beside which
stands what is hard to show (`scenes.py`, `hard.py`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from bench.studio.hard import hard_cases, later_checkout
from bench.studio.scenes import HOURS_LATER, TOKEN, Scene, nothing, scenes
from bench.studio.shop import bare, browser, shop

THEMES = ("light", "dark")
WIDTH = 1440
WIDTHS = (WIDTH, 1700, 900, 320)
HEIGHT = 900
SETTLED_MS = 500
"""A stream stays open on some pages, so that the network is never idle."""


def main() -> int:
    """The command line. The exit code: 1 where a scene could not be pictured."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(scenes())} (default: all)")
    options.add_argument("--width", type=int, action="append", help="of the window; may be given several times")
    options.add_argument("--theme", choices=THEMES, action="append", help="default: both")
    chosen = options.parse_intermixed_args()
    wanted = {name: each for name, each in scenes().items() if _asked(name, chosen.names)}
    if not wanted:
        options.error(f"no scene is called {' or '.join(chosen.names)}")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    failed = []
    with shop() as full, bare(TOKEN) as empty, sync_playwright() as playwright:
        later_checkout(full)
        hard_cases(full)
        launched = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
        for name, width, theme in _pictures(wanted, chosen.width, chosen.theme or THEMES):
            scene = wanted[name]
            path = chosen.folder / f"{name}{'' if width == WIDTH else f'-{width}'}-{theme}.png"
            try:
                _picture(launched, scene, empty if scene.bare else full, path, width, theme)
            except Error as error:
                failed.append(f"{path.name}: {error.message.splitlines()[0]}")
        launched.close()
    print(*failed, sep="\n", file=sys.stderr)
    return 1 if failed else 0


def _asked(name: str, names: list[str]) -> bool:
    return not names or any(fnmatchcase(name, each) for each in names)


def _pictures(
    wanted: dict[str, Scene], widths: list[int] | None, themes: tuple[str, ...]
) -> Iterator[tuple[str, int, str]]:
    for name, scene in wanted.items():
        for width in widths or (WIDTHS if scene.main else (WIDTH,)):
            for theme in themes:
                yield name, width, theme


def _picture(launched: Browser, scene: Scene, address: str, path: Path, width: int, theme: str) -> None:
    look: dict[str, Any] = {"color_scheme": theme, "viewport": {"width": width, "height": HEIGHT}}
    page: Page = launched.new_page(**look, reduced_motion="reduce")
    page.set_default_timeout(10_000)
    try:
        if scene.later:
            page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=HOURS_LATER))
        page.goto(address + scene.path)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(SETTLED_MS)
        if scene.act is not nothing:
            scene.act(page)
            page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=path)
    finally:
        page.close()


if __name__ == "__main__":
    sys.exit(main())
