"""Going through a page by keyboard alone: nothing is focused but by Tab."""

from __future__ import annotations

from typing import Any

STOPS_MAX = 150
_HERE = r"""() => {
  const here = document.activeElement;
  const told = [here.getAttribute("aria-label") ?? "", here.labels?.[0]?.innerText ?? "", here.innerText ?? ""];
  return [here.tagName, ...told.map((each) => each.replace(/\s+/g, " "))];
}"""


def tab_to(page: Any, name: str, tag: str = "") -> None:
    """Press Tab until what has the focus is called so. Fails where it cannot be reached."""
    passed = []
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        here, *told = page.evaluate(_HERE)
        if (not tag or here == tag) and any(name in each for each in told):
            return
        passed.append(f"{here} {' '.join(told)}"[:40])
    raise AssertionError(f"{name!r} is not reached by Tab, but {passed}")


def tab_onto(page: Any, wanted: Any) -> None:
    """Press Tab until it has the focus. Fails where it cannot be reached."""
    wanted.wait_for()
    for _ in range(STOPS_MAX):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")
