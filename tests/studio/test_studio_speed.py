"""From the key that inserts a step, to the frame that shows it: in a real browser, at 50 and at 200 steps.

The goals are 50 ms and 100 ms on a machine that does nothing else. By the clock the bound is wider, since others may be
at work on it. What the page's own thread computes for it is bound more closely: others add to that, and never take it
away, so that the least of some rounds tells. The figures are printed: `pytest -s`.
"""

from __future__ import annotations

import json
from statistics import median

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("studio")

ROUNDS = 9
GOALS_MS = {50: 50, 200: 100}
BOUND = 4
"""How many times the goal still passes where the machine is busy."""
COMPUTED_MS = {50: 50, 200: 90}
"""So much the page may compute, on a machine that needs no more than `PROBE_MS` for `PROBE`; on a slower one, more.
On one twice as fast it is 16 and 31."""
PROBE = """() => {
  const found = {};
  for (let at = 0; at < 300_000; at++) found["key" + (at % 2_000)] = [at, String(at), { at }];
  return JSON.stringify(found).length;
}"""
PROBE_MS = 100

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
      performance.measure("insert to frame", "pressed");
      requestAnimationFrame(() => shown.push(performance.measure("insert to paint", "pressed").duration));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, { capture: true });
"""
SLOW_MS = 30_000
"""What is not measured may take its time."""
TRACED = ["-*", "toplevel", "blink.user_timing"]


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


def computed_ms(trace: bytes) -> list[float]:
    """For each insertion what the page's main thread computed up to the frame that shows it, the frame included.

    A task that began before the key was pressed counts as a whole: on a busy machine, all may be done in that one.
    """
    events = json.loads(trace)["traceEvents"]
    marks = [each for each in events if each["name"] == "insert to frame"]
    begun, seen = (sorted(each["ts"] for each in marks if each["ph"] == phase) for phase in "be")
    threads = {(each["pid"], each["tid"]) for each in marks}
    tasks = [
        each
        for each in events
        if each["ph"] == "X" and each["name"].endswith("RunTask") and (each["pid"], each["tid"]) in threads
    ]
    # From version 156 on, Chromium gives some of the shortest tasks (of a µs or two) no time of their thread. The time
    # by the clock, which is never less, stands in for it.
    return [
        sum(each.get("tdur", each["dur"]) for each in tasks if begin < each["ts"] + each["dur"] and each["ts"] <= end)
        / 1_000
        for begin, end in zip(begun, seen, strict=True)
    ]


def slowness(page) -> float:
    """How many times as long as `PROBE_MS` the page's own thread computes at `PROBE`; 1 at least."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def computed() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration") * 1_000

    found = []
    for _ in range(5):
        before = computed()
        page.evaluate(PROBE)
        found.append(computed() - before)
    print(f"\nthe probe took {[int(each) for each in found]} ms")
    return max(1.0, min(found) / PROBE_MS)


@pytest.mark.parametrize("steps", GOALS_MS)
def test_a_step_that_is_inserted_is_seen_at_once(browser, page, serving, steps):
    serving.call(serving.engine.publish(saga(steps)))
    page.add_init_script(CLOCK)
    page.goto("/workflows/shop/long/edit")
    expect(page.get_by_label(f"Step 1 of {steps}: step1")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Valid", exact=True)).to_be_visible(timeout=SLOW_MS)
    slower = slowness(page)
    browser.start_tracing(page=page, categories=TRACED)
    for count in range(1, ROUNDS + 1):
        page.get_by_label(f"Step 2 of {steps}: step2").press("a")
        page.keyboard.type("set data")
        expect(page.get_by_role("option")).to_have_count(1, timeout=SLOW_MS)
        page.keyboard.press("Enter")
        page.wait_for_function("count => shown.length === count", arg=count)
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.get_by_label(f"Step 3 of {steps}: step3")).to_be_visible(timeout=SLOW_MS)
    computed = computed_ms(browser.stop_tracing())
    taken, goal, most = page.evaluate("shown"), GOALS_MS[steps], COMPUTED_MS[steps] * slower
    print(f"{steps} steps: {[int(each) for each in taken]} ms, median {median(taken):.0f} ms (goal {goal})")
    print(f"of which computed: {[int(each) for each in computed]} ms, least {min(computed):.0f} (at most {most:.0f})")
    assert len(computed) == ROUNDS
    assert 0 < min(computed) <= most
    assert median(taken) <= goal * BOUND
