"""Pictures of every page in both themes: `python -m bench.studio.pictures FOLDER [NAME ...]`.

Those of the README are in `docs/pictures`. They are taken of the shop of `make play`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.studio.shop import browser, shop

CHECKOUT = "/workflows/shop/checkout/edit"
DELIVERY = "sel=/do/3/scheduleDelivery"
PAGES = {
    "workflows": "/workflows",
    "workflow": "/workflows/shop/checkout",
    "design": f"{CHECKOUT}?sel=/do/1/chargePayment",
    "text": f"{CHECKOUT}?yaml=1&{DELIVERY}",
    "what-if": f"{CHECKOUT}?mode=whatif&{DELIVERY}",
    "debug": f"{CHECKOUT}?mode=debug&sel=/do/1/chargePayment",
    "new": "/workflows/new",
    "instances": "/instances",
    "undone": "/instances/order-1003",
    "timeline": "/instances/order-1003?view=timeline",
    "events": "/instances/order-1003?view=events",
    "stuck": "/instances/parcel-1",
    "attention": "/attention",
    "insights": "/insights",
}
THEMES = ("light", "dark")
WIDTH, HEIGHT = 1440, 900


def main() -> None:
    """The command line."""
    folder, wanted = Path(sys.argv[1]), sys.argv[2:] or list(PAGES)
    folder.mkdir(parents=True, exist_ok=True)
    with shop() as address, sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
        for theme in THEMES:
            page: Page = launched.new_page(**_look(theme))
            for name in wanted:
                page.goto(address + PAGES[name])
                # A stream stays open on some pages, so that the network is never idle.
                page.get_by_role("heading", level=1).wait_for()
                page.wait_for_timeout(800)
                page.screenshot(path=folder / f"{name}-{theme}.png")
            page.close()
        launched.close()


def _look(theme: str) -> dict[str, Any]:
    return {"color_scheme": theme, "viewport": {"width": WIDTH, "height": HEIGHT}, "reduced_motion": "reduce"}


if __name__ == "__main__":
    main()
