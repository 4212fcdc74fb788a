"""The studio in a real browser, on a real server with an engine in memory."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from counterpoint import Engine, NetworkPolicy, function
from counterpoint.api import Access, Address, listen
from counterpoint.studio import NotBuilt, built, pages

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REFUSED = "the server responded with a status of 4"
PATIENCE_MS = 20_000
"""How long a page may take to show what is expected of it, on a machine that is busy with other tests."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


class Serving:
    """A server in a thread of its own, so that the browser can be driven from the test's."""

    def __init__(self, token: str | None = None, network: NetworkPolicy | None = None) -> None:
        self._token = token
        self._network = network
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="studio-server")
        self.url = ""
        self.engine: Engine
        self.broken = threading.Event()
        """While it is set, the function `charge` fails for good."""

    def __enter__(self) -> Serving:
        self._thread.start()
        assert self._ready.wait(30), "the server does not start"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    def call(self, work: Any) -> Any:
        """What a coroutine gives, run where the engine is."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self._serving() as address:
            self.url = f"http://{address}"
            self._ready.set()
            await self._stop.wait()

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[Address]:
        @function
        async def charge(order: str = "") -> dict[str, str]:
            if self.broken.is_set():
                raise RuntimeError("no money")
            return {"paid": order}

        @function(read_only=True)
        async def look_up(order: str, language: str = "en") -> dict[str, str]:
            """Find an order."""
            return {"order": order, "language": language}

        async with Engine.embedded(None, functions=[charge, look_up], network=self._network) as engine:
            self.engine = engine
            front = pages(built())
            async with listen(engine.service, Address.of("127.0.0.1:0"), Access(self._token), front=front) as address:
                yield address


@pytest.fixture(scope="session")
def bundle() -> None:
    """The built studio. Skips where it is not built: `make studio` builds it, and so does `make test`."""
    try:
        built()
    except NotBuilt as error:
        pytest.skip(error.message)


@pytest.fixture
def serving(bundle: None) -> Iterator[Serving]:
    """A server with the studio."""
    with Serving() as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, where one is installed. Skips with that reason otherwise.

    For one module at a time: while it is open, Playwright has an event loop of its own running in this thread, and
    whatever test comes next could not run one.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Any, serving: Serving) -> Iterator[Any]:
    """A page of a person who has never been here. What the browser complains of fails the test, and so does a request
    that leaves the host.

    That the server refuses a request is no complaint: the page tells it, and the test that wants it looks for that.
    """
    context = browser.new_context(base_url=serving.url, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type == "error" and REFUSED not in message.text else None
        ),
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    here = (serving.url + "/", "data:", "blob:")
    context.on("request", lambda asked: None if asked.url.startswith(here) else complaints.append(asked.url))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def dialog(page: Any) -> Any:
    """The dialog that is open on the page, once it is."""
    return page.get_by_role("dialog")


@pytest.fixture(scope="session")
def checkout(root: Path) -> str:
    """The text of the checkout saga."""
    return (root / "examples" / "checkout" / "checkout.yaml").read_text()


@pytest.fixture(scope="session")
def order() -> dict[str, Any]:
    """What the checkout takes. The engine may not call its services, so that its first step fails at once."""
    services = dict.fromkeys(("orders", "payments", "stock", "delivery"), "http://127.0.0.1:9")
    return {"order": "1", "amount": 9.5, "article": "book", "quantity": 1, "address": "here", "services": services}
