"""From the key that inserts a step, to the frame that shows it: in a real browser, at 50 and at 200 steps.

The goals are 50 ms and 100 ms on a machine that does nothing else. The bounds here are wider, since others may be at
work on it; they catch a page that has become slow. The figures are printed: `pytest -s`.
"""

from __future__ import annotations

from statistics import median

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

ROUNDS = 9
GOALS_MS = {50: 50, 200: 100}
BOUND = 4
"""How many times the goal still passes where the machine is busy."""

CLOCK = """
window.shown = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  performance.mark("pressed", { startTime: event.timeStamp });
  const wanted = "Step 3 of";
  const look = () => {
    const box = [...document.querySelectorAll(".react-flow__node-task")]
      .find((each) => each.ariaLabel.startsWith(wanted) && each.ariaLabel.includes("setData"));
    // Drawn before the next callback of a frame: that is when the person sees it.
    if (box && getComputedStyle(box).visibility === "visible") {
      requestAnimationFrame(() => shown.push(performance.measure("insert to paint", "pressed").duration));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, { capture: true });
"""


def saga(steps: int) -> str:
    """A saga of so many steps: every fifth with its undo, every tenth a fork of three."""
    lines = ["document: { dsl: '1.0.3', namespace: shop, name: long, version: '1.0.0' }", "do:"]
    number = 0
    while number < steps:
        number += 1
        lines += [f"- step{number}:", "    call: charge", "    with: { order: '${ $workflow.input.order }' }"]
        if number % 5 == 0:
            lines += ["    compensate:", "      do:", f"      - undo{number}: {{ call: charge }}"]
        if number % 10 == 0 and number + 4 <= steps:
            lines += [f"- fork{number}:", "    fork:", "      branches:"]
            lines += [f"      - branch{number}x{each}: {{ call: charge }}" for each in range(3)]
            number += 4
    return "\n".join(lines) + "\n"


def thread_ms(session) -> float:
    """What the page's main thread has computed so far: unlike the clock, it does not count the work of others."""
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return metrics["ThreadTime"] * 1_000


@pytest.mark.parametrize("steps", GOALS_MS)
def test_a_step_that_is_inserted_is_seen_at_once(page, serving, steps):
    serving.call(serving.engine.publish(saga(steps)))
    page.add_init_script(CLOCK)
    page.goto("/workflows/shop/long/edit")
    expect(page.get_by_label(f"Step 1 of {steps}: step1")).to_be_visible()
    expect(page.get_by_text("Valid", exact=True)).to_be_visible()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    computed = []
    for count in range(1, ROUNDS + 1):
        page.get_by_label(f"Step 2 of {steps}: step2").press("a")
        page.keyboard.type("set data")
        expect(page.get_by_role("option")).to_have_count(1)
        begun = thread_ms(session)
        page.keyboard.press("Enter")
        page.wait_for_function("count => shown.length === count", arg=count)
        computed.append(thread_ms(session) - begun)
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.get_by_label(f"Step 3 of {steps}: step3")).to_be_visible()
    taken, goal = page.evaluate("shown"), GOALS_MS[steps]
    print(f"\n{steps} steps: {[int(each) for each in taken]} ms, median {median(taken):.0f} ms (goal {goal})")
    print(f"of which computed: {[int(each) for each in computed]} ms, median {median(computed):.0f} ms")
    assert median(taken) <= goal * BOUND
