"""The end: first a question to the player, then the story, the numbers, the causes."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from sim.tui import ink
from sim.tui.panes.banner import Banner
from sim.tui.screens.base import Page, keys, mission
from sim.tui.view_model import Row, SeatView

__all__ = ["EndingScreen", "ending_sections"]

SECTIONS = ("What happened", "The numbers", "The causes")


class EndingScreen(Page[str]):
    """Nothing is shown before the question was answered or passed over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "answer", "Answer", show=False, priority=True),
        Binding("1,s", "section(0)", "Story", show=False),
        Binding("2,n", "section(1)", "Numbers", show=False),
        Binding("3,c", "section(2)", "Causes", show=False),
        Binding("tab,right", "turn(1)", "Next", show=False),
        Binding("shift+tab,left", "turn(-1)", "Previous", show=False),
        Binding("m,escape", "map", "Map", show=False),
        Binding("y,ctrl+y", "copy", "Copy", show=False),
        Binding("q,ctrl+q", "leave", "Leave", show=False),
    ]

    def __init__(self, view: SeatView, *, asked: bool = False) -> None:
        super().__init__()
        self._view = view
        self._asked = asked
        self._section = 0

    def compose(self) -> ComposeResult:
        ending = self._view.ending or {}
        yield Banner()
        with Vertical(classes="page-card ending") as card:
            card.border_title = ink.line("The exercise has ended")
            yield Static(
                ink.line((str(ending.get("question") or "What would you do differently?"), ink.STRONG)),
                markup=False,
                id="ending-question",
            )
            yield TextArea(
                placeholder="Think first: what follows is only the model's answer.",
                compact=True,
                id="ending-answer",
                highlight_cursor_line=False,
            )
            yield Static("", markup=False, id="ending-tabs")
            with VerticalScroll(id="ending-scroll", can_focus=True):
                yield Static("", markup=False, id="ending-text")

    def on_mount(self) -> None:
        self._stage()

    def take(self, view: SeatView, changed: frozenset[str]) -> None:
        self._view = view
        if self._asked and not changed.isdisjoint({"ending", "*"}):
            self._show()

    def action_answer(self) -> None:
        if self._asked:
            return
        app = mission(self.query_one(Banner))
        app.reflection = self.query_one(TextArea).text.strip()
        self._asked = True
        self._stage()

    def action_section(self, section: int) -> None:
        if self._asked:
            self._section = section
            self._show()

    def action_turn(self, step: int) -> None:
        if self._asked:
            self.action_section((self._section + step) % len(SECTIONS))

    def action_map(self) -> None:
        self.dismiss("map")

    def action_leave(self) -> None:
        self.dismiss("leave")

    def action_copy(self) -> None:
        if self._asked:
            app = mission(self.query_one(Banner))
            sections = ending_sections(self._view.ending or {}, own_words=app.reflection)
            app.copy("\n\n".join(section.plain for section in sections))

    def _stage(self) -> None:
        """Either the question or the answer of the model, never both."""
        asked = self._asked
        self.query_one("#ending-question").display = not asked
        self.query_one("#ending-answer").display = not asked
        self.query_one("#ending-tabs").display = asked
        self.query_one("#ending-scroll").display = asked
        card = self.query_one(".page-card")
        if asked:
            card.border_subtitle = keys(
                ("1 2 3", "story, numbers, causes"), ("↑↓", "scroll"), ("y", "copy"), ("m", "map"), ("q", "leave")
            )
            self._show()
            self.query_one("#ending-scroll").focus()
        else:
            card.border_subtitle = keys(("^s", "go on; empty is allowed"), ("Esc", "map"))
            self.query_one(TextArea).focus()

    def _show(self) -> None:
        tabs: list[ink.Part] = []
        for index, name in enumerate(SECTIONS):
            here = index == self._section
            tabs += [(f" {index + 1} ", "bold $ink-warn"), (f"{name} ", "bold reverse" if here else ink.SOFT), "  "]
        self.query_one("#ending-tabs", Static).update(ink.line(*tabs))
        width = max(min(self.app.size.width * 96 // 100, 116) - 8, 40)
        words = mission(self.query_one(Banner)).reflection
        sections = ending_sections(self._view.ending or {}, width, words)
        self.query_one("#ending-text", Static).update(sections[self._section])
        self.query_one("#ending-scroll", VerticalScroll).scroll_home(animate=False)


def ending_sections(ending: Row, width: int = 100, own_words: str = "") -> list[Content]:
    """Story, numbers and causes; the player's own words stand above the model's."""
    story = [ink.line((str(ending.get("headline") or ""), ink.STRONG)), Content("")]
    if own_words:
        story += [*ink.hanging(ink.line(("You wrote  ", ink.UN)), ink.block(own_words), width), Content("")]
    for entry in ending.get("story") or []:
        head = ink.line(ink.column(entry.get("when") or "", 10, "$ink-warn"), "  ")
        story += ink.hanging(head, ink.line(str(entry.get("text") or "")), width)
    story += _where(ending)
    numbers: list[Content] = []
    label = min(44, width // 2)
    for entry in ending.get("numbers") or []:
        head = ink.line(ink.column(entry.get("label") or "", label, ink.SOFT), "  ")
        note = f"  {entry['note']}" if entry.get("note") else ""
        numbers += ink.hanging(head, ink.line((str(entry.get("text") or ""), ink.STRONG), (note, ink.DIM)), width)
    causes: list[Content] = [
        ink.line(("In this model; another exercise of the same plan goes another way.", ink.DIM)),
        Content(""),
    ]
    for cause in ending.get("causes") or []:
        causes.append(ink.line((str(cause.get("title") or ""), ink.STRONG)))
        for text in cause.get("lines") or []:
            # A line that is set in goes on from the one above it.
            head = Content("    ") if str(text)[:1].isspace() else ink.line(("• ", ink.DIM))
            causes += ink.hanging(head, ink.line(str(text).strip()), width)
        causes.append(Content(""))
    return [ink.lines(rows) if rows else Content("") for rows in (story, numbers, causes)]


def _where(ending: Row) -> list[Content]:
    rows = [Content("")]
    if ending.get("path"):
        rows.append(ink.line(("Saved in ", ink.SOFT), str(ending["path"])))
    if ending.get("resume"):
        rows.append(ink.line(("Open it again with ", ink.SOFT), str(ending["resume"])))
    return rows
