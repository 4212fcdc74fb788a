"""Marks for what people see at a glance: each state has a mark and a word, so that colour is never all there is."""

from __future__ import annotations

from typing import Final, NamedTuple


class Glyphs(NamedTuple):
    """One mark for each state; all are as wide as `blank`, and a terminal shows them one column a character."""

    pending: str
    running: str
    waiting: str
    retrying: str
    completed: str
    faulted: str
    cancelled: str
    skipped: str
    undo: str
    suspended: str
    spinner: str
    """The frames of the mark of what is running."""
    blank: str = "  "
    ellipsis: str = "…"
    dash: str = "–"
    bullet: str = "·"


UNICODE: Final = Glyphs(
    pending="· ",
    running="▶ ",
    waiting="◷ ",
    retrying="↻ ",
    completed="✔ ",
    faulted="✘ ",
    cancelled="⊘ ",
    skipped="– ",
    undo="◀◀",
    suspended="‖ ",
    spinner="⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏",
)
ASCII: Final = Glyphs(
    pending=". ",
    running="> ",
    waiting="~ ",
    retrying="@ ",
    completed="+ ",
    faulted="x ",
    cancelled="/ ",
    skipped="- ",
    undo="<<",
    suspended="= ",
    spinner="|/-\\",
    ellipsis="...",
    dash="-",
    bullet="-",
)


def glyphs_for(encoding: str | None) -> Glyphs:
    """The richest marks that a stream of this encoding can write."""
    try:
        "".join(UNICODE).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE
