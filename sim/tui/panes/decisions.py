"""What waits for an answer: decisions with their deadline and owner, contingents that object."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from sim.tui import ink
from sim.tui.panes.base import Pane, TextLine
from sim.tui.view_model import Row, SeatView

__all__ = ["DecisionsPane", "is_pressing"]

PRESSING_TICKS = 30 * 60 * 1000


def is_pressing(view: SeatView, decision: Row) -> bool:
    """Less than half a simulated hour is left."""
    left = int(decision.get("due_tick") or 0) - int(view.clock.get("tick") or 0)
    return left <= PRESSING_TICKS


class DecisionsPane(Pane):
    """Always visible; one line, in a frame when there is room."""

    HEADING = "Decisions due"
    NEEDS = frozenset({"decisions", "objections", "clock", "seat"})

    DEFAULT_CSS = """
    DecisionsPane { height: 3; }
    DecisionsPane TextLine { background: $ground; text-wrap: nowrap; text-overflow: ellipsis; }
    DecisionsPane.-flat { height: 1; border: none; }
    """

    def compose(self) -> ComposeResult:
        yield TextLine(id="decision-line")

    def on_mount(self) -> None:
        self.border_title = ink.line(self.HEADING)

    def show_view(self, view: SeatView) -> None:
        pieces = [self._decision(view, row) for row in view.open_decisions()]
        pieces += [self._objection(row) for row in view.open_objections()]
        if not pieces:
            pieces = [ink.line(("Nothing waits for your decision.", ink.DIM))]
        self.query_one(TextLine).put(ink.line(" ", Content("   ").join(pieces)))

    def _decision(self, view: SeatView, row: Row) -> Content:
        pressing = is_pressing(view, row)
        due = str(row.get("due") or "").rpartition(" ")[2]
        mine = str(row.get("seat")) in view.seat_ids
        owner = "yours" if mine and not view.whole_team else str(row.get("seat_title") or "")
        if self.app.size.width < 100:
            owner = ""
        return ink.line(
            (due, ink.ALARM if pressing else "bold $ink-warn"),
            " ",
            (str(row.get("title") or ""), "$ink-strong"),
            (f" {row.get('left') or ''} left", ink.ALARM if pressing else ink.WARN),
            (f", {owner}" if owner else "", ink.SOFT),
        )

    def _objection(self, row: Row) -> Content:
        return ink.line(
            ("objects ", "bold $ink-warn"),
            (str(row.get("unit_name") or row.get("unit") or ""), "$ink-strong"),
            (f" ({row.get('state')})", ink.SOFT),
        )
