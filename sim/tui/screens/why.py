"""Asking why: an input like any other, answered from what this seat was told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from sim.tui import ink
from sim.tui.inputs import asked_why
from sim.tui.row_list import ListRow, RowList
from sim.tui.screens.base import Dialog, keys, mission
from sim.tui.view_model import Row, SeatView

__all__ = ["WhyDialog", "questions"]


class WhyDialog(Dialog[None]):
    """Choose what to ask about; the answer stands below."""

    TITLE_TEXT = "Ask why"
    WIDTH = 96

    def __init__(self, view: SeatView, kind: str, key: str) -> None:
        super().__init__()
        self._questions = questions(view, kind, key)
        self._seat = seat_for(view, kind, key)
        self._answer = Content("")

    def body(self) -> Iterable[Widget]:
        yield RowList("Select a place, a unit, an actor or a report first.", id="why-rows")
        scroll = VerticalScroll(Static("", markup=False, id="why-answer"), id="why-scroll")
        scroll.can_focus = True
        yield scroll

    def opened(self) -> None:
        rows = self.query_one(RowList)
        rows.show([ListRow(str(index), ink.line(text)) for index, (text, _, _) in enumerate(self._questions)])
        rows.styles.height = min(max(len(self._questions), 1), 10)
        rows.focus()
        self.foot(keys(("Enter", "ask"), ("^y", "copy the answer"), ("Esc", "close")))
        self._say([ink.line(("The answer comes from your own picture, never from the truth behind it.", ink.DIM))])

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        event.stop()
        self.run_worker(self._ask(*self._questions[int(event.key)]), group="question", exclusive=True)

    async def _ask(self, text: str, subject: str, attribute: str) -> None:
        receipt = await mission(self.frame).send(asked_why(self._seat, subject, attribute), "Question", quiet=True)
        if receipt is None:
            self._say([ink.line(("The link is lost. Nothing was asked.", ink.ALARM))])
        elif not receipt.accepted:
            self._say([ink.line((receipt.reason or "No answer.", ink.ALARM))])
        else:
            lines = [ink.block(line) for line in receipt.answer] or [ink.line(("Nothing is known about it.", ink.DIM))]
            self._say([ink.line((text, ink.STRONG)), *lines])

    def copy_text(self) -> str:
        return self._answer.plain

    def _say(self, rows: Sequence[Content]) -> None:
        self._answer = ink.lines(rows)
        self.query_one("#why-answer", Static).update(self._answer)
        self.query_one("#why-scroll", VerticalScroll).scroll_home(animate=False)


def seat_for(view: SeatView, kind: str, key: str) -> str:
    """Whose picture answers: the seat that got the report, or the first one held."""
    if kind == "report":
        row = view.row("inbox", key)
        if row and row.get("seat"):
            return str(row["seat"])
    return view.first_seat


def questions(view: SeatView, kind: str, key: str) -> list[tuple[str, str, str]]:
    """(question as read, subject, attribute) about what is selected; a report leads to what it is about."""
    asked: list[tuple[str, str, str]] = []
    if kind == "report":
        row = view.row("inbox", key) or {}
        title = str(row.get("title") or "this report").removesuffix("?")
        asked.append((f"Why was I told: {title}?", key, "report"))
        for about in row.get("about") or []:
            asked += _about(view, str(about))
    elif kind and key:
        asked += _about(view, key)
    for figure in view.items("figures"):
        asked.append((f"Why this figure: {figure.get('label')}?", str(figure.get("id")), ""))
    for row in view.rows("objections"):
        asked.append((f"Why does {row.get('unit_name') or row.get('unit')} object?", str(row.get("id")), ""))
    return asked


def _about(view: SeatView, key: str) -> list[tuple[str, str, str]]:
    for table in ("places", "units", "actors", "tasks"):
        row = view.row(table, key)
        if row is not None:
            name = str(row.get("name") or row.get("label") or key)
            asked = [(f"{name}: why do we think so?", key, "")]
            for fact in row.get("facts") or []:
                asked.append(
                    (f"{name}: why {str(fact.get('label')).lower()} {fact.get('text')}?", key, _attribute(fact))
                )
            return asked
    return []


def _attribute(fact: Row) -> str:
    return str(fact.get("attribute") or fact.get("id") or fact.get("label") or "")
