"""Large things stay fluid in a real browser: a history of 20,000 events.

What is asserted does not depend on how busy the machine is: how much is drawn, how much is asked for, that nothing is
missing. Tasks that hold the page up, and frames, are printed; their bounds only catch what is out of all proportion.
"""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

PASSES = 4_000
LOOP = f"""document: {{ dsl: '1.0.3', namespace: shop, name: loop, version: '1.0.0' }}
do:
- each:
    for: {{ each: item, in: '${{ [range(0; {PASSES})] }}' }}
    do:
    - charge: {{ call: charge, with: {{ order: '${{ $item | tostring }}' }} }}
    - note: {{ set: {{ last: '${{ $item }}' }} }}
- hear: {{ listen: {{ to: {{ one: {{ with: {{ type: shop.approved }} }} }} }} }}
"""
APPROVED = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "shop.approved"}
BUSY_MS_MAX = 1_000
DRAWN_MAX = 150
WATCH = """
window.busy = []; window.frames = [];
new PerformanceObserver((list) => busy.push(...list.getEntries().map((each) => Math.round(each.duration))))
  .observe({ type: "longtask", buffered: true });
let before = performance.now();
const frame = (now) => { frames.push(now - before); before = now; requestAnimationFrame(frame); };
requestAnimationFrame(frame);
"""
TAKE = """() => {
  const sorted = frames.splice(0).sort((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.floor(sorted.length * part)]);
  return { busy: busy.splice(0), frames: sorted.length, p50: at(0.5), p95: at(0.95), max: Math.round(sorted.at(-1)) };
}"""


def told(page, what: str) -> None:
    """Print how fluid the page was since the last time; bounds what holds it up."""
    taken = page.evaluate(TAKE)
    print(f"{what}: {json.dumps(taken)} (ms)")
    assert max(taken["busy"], default=0) <= BUSY_MS_MAX, what


@pytest.fixture
def long_history(page, serving):
    """An instance whose history has 20,000 events and is not over."""
    reference = serving.call(serving.engine.publish(LOOP))
    serving.call(serving.engine.start(reference, id="one"))
    serving.call(until_it_listens(serving.engine))
    page.add_init_script(WATCH)
    return page


async def until_it_listens(engine) -> None:
    """Returns once the loop is over."""
    while not await engine.service.instances.browse({"waits_for": "event"}):
        await asyncio.sleep(0)


def test_a_history_of_20000_events_is_read_whole_and_goes_on_live(long_history, serving):
    page = long_history
    expected = len(serving.call(serving.engine.history("one")))
    assert expected > 20_000
    page.goto("/instances/one?view=events")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.get_by_text(f"{expected:,} events")).to_be_visible()
    told(page, "history read")
    assert page.get_by_role("option").count() <= DRAWN_MAX
    box = page.get_by_role("listbox")
    box.focus()
    page.keyboard.press("Home")
    expect(page.get_by_role("option").first).to_contain_text("InstanceStarted")
    box.hover()
    for _ in range(40):
        page.mouse.wheel(0, 4_000)
    told(page, "events scrolled")
    assert page.get_by_role("option").count() <= DRAWN_MAX
    serving.call(serving.engine.deliver(APPROVED))
    expect(page.locator("header").get_by_text("completed")).to_be_visible()
    history = serving.call(serving.engine.history("one"))
    expect(page.get_by_text(f"{len(history):,} events")).to_be_visible()
    box.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("option").last).to_contain_text("InstanceCompleted")
    expect(page.get_by_role("option").last).to_have_attribute("aria-posinset", str(len(history)))


def test_20000_events_are_gone_through_by_mouse_and_keyboard_without_asking_for_what_is_passed(long_history):
    page = long_history
    page.goto("/instances/one")
    slider = page.get_by_label("Place in the history")
    expect(slider).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/state?" in request.url else None)
    bounds = slider.bounding_box()
    page.mouse.move(bounds["x"] + bounds["width"] - 8, bounds["y"] + bounds["height"] / 2)
    page.mouse.down()
    for part in range(100):
        page.mouse.move(bounds["x"] + (bounds["width"] - 8) * (1 - part / 110), bounds["y"] + bounds["height"] / 2)
    page.mouse.up()
    expect(page.get_by_role("heading", name="Changed by this step")).to_be_visible()
    told(page, "scrubbed")
    print(f"100 moves, {len(asked)} states asked for")
    place = int(slider.input_value())
    assert len(asked) <= 101
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Time").get_by_text(f"{place + 1} of {PASSES + 1}")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"at={place + 1}\b"))
    page.goto("/instances/one?view=timeline")
    expect(page.locator(".timeline-row").first).to_be_visible()
    expect(page.get_by_label("Timeline").get_by_text("hear")).to_have_count(0)
    page.get_by_label("Timeline", exact=True).focus()
    page.keyboard.press("End")
    expect(page.get_by_label("Timeline").get_by_text("hear")).to_be_visible()
    told(page, "timeline")
    assert page.locator(".timeline-row").count() <= DRAWN_MAX
