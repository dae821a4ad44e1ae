"""Units where they are reported to be, and what became of each direction, order and request."""

from __future__ import annotations

from textual.app import ComposeResult

from sim.tui import ink
from sim.tui.glyphs import WGL4, Glyphs
from sim.tui.panes.base import Pane
from sim.tui.row_list import ListRow, RowList
from sim.tui.view_model import Row, SeatView

__all__ = ["UnitsPane", "task_style", "unit_symbol", "words"]

_TASK_STYLES = {
    "sent": ink.SOFT,
    "received": ink.SOFT,
    "preparing": ink.WARN,
    "under way": ink.UN,
    "done": ink.GOOD,
    "refused": ink.ALARM,
    "objected": ink.ALARM,
    "cancelled": ink.DIM,
}
STATE = 11
_OVER = ("done", "refused", "cancelled")


def task_style(state: object) -> str:
    return _TASK_STYLES.get(str(state), "")


def unit_symbol(row: Row, glyphs: Glyphs) -> str:
    if row.get("side") == "un" and row.get("glyph_kind") == "police":
        return glyphs.police
    if row.get("side") == "un" and row.get("glyph_kind") == "air":
        return glyphs.air
    return glyphs.sides.get(str(row.get("side")), glyphs.sides["un"])


class UnitsPane(Pane):
    """What is asked for and not done yet, own units by place, what others are reported to have, what is over."""

    NUMBER = 2
    HEADING = "Units and tasks"
    NEEDS = frozenset({"units", "tasks"})

    def __init__(self, glyphs: Glyphs = WGL4, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._view = SeatView()

    def compose(self) -> ComposeResult:
        yield RowList("No units reported.", on_width=lambda _width: self._draw(), id="unit-rows")

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    def show_view(self, view: SeatView) -> None:
        self._view = view
        self._draw()

    def _draw(self) -> None:
        width = self.rows.columns or 36
        units = self._view.rows("units")
        own = [row for row in units if row.get("side") == "un"]
        others = [row for row in units if row.get("side") != "un"]
        tasks = sorted(self._view.rows("tasks"), key=lambda row: (row.get("state") in _OVER, -(row.get("order") or 0)))
        rows: list[ListRow] = []
        rows += self._tasks(
            [row for row in tasks if row.get("state") not in _OVER], "Directions, orders, requests", width
        )
        for place, here in _by_place(own).items():
            rows.append(_heading(ink.column(place, width)))
            rows += [self._unit_row(row, width, "task") for row in here]
        if others:
            rows.append(_heading(ink.column("Others, as reported", width)))
            rows += [self._unit_row(row, width, "where") for row in others]
        rows += self._tasks([row for row in tasks if row.get("state") in _OVER], "Done or given up", width)
        waiting = sum(row.get("state") not in _OVER for row in tasks)
        self.head(f"{waiting} open" if waiting else "")
        self.rows.show(rows)

    def _tasks(self, tasks: list[Row], title: str, width: int) -> list[ListRow]:
        if not tasks:
            return []
        return [_heading(ink.column(title, width)), *(self._task_row(row, width, STATE) for row in tasks)]

    def _unit_row(self, row: Row, width: int, second: str) -> ListRow:
        """A unit with its task, or with the place where somebody saw it."""
        aside = max(min(width * 2 // 5, 20), 12)
        text = row.get("task") or row.get("posture") if second == "task" else row.get("where")
        style = ink.SIDE_STYLES.get(str(row.get("side")), ink.UN)
        mine = bool(row.get("mine"))
        parts: list[ink.Part] = [
            (unit_symbol(row, self.glyphs), style),
            " ",
            ink.column(row.get("name") or row.get("id"), width - aside - 3, "$ink-strong" if mine else ""),
            " ",
            ink.column(words(text), aside, "" if mine else ink.SOFT),
        ]
        copied = " | ".join(str(row.get(part) or "") for part in ("name", "where", "task", "state", "strength"))
        return ListRow(f"unit:{row.get('id')}", ink.line(*parts), copied)

    def _task_row(self, row: Row, width: int, state_width: int) -> ListRow:
        state = str(row.get("state") or "")
        label = str(row.get("label") or row.get("action") or "")
        to = str(row.get("to") or "")
        what = f"{label} > {self._view.seat_title(to)}" if to and row.get("kind") != "order" else label
        parts: list[ink.Part] = [
            ink.column(what, width - state_width - 1, ink.DIM if state in _OVER else ""),
            " ",
            ink.column(state, state_width, task_style(state)),
        ]
        copied = f"{row.get('when', '')} {row.get('kind', '')}: {what}: {state}. {row.get('text') or ''}".strip()
        return ListRow(f"task:{row.get('id')}", ink.line(*parts), copied)


def words(value: object) -> str:
    """An id as words."""
    return str(value or "").replace("-", " ")


def _by_place(units: list[Row]) -> dict[str, list[Row]]:
    """Units under the place they are at, in the order of the view."""
    places: dict[str, list[Row]] = {}
    for row in units:
        places.setdefault("On the road" if row.get("between") else str(row.get("where") or "Not known"), []).append(row)
    return places


def _heading(*columns: tuple[str, str]) -> ListRow:
    """A line of column names, dim; never under the cursor."""
    return ListRow("", ink.line((" ".join(text for text, _ in columns), ink.DIM)))
