"""An open decision: what is known beside what is not, the options and what each puts under tension."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from sim.tui import ink
from sim.tui.inputs import answer
from sim.tui.panes.base import concerns
from sim.tui.panes.decisions import is_pressing
from sim.tui.row_list import ListRow, RowList
from sim.tui.screens.base import Dialog, keys, mission
from sim.tui.view_model import Row, SeatView

__all__ = ["DecisionDialog"]


class DecisionDialog(Dialog[dict[str, Any]]):
    """The world goes on while it is open. The result is the answer to send."""

    WIDTH = 116

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", show=False, priority=True),
        Binding("left_square_bracket", "other(-1)", "Previous", show=False),
        Binding("right_square_bracket", "other(1)", "Next", show=False),
        Binding("y", "copy", "Copy", show=False),
        *[Binding(str(number), f"number({number})", "", show=False) for number in range(1, 10)],
    ]

    def __init__(self, view: SeatView, key: str = "") -> None:
        super().__init__()
        self._view = view
        open_now = view.open_decisions()
        self._key = key or (str(open_now[0].get("id")) if open_now else "")
        self._over = ""

    def body(self) -> Iterable[Widget]:
        yield Static("", markup=False, id="decision-head")
        with_scroll = VerticalScroll(
            Static("", markup=False, id="decision-text"),
            Horizontal(
                Vertical(Static("", markup=False, id="known"), classes="half"),
                Vertical(Static("", markup=False, id="unknown"), classes="half"),
                id="knowledge",
            ),
            Static("", markup=False, id="considerations"),
            id="decision-scroll",
        )
        with_scroll.can_focus = True
        yield with_scroll
        yield RowList("No options.", id="decision-options")
        yield Static("", markup=False, id="option-text")
        yield Input(placeholder="Why, or with what limits (optional)", compact=True, id="decision-reason")
        yield Static("", markup=False, id="form-problem")

    def opened(self) -> None:
        hints = [("↑↓", "option"), ("^s", "answer"), ("Tab", "reason, text"), ("Esc", "later")]
        if len(self._view.open_decisions()) > 1:
            hints.insert(2, ("[ ]", "other decision"))
        self.foot(keys(*hints))
        self._show()
        self.query_one(RowList).focus()
        self.snug(self.query_one("#decision-scroll"))

    @property
    def decision(self) -> Row | None:
        return self._view.row("decisions", self._key)

    def show_view(self, view: SeatView, changed: frozenset[str]) -> None:
        self._view = view
        if concerns({"decisions", "clock"}, changed):
            self._show()

    def action_other(self, step: int) -> None:
        ids = [str(row.get("id")) for row in self._view.open_decisions()]
        if ids:
            at = ids.index(self._key) if self._key in ids else 0
            self._key = ids[(at + step) % len(ids)]
            self._show()

    def action_number(self, number: int) -> None:
        options = self._options()
        if number <= len(options):
            self.query_one(RowList).highlight(str(options[number - 1].get("id")))
            self._mark()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()
        self._mark()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        # Enter only marks the option: an answer is sent on purpose, with Ctrl+S.
        event.stop()
        self._problem("Press Ctrl+S to answer with this option.", ink.WARN)

    def on_input_submitted(self) -> None:
        self._problem("Press Ctrl+S to answer.", ink.WARN)

    def action_send(self) -> None:
        decision = self.decision
        option = self.query_one(RowList).key
        if decision is None or decision.get("state", "open") != "open":
            self._problem("This decision is no longer open.")
        elif mission(self.frame).link_lost:
            self._problem("The link is lost. Nothing was sent; try again when it is back.")
        elif option:
            self.dismiss(answer(decision, option, self.query_one(Input).value.strip()))

    def copy_text(self) -> str:
        decision = self.decision or {}
        options = "\n".join(f"- {option.get('label')}: {option.get('text') or ''}" for option in self._options())
        return f"{decision.get('title', '')} (due {decision.get('due', '')})\n\n{decision.get('text', '')}\n\n{options}"

    def _options(self) -> list[Row]:
        return list((self.decision or {}).get("options") or [])

    def _show(self) -> None:
        decision = self.decision
        if decision is None:
            self.title_line("Decision")
            self.query_one("#decision-head", Static).update(ink.line(("Nothing waits for your decision.", ink.DIM)))
            return
        self.title_line(str(decision.get("title") or "Decision"))
        self._head(decision)
        self.query_one("#decision-text", Static).update(ink.block(decision.get("text") or ""))
        whole = self._width()
        half = whole // 2 - 2
        self.query_one("#known", Static).update(_list("Known", decision.get("known"), "nothing reported", half))
        self.query_one("#unknown", Static).update(_list("Not known", decision.get("unknown"), "nothing listed", half))
        self.query_one("#considerations", Static).update(_list("Consider", decision.get("considerations"), "", whole))
        self.query_one(RowList).show([self._option(index, row) for index, row in enumerate(self._options(), 1)])
        self._mark()

    def _width(self) -> int:
        return max(min(self.app.size.width * 94 // 100, self.WIDTH) - 5, 40)

    def _head(self, decision: Row) -> None:
        state = str(decision.get("state") or "open")
        if state != "open":
            given = next((row.get("label") for row in self._options() if row.get("id") == decision.get("answer")), "")
            text = ink.line((f"{state.capitalize()}. ", ink.WARN), (str(given or decision.get("answer") or ""), ""))
        else:
            style = ink.ALARM if is_pressing(self._view, decision) else "bold $ink-warn"
            text = ink.line(
                (f"{decision.get('left') or ''} left", style),
                (f"  until {decision.get('due') or ''}", ink.SOFT),
                (f"  for {decision.get('seat_title') or ''}", ink.SOFT),
                ("" if not decision.get("otherwise") else "  If nobody answers: ", ink.SOFT),
                (str(decision.get("otherwise") or ""), ""),
            )
        self.query_one("#decision-head", Static).update(text)

    def _option(self, number: int, option: Row) -> ListRow:
        tensions = ", ".join(str(word) for word in option.get("tensions") or [])
        parts: list[ink.Part] = [
            (f" {number} ", "bold $ink-warn"),
            (str(option.get("label") or option.get("id")), "$ink-strong"),
        ]
        if tensions and ink.line(*parts).cell_length + len(tensions) + 3 <= self._width() - 2:
            parts.append((f"   {tensions}", ink.WARN))
        return ListRow(str(option.get("id")), ink.line(*parts))

    def _mark(self) -> None:
        key = self.query_one(RowList).key
        option = next((row for row in self._options() if row.get("id") == key), None)
        if option is None:
            return
        tensions = ", ".join(str(word) for word in option.get("tensions") or [])
        text = ink.line(
            (str(option.get("text") or ""), ""), (f"  In tension: {tensions}." if tensions else "", ink.SOFT)
        )
        self.query_one("#option-text", Static).update(text)

    def _problem(self, text: str, style: str = ink.ALARM) -> None:
        self.query_one("#form-problem", Static).update(ink.line((text, style)))


def _list(title: str, items: Sequence[object] | None, empty: str, width: int) -> Content:
    rows = [str(item) for item in items or []]
    if not rows and not empty:
        return Content("")
    head = ink.line((title, ink.STRONG))
    return ink.lines([head, *(ink.bullets(rows, width) if rows else [ink.line((empty, ink.DIM))])])
