"""What is pictured: every page, and what is opened on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from bench.studio.hard import KINDS, LONG, LONG_WORKFLOW

CHECKOUT = "/workflows/shop/checkout"
EDIT = f"{CHECKOUT}/edit?version=1.0.0"
HARD = f"/workflows/hard/{LONG_WORKFLOW}"
TRIP = "/workflows/processes/travel-booking/edit"
ORDER = "/instances/order-1003"
PANEL = "Inspector"
TOKEN = "a-token-for-pictures"
HOURS_LATER = 50
"""By then what waits has waited for too long."""


def nothing(_: Page) -> None:
    """Shows the page as it is."""


@dataclass(frozen=True)
class Scene:
    """A page, what is done on it before it is pictured, and where."""

    path: str
    act: Callable[[Page], Any] = nothing
    main: bool = False
    """Whether it is pictured at every width."""
    bare: bool = False
    """Whether the server asks for a token, and nothing is on it."""
    later: bool = False
    """Whether `HOURS_LATER` have passed for the browser."""


def scenes() -> dict[str, Scene]:
    """By name, in the order of the pages."""
    return dict([*_workflows(), *_designer(), *_panels(), *_trials(), *_instances(), *_others(), *_bare()])


def _workflows() -> Iterator[tuple[str, Scene]]:
    compare = f"{CHECKOUT}/compare/1.0.0...1.1.0"
    yield "workflows", Scene("/workflows", main=True)
    yield "workflows-none", Scene("/workflows?q=nothing")
    yield "workflow", Scene(CHECKOUT, main=True)
    yield "workflow-long", Scene(HARD)
    yield "workflow-missing", Scene("/workflows/shop/none")
    yield "workflow-menu", Scene(CHECKOUT, button("What to do with 1.0.0"))
    yield "deprecate", Scene(CHECKOUT, each(button("What to do with 1.0.0"), item("Deprecate …")))
    yield "retire", Scene(CHECKOUT, each(button("What to do with 1.0.0"), item("Retire …")))
    yield "start", Scene(f"{CHECKOUT}?start=1", main=True)
    yield "start-faults", Scene(f"{CHECKOUT}?start=1", in_dialog("Start"))
    yield "start-json", Scene(f"{CHECKOUT}?start=1", in_dialog("JSON"))
    yield "compare", Scene(compare, compared, main=True)
    yield "compare-text", Scene(f"{compare}?view=text", compared, main=True)
    yield "compare-same", Scene(f"{CHECKOUT}/compare/1.0.0...1.0.0", compared)
    yield "new", Scene("/workflows/new", main=True)


def _designer() -> Iterator[tuple[str, Scene]]:
    charge = f"{EDIT}&sel=/do/1/chargePayment"
    text = f"{EDIT}&yaml=1&sel=/do/3/scheduleDelivery"
    yield "design-workflow", Scene(EDIT, main=True)
    for tab in ("Data", "Parts", "Running"):
        yield f"design-workflow-{tab.lower()}", Scene(EDIT, panel_tab(tab))
    yield "design", Scene(charge, main=True)
    yield "design-data", Scene(charge, panel_tab("Data"))
    yield "design-undo", Scene(charge, panel_tab("Undo"))
    yield "design-undo-step", Scene(f"{charge}/compensate/do/0/refundPayment")
    yield "design-insert", Scene(EDIT, button("Insert a step between createOrder and chargePayment"))
    yield "design-expression", Scene(text.replace("&yaml=1", ""), written)
    yield "design-operation", Scene("/workflows/shop/kinds/edit?sel=/do/1/operation", operation)
    yield "text", Scene(text, main=True)
    yield "text-completion", Scene(text, completion)
    yield "text-problems", Scene(text, typed("- tell:\n    cal: http\n    with: { method: post }\n"))
    yield "text-broken", Scene(text, typed("- tell: {{\n"))
    yield "publish", Scene(text, each(typed("- pause: { wait: { seconds: 1 } }\n"), button("Publish"), proposed))
    yield "long", Scene(f"{HARD}/edit?sel=/do/0/{LONG}")
    yield "many", Scene("/workflows/hard/many/edit")
    yield "trip", Scene(f"{TRIP}?sel=/do/1/bookEverything", main=True)
    yield "empty", Scene("/workflows/new?template=blank")
    yield "palette", Scene(EDIT, lambda page: page.keyboard.press("Control+k"))
    yield "keys", Scene(EDIT, lambda page: page.get_by_role("button", name="Keys", exact=True).click())


def _panels() -> Iterator[tuple[str, Scene]]:
    for index, name in enumerate(KINDS):
        yield f"panel-{name}", Scene(f"/workflows/shop/kinds/edit?sel=/do/{index}/{name}")


def _trials() -> Iterator[tuple[str, Scene]]:
    delivery = f"{EDIT}&mode=whatif&sel=/do/3/scheduleDelivery"
    confirm = f"{TRIP}?mode=whatif&sel=/do/2/confirmTrip"
    yield "what-if-nothing", Scene(f"{EDIT}&mode=whatif")
    yield "what-if", Scene(delivery, told, main=True)
    yield "what-if-stuck", Scene(confirm, lambda page: page.get_by_label("The first undo fails too").check())
    yield "what-if-trip", Scene(confirm, told)
    yield "verify-good", Scene(delivery, verified)
    yield "verify", Scene("/workflows/hard/trip-left-open/edit?mode=whatif", each(verified, finding))
    yield "debug", Scene(f"{EDIT}&mode=debug&sel=/do/1/chargePayment")
    yield "debug-stopped", Scene(f"{EDIT}&mode=debug", stopped, main=True)


def _instances() -> Iterator[tuple[str, Scene]]:
    stuck = "/instances/parcel-1"
    yield "instances", Scene("/instances", main=True)
    yield "instances-narrowed", Scene("/instances?status=faulted&since=1h&saga=compensated")
    yield "instances-found", Scene("/instances?find=order-1003")
    yield "instances-none", Scene("/instances?status=cancelled")
    yield "instances-columns", Scene("/instances", lambda page: page.get_by_text("Columns", exact=True).click())
    yield "completed", Scene("/instances/order-1001")
    yield "undone", Scene(ORDER, main=True)
    yield "undone-step", Scene(f"{ORDER}?sel=/do/1/chargePayment")
    yield "past", Scene(f"{ORDER}?at=4", main=True)
    yield "fork", Scene(f"{ORDER}?at=3", button("Run again from here"))
    yield "timeline", Scene(f"{ORDER}?view=timeline", main=True)
    yield "timeline-retries", Scene("/instances/price-1?view=timeline")
    yield "events", Scene(f"{ORDER}?view=events", main=True)
    yield "instance-debug", Scene("/instances/approval-1?debug=1")
    yield "waiting", Scene("/instances/approval-1")
    yield "retrying", Scene("/instances/price-1")
    yield "suspended", Scene("/instances/approval-2")
    yield "stuck", Scene(stuck, main=True)
    yield "failed-long", Scene(f"/instances/{LONG_WORKFLOW}-in-rotterdam")
    yield "missing", Scene("/instances/none")


def _others() -> Iterator[tuple[str, Scene]]:
    yield "attention", Scene("/attention", main=True)
    yield "attention-confirm", Scene("/attention", repair)
    yield "attention-waits", Scene("/attention", to_end, later=True)
    yield "insights", Scene("/insights", main=True)
    yield "insights-end", Scene("/insights", to_end, main=True)
    yield "insights-workflow", Scene("/insights?workflow=shop/checkout")
    yield "insights-none", Scene("/insights?workflow=hard/many")
    yield "no-page", Scene(f"{CHECKOUT}/nowhere")


def _bare() -> Iterator[tuple[str, Scene]]:
    yield "token", Scene("/workflows", bare=True)
    yield "token-wrong", Scene("/workflows", token("not-the-right-one"), bare=True)
    for name in ("workflows", "instances", "attention", "insights"):
        yield f"{name}-empty", Scene(f"/{name}", token(TOKEN), bare=True)


def each(*acts: Callable[[Page], Any]) -> Callable[[Page], None]:
    """One after the other."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def button(name: str) -> Callable[[Page], Any]:
    """Presses it."""
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def item(name: str) -> Callable[[Page], Any]:
    """Chooses it from the menu."""
    return lambda page: page.get_by_role("menuitem", name=name).click()


def in_dialog(name: str) -> Callable[[Page], Any]:
    """Presses that button of the dialog."""
    return lambda page: page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def panel_tab(name: str) -> Callable[[Page], Any]:
    """Turns the panel to it."""
    return lambda page: page.get_by_label(PANEL).get_by_role("tab", name=name).click()


def typed(text: str) -> Callable[[Page], None]:
    """Types it behind the last step, above what the workflow gives."""

    def act(page: Page) -> None:
        editor = page.get_by_label("The document as YAML")
        editor.click()
        page.keyboard.press("Control+End")
        for _ in range(2):
            page.keyboard.press("ArrowUp")
        page.keyboard.press("Home")
        page.keyboard.insert_text(text)

    return act


def completion(page: Page) -> None:
    """Shows what can be written next."""
    typed("- tell:\n    call: http\n    ")(page)
    page.keyboard.press("Control+Space")


def written(page: Page) -> None:
    """Writes an expression, where a member and a function are offered."""
    page.get_by_role("button", name="Add Only if").click()
    field = page.get_by_label("Only if", exact=True)
    field.fill("")
    field.press_sequentially(".")


SERVICE = """openapi: 3.1.0
info: { title: Payments, version: '2' }
paths:
  /charges:
    get: { operationId: listCharges, summary: List what was charged }
    post: { operationId: charge, summary: Take money, x-compensate: refund }
  /refunds:
    post: { operationId: refund, summary: Give money back }
"""


def operation(page: Page) -> None:
    """Chooses among the operations of a service."""
    page.get_by_role("button", name="Choose another operation").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("or give the document itself").click()
    dialog.get_by_label("or its text").fill(SERVICE)
    dialog.get_by_role("button", name="Read the text").click()


def proposed(page: Page) -> None:
    """Waits until a number is."""
    page.get_by_role("dialog").get_by_label("Version", exact=True).wait_for(timeout=60_000)


def compared(page: Page) -> None:
    """Waits until it is."""
    page.get_by_text("Comparing").wait_for(state="hidden", timeout=60_000)


def told(page: Page) -> None:
    """Waits until what would happen is."""
    page.get_by_label("What happens").wait_for(timeout=60_000)


def verified(page: Page) -> None:
    """Verifies, to the end."""
    page.get_by_role("button", name="Verify").click()
    page.get_by_label("Verification").get_by_role("status").wait_for(timeout=60_000)


def finding(page: Page) -> None:
    """Opens the first one."""
    page.get_by_label("Verification").get_by_role("group").first.locator("summary").click(timeout=60_000)


def stopped(page: Page) -> None:
    """Debugs, to a breakpoint."""
    page.get_by_label("Step 2 of").press("b")
    page.get_by_role("button", name="Start debugging").click()
    page.get_by_role("button", name="Continue").click()


def repair(page: Page) -> None:
    """Asks what would be done about the first cause."""
    cause = page.get_by_role("article").first
    cause.get_by_text("Which one").click()
    cause.get_by_label("Reason").fill("the carrier was called")
    cause.get_by_role("button", name="Leave it").click()


def to_end(page: Page) -> None:
    """Scrolls down."""
    page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")


def token(value: str) -> Callable[[Page], None]:
    """Gives it to the studio."""

    def act(page: Page) -> None:
        page.get_by_label("API token").fill(value)
        page.keyboard.press("Enter")

    return act
