"""How the people the mission deals with are assessed: in words, with a confidence and a date."""

from __future__ import annotations

from textual.app import ComposeResult

from sim.tui import ink
from sim.tui.panes.base import Pane
from sim.tui.row_list import ListRow, RowList
from sim.tui.view_model import Row, SeatView

__all__ = ["ActorsPane", "confidence_style"]

_ORDER = ("counterpart", "community", "group", "contributor", "headquarters")
_NAMES = {
    "counterpart": "Host state",
    "community": "Communities",
    "group": "Armed groups",
    "contributor": "Contributors",
    "headquarters": "Headquarters",
}


def confidence_style(confidence: object) -> str:
    return {"high": "", "medium": ink.SOFT, "low": ink.DIM}.get(str(confidence), ink.DIM)


class ActorsPane(Pane):
    """By kind: name, assessed state, confidence."""

    NUMBER = 5
    HEADING = "Actors, as assessed"
    NEEDS = frozenset({"actors"})

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view = SeatView()

    def compose(self) -> ComposeResult:
        yield RowList("Nobody assessed yet.", on_width=lambda _width: self._draw(), id="actor-rows")

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    def show_view(self, view: SeatView) -> None:
        self._view = view
        self._draw()

    def _draw(self) -> None:
        width = self.rows.columns or 36
        self.head()
        rows: list[ListRow] = []
        kinds: dict[str, list[Row]] = {}
        for row in self._view.rows("actors"):
            kinds.setdefault(str(row.get("kind") or ""), []).append(row)
        for kind in sorted(kinds, key=lambda kind: _ORDER.index(kind) if kind in _ORDER else len(_ORDER)):
            rows.append(ListRow("", ink.line((_NAMES.get(kind, kind.capitalize()), ink.DIM))))
            rows += [self._row(row, width) for row in kinds[kind]]
        self.rows.show(rows)

    def _row(self, row: Row, width: int) -> ListRow:
        confidence = str(row.get("confidence") or "")
        when = 10 if width >= 56 else 0
        sure = 6 if when else 4
        name = max((width - sure - 2 - when) // 2, 10)
        state = width - name - sure - 2 - when
        parts: list[ink.Part] = [
            ink.column(_capital(str(row.get("name") or row.get("id"))), name, "$ink-strong"),
            " ",
            ink.column(row.get("assessed") or "not assessed", state, confidence_style(confidence)),
            " ",
            ink.column(
                "med." if confidence == "medium" and not when else confidence, sure, confidence_style(confidence)
            ),
        ]
        if when:
            parts += [" ", ink.column(row.get("as_of") or "", when - 1, ink.DIM)]
        copied = f"{row.get('name')}: {row.get('assessed')} ({confidence} confidence, {row.get('as_of')})"
        return ListRow(f"actor:{row.get('id')}", ink.line(*parts), copied)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
