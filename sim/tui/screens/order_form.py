"""Directions, orders and requests: first what, then who, where and how, then Ctrl+S."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from sim.tui import ink
from sim.tui.fields import Choice, Tick
from sim.tui.inputs import Filled, fill, missing
from sim.tui.row_list import ListRow, RowList
from sim.tui.screens.base import Dialog, keys, mission
from sim.tui.screens.text_dialog import PickDialog
from sim.tui.view_model import Row, SeatView

__all__ = ["OrderDialog"]

TITLES = {"order": "Order", "direction": "Direction", "request": "Request", "report": "Report"}
PRIORITIES = (("normal", "normal"), ("high", "high"), ("low", "low"))
WITHOUT_FORCE = "without force"
GROUPED_FROM = 12
"""So many entries of one seat stand under headings, the ways of using force first."""
FORCE_MODES = ("deter", "pre-empt", "neutralize", "consolidate")


class OrderDialog(Dialog[dict[str, Any]]):
    """The result is the input to send."""

    WIDTH = 112

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", show=False, priority=True),
        Binding("escape", "back", "Back", show=False),
        Binding("down", "step(1)", "Next", show=False),
        Binding("up", "step(-1)", "Previous", show=False),
    ]

    def __init__(self, view: SeatView, kind: str, selected: Mapping[str, str], draft: Filled | None = None) -> None:
        super().__init__()
        self._view = view
        self._kind = kind
        self._selected = selected
        self._forms = {str(row.get("id")): row for row in view.forms(kind)}
        self._form: Row | None = None
        self._draft = draft or Filled()

    def body(self) -> Iterable[Widget]:
        with_list = Horizontal(
            Vertical(
                Input(placeholder="Type to find", compact=True, id="form-find"),
                RowList("Nothing found.", id="form-list"),
                id="form-left",
            ),
            VerticalScroll(Static("", markup=False, id="form-help"), id="form-preview"),
            id="form-choice",
        )
        yield with_list
        fields = VerticalScroll(id="form-fields")
        fields.can_focus = False
        yield fields
        yield Static("", markup=False, id="form-problem")

    def opened(self) -> None:
        self.query_one("#form-fields").display = False
        forms = self.query_one("#form-list", RowList)
        forms.show(list(self._rows("")))
        self.query_one("#form-find").focus()
        self._choosing()
        if forms.key:
            self._preview(forms.key)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "form-find":
            forms = self.query_one("#form-list", RowList)
            forms.show(list(self._rows(event.value)))
            self._preview(forms.key)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "form-find":
            await self._open_form(self.query_one("#form-list", RowList).key)

    def action_step(self, step: int) -> None:
        """Up and down: through the list, or through fields that have no use for them."""
        if self._form is None:
            forms = self.query_one("#form-list", RowList)
            forms.action_move(step)
            self._preview(forms.key)
        elif isinstance(self.focused, Choice):
            if step > 0:
                self.focus_next()
            else:
                self.focus_previous()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        self._preview(event.key)

    async def on_row_list_opened(self, event: RowList.Opened) -> None:
        await self._open_form(event.key)

    def on_choice_wanted(self, event: Choice.Wanted) -> None:
        choice = event.choice
        entries = [ListRow(key or " ", ink.line(name)) for key, name in choice.names]

        def chosen(key: str | None) -> None:
            if key is not None:
                choice.choose(key.strip())

        self.app.push_screen(PickDialog(choice.label, entries), chosen)

    def action_back(self) -> None:
        if self._form is None:
            self.dismiss(None)
            return
        self._form = None
        self.query_one("#form-fields").display = False
        self.query_one("#form-choice").display = True
        self.query_one("#form-find").focus()
        self._say("")
        self._choosing()

    def action_send(self) -> None:
        if self._form is None:
            return
        if mission(self.frame).link_lost:
            self._say("The link is lost. Nothing was sent; try again when it is back.")
            return
        filled = self._filled()
        problem = missing(self._form, filled) if filled else "Hours must be a number."
        if filled is None or problem:
            self._say(problem)
            return
        self.dismiss(fill(self._form, filled))

    def _choosing(self) -> None:
        self.title_line(f"{TITLES[self._kind]}: what")
        self.foot(keys(("↑↓", "choose"), ("Enter", "fill in"), ("Esc", "close")))

    def _rows(self, wanted: str) -> Iterable[ListRow]:
        """Under the seats that can give it, the selected unit's own commander first; narrowed to *wanted* words."""
        words = wanted.casefold().split()
        unit = self._view.row("units", self._selected.get("unit", "")) or {}
        first = str(unit.get("controller") or "")
        order = [str(row.get("id")) for row in self._view.rows("seats")]
        seats: dict[str, list[Row]] = {}
        for row in self._forms.values():
            seats.setdefault(str(row.get("seat")), []).append(row)
        for seat in sorted(seats, key=lambda it: (it != first, order.index(it) if it in order else len(order))):
            title = self._view.seat_title(seat)
            rows = [row for row in seats[seat] if all(word in _searched(row, title) for word in words)]
            if rows and len(seats) > 1:
                yield ListRow("", ink.line((title, ink.DIM)))
            grouped = len(rows) >= GROUPED_FROM
            heading = ""
            for row in sorted(rows, key=lambda row: _mode_rank(str(row.get("force_mode") or ""))):
                mode = str(row.get("force_mode") or "")
                if grouped and (mode or WITHOUT_FORCE) != heading:
                    heading = mode or WITHOUT_FORCE
                    yield ListRow("", ink.line((f" {heading}", ink.SOFT)))
                label = ink.line(
                    ("  " if grouped else "") + str(row.get("label") or row.get("action")),
                    (f"  {mode}" if mode and not grouped else "", ink.DIM),
                )
                mark = ink.line(("  reserved", ink.WARN)) if row.get("reserved") else ink.line("")
                yield ListRow(str(row.get("id")), label + mark)

    def _preview(self, key: str) -> None:
        row = self._forms.get(key)
        self.query_one("#form-help", Static).update("" if row is None else ink.lines(self._about(row)))

    def _about(self, row: Row) -> Iterable[Content]:
        yield ink.line((str(row.get("label") or row.get("action") or ""), ink.STRONG))
        yield ink.line((f"by {self._view.seat_title(str(row.get('seat')))}", ink.SOFT))
        yield Content("")
        if row.get("help"):
            yield ink.block(row["help"])
            yield Content("")
        facts = []
        if row.get("force_mode"):
            facts.append(f"force mode: {row['force_mode']}")
        if row.get("tier"):
            facts.append(f"tier: {row['tier']}")
        if row.get("phase"):
            facts.append(f"phase: {row['phase']}")
        if facts:
            yield ink.line(("; ".join(facts), ink.SOFT))
        if row.get("reserved"):
            yield ink.line(("Reserved: it needs the head of mission's authority.", ink.WARN))

    async def _open_form(self, key: str) -> None:
        form = self._forms.get(key)
        if form is None:
            return
        self._form = form
        self.query_one("#form-choice").display = False
        fields = self.query_one("#form-fields", VerticalScroll)
        fields.display = True
        await fields.remove_children()
        await fields.mount_all(self._fields(form))
        self.title_line(f"{TITLES[self._kind]}: {form.get('label') or form.get('action')}")
        self.foot(
            keys(("Tab", "next field"), ("◄►", "change"), ("Enter", "all names"), ("^s", "send"), ("Esc", "back"))
        )
        first = next(iter(fields.query(Choice)), None) or fields.query_one(TextArea)
        first.focus()

    def _fields(self, form: Row) -> list[Widget]:
        selected, draft = self._selected, self._draft
        if form.get("help"):
            fields: list[Widget] = [Static(ink.block(form["help"], ink.SOFT), markup=False, classes="form-note")]
        else:
            fields = []
        to = _names(form.get("to"))
        if to:
            label = {"direction": "Lead", "report": "To"}.get(self._kind, "Ask")
            fields.append(Choice(label, to, draft.to, wanted=True, id="field-to"))
        units = _names(form.get("units"))
        if units:
            wanted = self._kind == "order"
            fields.append(Choice("Unit", units, draft.unit or selected.get("unit", ""), wanted=wanted, id="field-unit"))
        places = _names(form.get("places"))
        if places:
            wanted = form.get("needs") in ("place", "site")
            place = draft.place or selected.get("place", "")
            label = "About" if self._kind == "report" else "Place"
            fields.append(Choice(label, places, place, wanted=wanted, id="field-place"))
        targets = _names(form.get("targets"))
        if targets:
            value = draft.target or selected.get("actor", "") or selected.get("place", "")
            wanted = form.get("needs") == "target"
            fields.append(Choice("Concerning", targets, value, wanted=wanted, id="field-target"))
        if self._kind == "direction":
            fields.append(Choice("Priority", PRIORITIES, draft.priority, id="field-priority"))
        hours = form.get("hours")
        if isinstance(hours, list | tuple) and len(hours) == 3:
            low, default, high = hours
            label = "By (hours)" if self._kind == "direction" else "Hours"
            value = f"{draft.hours or default:g}"
            box = Input(value, type="number", compact=True, id="field-hours", select_on_focus=True)
            note = Static(ink.line((f"  {low:g} to {high:g}", ink.DIM)), markup=False, classes="field-after")
            fields.append(
                Horizontal(
                    Static(ink.line((label, ink.SOFT)), markup=False, classes="field-label"),
                    box,
                    note,
                    classes="field-row",
                )
            )
        for key, name in _names(form.get("options"), "label"):
            fields.append(Tick(key, name, value=key in draft.options))
        if self._kind == "direction":
            fields.append(
                Tick("delegate", "The commander on the spot may decide", value=draft.delegate, classes="delegate")
            )
        prompts = {
            "order": "Your intent, in your words",
            "direction": "Purpose and limits, in your words",
            "request": "What you ask, and why",
            "report": "What you report, in your words",
        }
        area = TextArea(
            draft.text, placeholder=prompts[self._kind], compact=True, id="field-text", highlight_cursor_line=False
        )
        fields.append(area)
        return fields

    def _filled(self) -> Filled | None:
        def choice(name: str) -> str:
            found = self.query(f"#field-{name}").results(Choice)
            return next((field.value for field in found), "")

        hours = 0.0
        for box in self.query("#field-hours").results(Input):
            try:
                hours = float(box.value or 0)
            except ValueError:
                return None
        ticks = [tick for tick in self.query(Tick) if tick.value]
        return Filled(
            unit=choice("unit"),
            place=choice("place"),
            target=choice("target"),
            to=choice("to"),
            options=[tick.key for tick in ticks if not tick.has_class("delegate")],
            hours=hours,
            priority=choice("priority") or "normal",
            delegate=any(tick.has_class("delegate") for tick in ticks),
            text=self.query_one("#field-text", TextArea).text.strip(),
        )

    def _say(self, problem: str) -> None:
        self.query_one("#form-problem", Static).update(ink.line((problem, ink.ALARM)))


def _searched(row: Row, seat: str) -> str:
    return f"{row.get('label')} {row.get('action')} {row.get('force_mode')} {seat}".casefold()


def _mode_rank(mode: str) -> int:
    return FORCE_MODES.index(mode) if mode in FORCE_MODES else len(FORCE_MODES)


def _names(rows: Any, name: str = "name") -> list[tuple[str, str]]:
    return [(str(row.get("id")), str(row.get(name) or row.get("id"))) for row in rows or [] if isinstance(row, Mapping)]
