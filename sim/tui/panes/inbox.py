"""Reports as they came in, newest first, with the grade that the sender's desk gave them."""

from __future__ import annotations

from textual.app import ComposeResult

from sim.tui import ink
from sim.tui.glyphs import WGL4, Glyphs
from sim.tui.panes.base import Pane
from sim.tui.row_list import ListRow, RowList
from sim.tui.view_model import Row, SeatView, newest_first

__all__ = ["InboxPane", "report_key", "report_plain_text"]


def report_key(row: Row) -> str:
    """A report's id; the whole team may hold the same number in two seats."""
    return str(row.get("id") or f"{row.get('seat')}:{row.get('order')}")


def report_plain_text(row: Row) -> str:
    """A report as it is copied."""
    head = f"{row.get('when', '')} [{row.get('grade', '')}] {row.get('sender', '')} to {row.get('to', '')}"
    return f"{head}\n{row.get('title', '')}\n\n{row.get('text', '')}".strip()


class InboxPane(Pane):
    """Under day headings: time, urgency or unread mark, grade, sender and title."""

    NUMBER = 3
    HEADING = "Inbox"
    NEEDS = frozenset({"inbox"})

    def __init__(self, glyphs: Glyphs = WGL4, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._view = SeatView()
        self._read: set[str] = set()
        self._started = False

    def compose(self) -> ComposeResult:
        yield RowList("No reports yet.", on_width=lambda _width: self._draw(), id="inbox-rows")

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    def show_view(self, view: SeatView) -> None:
        self._view = view
        if not self._started and not view.empty:
            # Somebody who comes back to a saved game has read what was there; a new game starts unread.
            self._started = True
            if not view.never_run:
                self._read.update(report_key(row) for row in view.rows("inbox"))
        self._draw()

    def unread(self) -> list[Row]:
        return [row for row in newest_first(self._view.rows("inbox")) if report_key(row) not in self._read]

    def mark_read(self, key: str) -> None:
        if key not in self._read:
            self._read.add(key)
            self._draw()

    def mark_all_read(self) -> None:
        self._read.update(report_key(row) for row in self._view.rows("inbox"))
        self._draw()

    def _draw(self) -> None:
        reports = newest_first(self._view.rows("inbox"))
        unread = len(self.unread())
        self.head(f"{unread} unread" if unread else "")
        width = self.rows.columns or 34
        rows: list[ListRow] = []
        day = ""
        for report in reports:
            when = str(report.get("when") or "")
            today, _, time = when.rpartition(" ")
            if today != day:
                day = today
                rule = self.glyphs.rule
                rows.append(
                    ListRow("", ink.line((f"{rule * 2} {day} " + rule * max(width - len(day) - 4, 0), ink.DIM)))
                )
            rows.append(self._row(report, time or when, width))
        self.rows.show(rows)

    def _row(self, report: Row, time: str, width: int) -> ListRow:
        key = report_key(report)
        new = key not in self._read
        urgent = bool(report.get("urgent"))
        mark = self.glyphs.urgent if urgent else self.glyphs.unread if new else self.glyphs.read
        parts: list[ink.Part] = [
            ink.column(time, 5, ink.SOFT),
            " ",
            (mark, ink.ALARM if urgent else ink.UN if new else ink.DIM),
            " ",
            ink.column(report.get("grade") or "", 2, ink.SOFT),
            " ",
        ]
        if width >= 64:
            sender = 20
            parts += [ink.column(report.get("sender") or "", sender, "bold $ink-strong" if new else ink.SOFT), " "]
        parts.append((str(report.get("title") or report.get("text") or ""), "$ink-strong" if new else ""))
        return ListRow(key, ink.line(*parts), report_plain_text(report))
