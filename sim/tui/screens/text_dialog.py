"""Dialogs that only show: a report, the answer to a why, the log; and one to choose from a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from sim.tui import ink
from sim.tui.panes.inbox import report_key, report_plain_text
from sim.tui.row_list import ListRow, RowList
from sim.tui.screens.base import Dialog, keys
from sim.tui.screens.help import grade_words
from sim.tui.view_model import SeatView, newest_first

__all__ = ["PickDialog", "ReaderDialog", "TextDialog"]


class TextDialog(Dialog[None]):
    """A text to scroll and copy."""

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title, self._text = title, text

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", show=False),
        Binding("q,enter", "close", "Close", show=False),
    ]

    def body(self) -> Iterable[Widget]:
        scroll = VerticalScroll(Static(self._text, markup=False, id="text"), classes="page-scroll")
        scroll.can_focus = True
        yield scroll

    def opened(self) -> None:
        self.title_line(self._title)
        self.foot(keys(("y", "copy"), ("Esc", "close")))
        self.query_one(VerticalScroll).focus()

    def put(self, text: Content) -> None:
        self._text = text
        self.query_one("#text", Static).update(text)

    def copy_text(self) -> str:
        return self._text.plain


class ReaderDialog(Dialog[tuple[str, str]]):
    """The inbox, one report at a time. Its result asks the main screen for something: why, or a place to show."""

    TITLE_TEXT = "Report"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right,l", "turn(1)", "Older", show=False),
        Binding("p,left,h", "turn(-1)", "Newer", show=False),
        Binding("y", "copy", "Copy", show=False),
        Binding("w", "ask('why')", "Why", show=False),
        Binding("m", "ask('map')", "Map", show=False),
        Binding("r", "ask('request')", "Ask", show=False),
        Binding("q,enter", "close", "Close", show=False),
    ]

    def __init__(self, view: SeatView, key: str, read: Callable[[str], None]) -> None:
        super().__init__()
        self._reports = newest_first(view.rows("inbox"))
        ids = [report_key(row) for row in self._reports]
        self._index = ids.index(key) if key in ids else 0
        self._read = read

    def body(self) -> Iterable[Widget]:
        scroll = VerticalScroll(Static("", markup=False, id="text"), classes="page-scroll")
        scroll.can_focus = True
        yield scroll

    def opened(self) -> None:
        self.foot(
            keys(
                ("n", "older"),
                ("p", "newer"),
                ("w", "why"),
                ("r", "ask"),
                ("m", "map"),
                ("y", "copy"),
                ("Esc", "close"),
            )
        )
        self.query_one(VerticalScroll).focus()
        self._show()

    def action_turn(self, step: int) -> None:
        self._index = min(max(self._index + step, 0), len(self._reports) - 1)
        self._show()

    def action_ask(self, what: str) -> None:
        if self._reports:
            self.dismiss((what, report_key(self._reports[self._index])))

    def copy_text(self) -> str:
        return report_plain_text(self._reports[self._index]) if self._reports else ""

    def _show(self) -> None:
        if not self._reports:
            self.query_one("#text", Static).update(ink.line(("No reports yet.", ink.DIM)))
            return
        row = self._reports[self._index]
        self._read(report_key(row))
        self.title_line(f"Report {len(self._reports) - self._index} of {len(self._reports)}")
        grade = str(row.get("grade") or "")
        words = grade_words(grade)
        rows = [
            ink.line(("URGENT  " if row.get("urgent") else "", ink.ALARM), (str(row.get("title") or ""), ink.STRONG)),
            Content(""),
            ink.line(ink.column("From", 9, ink.SOFT), str(row.get("sender") or "")),
            ink.line(ink.column("To", 9, ink.SOFT), str(row.get("to") or "")),
            ink.line(ink.column("When", 9, ink.SOFT), str(row.get("when") or "")),
        ]
        if grade:
            rows.append(
                ink.line(ink.column("Grade", 9, ink.SOFT), (grade, "bold"), (f"  {words}" if words else "", ink.SOFT))
            )
        rows += [Content(""), ink.block(row.get("text") or row.get("title") or "")]
        self.query_one("#text", Static).update(ink.lines(rows))
        self.query_one(VerticalScroll).scroll_home(animate=False)


class PickDialog(Dialog[str]):
    """Type a few letters, choose with Enter. The result is the chosen key."""

    WIDTH = 64

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Next", show=False, priority=True),
        Binding("up", "step(-1)", "Previous", show=False, priority=True),
    ]

    def __init__(self, title: str, entries: Sequence[ListRow], placeholder: str = "Type to find") -> None:
        super().__init__()
        self._title, self._entries, self._placeholder = title, list(entries), placeholder

    def body(self) -> Iterable[Widget]:
        yield Input(placeholder=self._placeholder, compact=True, id="pick-input")
        yield RowList("Nothing found.", id="pick-rows")

    def opened(self) -> None:
        self.title_line(self._title)
        self.foot(keys(("↑↓", "choose"), ("Enter", "take it"), ("Esc", "close")))
        self.query_one(RowList).show(self._entries)
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        words = event.value.casefold().split()
        rows = [row for row in self._entries if all(word in row.content.plain.casefold() for word in words)]
        self.query_one(RowList).show(rows)

    def on_input_submitted(self) -> None:
        key = self.query_one(RowList).key
        if key:
            self.dismiss(key)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.dismiss(event.key)

    def action_step(self, step: int) -> None:
        self.query_one(RowList).action_move(step)
