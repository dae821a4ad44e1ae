"""A first start: the warning, the read-ahead, the choice of what to lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from sim.tui import ink
from sim.tui.panes.banner import Banner
from sim.tui.row_list import ListRow, RowList
from sim.tui.screens.base import Dialog, Page, keys
from sim.tui.view_model import Row, SeatView

__all__ = ["ReadAheadDialog", "ReadAheadScreen", "SeatChoiceScreen", "WarningScreen", "chapters_for"]

WHOLE_TEAM = "*"


class WarningScreen(Page[bool]):
    """What the exercise contains, and that nobody endorses it. One key goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "go_on", "Go on", show=False),
        Binding("q,escape,ctrl+q", "leave", "Leave", show=False),
    ]

    def __init__(self, exercise: Row) -> None:
        super().__init__()
        self._exercise = exercise

    def compose(self) -> ComposeResult:
        exercise = self._exercise
        yield Banner()
        with Vertical(classes="page-card") as card:
            card.border_subtitle = keys(("Enter", "go on"), ("q", "leave"))
            with VerticalScroll(classes="page-scroll"):
                rows = [
                    ink.line((str(exercise.get("title") or "Exercise"), "bold $ink-warn")),
                    ink.line((str(exercise.get("mission") or ""), ink.SOFT)),
                    Content(""),
                    ink.block(exercise.get("summary") or ""),
                    Content(""),
                    ink.line(("Before you start", ink.STRONG)),
                    ink.block(exercise.get("warning") or "This exercise deals with violence against civilians."),
                    Content(""),
                    ink.block(exercise.get("endorsement") or "Not endorsed by the United Nations.", ink.SOFT),
                ]
                yield Static(ink.lines(rows), markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_go_on(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


def _chapter(chapter: Row, index: int, total: int) -> Content:
    return ink.lines(
        [
            ink.line((f"{index + 1} of {total}", ink.DIM)),
            ink.line((str(chapter.get("title") or ""), "bold $ink-warn")),
            Content(""),
            ink.block(chapter.get("text") or ""),
        ]
    )


class ReadAheadScreen(Page[bool]):
    """The briefing, a page at a time; Esc skips it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space,n,l", "turn(1)", "Next", show=False),
        Binding("left,backspace,p,h", "turn(-1)", "Back", show=False),
        Binding("escape", "skip", "Skip", show=False),
    ]

    def __init__(self, chapters: Sequence[Row]) -> None:
        super().__init__()
        self._chapters = list(chapters)
        self._index = 0

    def compose(self) -> ComposeResult:
        yield Banner()
        with Vertical(classes="page-card") as card:
            card.border_title = ink.line("Read-ahead")
            card.border_subtitle = keys(("Enter", "next"), ("←", "back"), ("Esc", "skip"))
            with VerticalScroll(classes="page-scroll"):
                yield Static("", markup=False, id="chapter")

    def on_mount(self) -> None:
        self._show()
        self.query_one(VerticalScroll).focus()

    def action_turn(self, step: int) -> None:
        index = self._index + step
        if index >= len(self._chapters):
            self.dismiss(True)
        elif index >= 0:
            self._index = index
            self._show()

    def action_skip(self) -> None:
        self.dismiss(True)

    def _show(self) -> None:
        chapter = _chapter(self._chapters[self._index], self._index, len(self._chapters))
        self.query_one("#chapter", Static).update(chapter)
        self.query_one(VerticalScroll).scroll_home(animate=False)


class ReadAheadDialog(Dialog[None]):
    """The whole briefing again, during play."""

    TITLE_TEXT = "Read-ahead"

    def __init__(self, chapters: Sequence[Row], note: str = "") -> None:
        super().__init__()
        self._chapters, self._note = list(chapters), note

    def body(self) -> Iterable[Widget]:
        total = len(self._chapters)
        texts = [_chapter(chapter, index, total) for index, chapter in enumerate(self._chapters)]
        if self._note:
            texts.append(ink.block(self._note, ink.DIM))
        text = Content("\n\n").join(texts) if texts else ink.line(("This scenario has no read-ahead.", ink.DIM))
        self._text = text
        scroll = VerticalScroll(Static(text, markup=False), classes="page-scroll")
        scroll.can_focus = True
        yield scroll

    def opened(self) -> None:
        self.foot(keys(("↑↓", "scroll"), ("Esc", "close")))
        self.query_one(VerticalScroll).focus()

    def copy_text(self) -> str:
        return self._text.plain


def chapters_for(exercise: Row, seats: Sequence[str]) -> list[Row]:
    """The read-ahead of everybody, and the pages of these seats."""
    mine = set(seats)
    return [
        chapter
        for chapter in exercise.get("readahead") or []
        if not chapter.get("seats") or mine & set(chapter["seats"])
    ]


class SeatChoiceScreen(Page[str]):
    """The whole team, or one seat; the others follow their standing orders."""

    # Escape skipped the pages before: once too often must not end the program.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,ctrl+q", "leave", "Leave", show=False)]

    def __init__(self, view: SeatView) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        yield Banner()
        with Vertical(classes="page-card") as card:
            card.border_title = ink.line("What will you lead?")
            card.border_subtitle = keys(("↑↓", "choose"), ("Enter", "take it"), ("q", "leave"))
            yield Static(
                ink.lines(
                    [
                        ink.line("Take the whole leadership team, or one seat of it."),
                        ink.line(("Seats that nobody holds follow their standing orders.", ink.SOFT)),
                        Content(""),
                    ]
                ),
                markup=False,
            )
            yield RowList(id="seat-rows")

    def on_mount(self) -> None:
        rows = [
            ListRow(
                WHOLE_TEAM, ink.line(("The whole team", ink.STRONG), ("  recommended when you play alone", ink.SOFT))
            )
        ]
        for seat in self._view.rows("seats"):
            if seat.get("outside"):
                # Control plays those who stand outside the mission.
                continue
            taken = "  taken" if seat.get("held") and not seat.get("by_me") else ""
            text = ink.line(str(seat.get("title") or seat.get("id")), (taken, ink.DIM))
            rows.append(ListRow(str(seat.get("id")), text))
        seats = self.query_one(RowList)
        seats.show(rows)
        seats.focus()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.dismiss(event.key)

    def action_leave(self) -> None:
        self.dismiss("")
