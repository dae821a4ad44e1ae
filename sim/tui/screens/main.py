"""The main screen of a seat: clock, figures, panes, decisions due, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from sim.tui import ink
from sim.tui.actions import ACTIONS, keys_in_use
from sim.tui.desk import ACTORS, DETAILS, INBOX, MAP, UNITS, Desk
from sim.tui.glyphs import Glyphs
from sim.tui.map_widget import ZOOM_STEP, MapWidget
from sim.tui.panes.actors import ActorsPane
from sim.tui.panes.banner import Banner
from sim.tui.panes.base import concerns
from sim.tui.panes.clock_line import ClockLine
from sim.tui.panes.decisions import DecisionsPane
from sim.tui.panes.details import DetailsPane
from sim.tui.panes.figures_line import FiguresLine
from sim.tui.panes.footer import FooterLine
from sim.tui.panes.inbox import InboxPane
from sim.tui.panes.map_pane import MapPane
from sim.tui.panes.units import UnitsPane
from sim.tui.row_list import ListRow, RowList
from sim.tui.screens.base import Page, mission
from sim.tui.view_model import EVERYTHING, Row, SeatView

__all__ = ["MainScreen"]

TALL_ROWS = 30
NEVER_WITHOUT_LINK = frozenset(entry.id for entry in ACTIONS if entry.orders)


class MainScreen(Page[None]):
    """Every action of the table ends in a method `do_<id>` here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join((entry.key, *entry.other_keys)), f"act('{entry.id}')", entry.name, show=False, id=entry.id)
        for entry in ACTIONS
        if entry.id != "palette"
    ]

    def __init__(self, glyphs: Glyphs, roads: str, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._roads = roads
        self._keys = keys_in_use(keys)
        self._view = SeatView()
        self._selected: tuple[str, str] = ("", "")
        self._waiting = 0

    def compose(self) -> ComposeResult:
        yield Banner()
        yield ClockLine(self._glyphs, id="clock-line")
        yield FiguresLine(id="figures-line")
        yield Desk(
            UnitsPane(self._glyphs, id="units-pane"),
            ActorsPane(id="actors-pane"),
            MapPane(self._glyphs, self._roads, id="map-pane"),
            InboxPane(self._glyphs, id="inbox-pane"),
            DetailsPane(self._glyphs, id="details-pane"),
            id="desk",
        )
        yield DecisionsPane(id="decisions-pane")
        yield FooterLine(self._keys, id="footer")

    def on_mount(self) -> None:
        self._fit(self.size.width, self.size.height)
        self.desk.go(MAP)
        self.take(mission(self.desk).view, EVERYTHING)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.width, event.size.height)

    @property
    def desk(self) -> Desk:
        return self.query_one(Desk)

    @property
    def map(self) -> MapWidget:
        return self.query_one(MapWidget)

    @property
    def inbox(self) -> InboxPane:
        return self.query_one(InboxPane)

    @property
    def selected(self) -> tuple[str, str]:
        """Kind and id of what the player looks at: place, unit, task, actor, report or flow."""
        return self._selected

    # showing

    def take(self, view: SeatView, changed: frozenset[str]) -> None:
        self._view = view
        for pane in self.query("Desk > *").results():
            if hasattr(pane, "take"):
                pane.take(view, changed)
        self.query_one(FiguresLine).take(view, changed)
        self.query_one(DecisionsPane).take(view, changed)
        self._show_clock()
        if not self._selected[1] and not view.empty:
            self._select_first()
        if concerns({"forms", "decisions", "objections", "clock", "ending"}, changed):
            self._show_footer()
        waiting = len(view.open_decisions())
        if waiting > self._waiting:
            # What the program said last was said before this came.
            self.note("")
        self._waiting = waiting

    def show_link(self) -> None:
        """The state of the link changed."""
        self._show_clock()
        self._show_footer()

    def note(self, text: str, style: str = ink.SOFT) -> None:
        """The last thing the program said, kept in sight in the frame of the decisions."""
        self.query_one(DecisionsPane).foot(
            ink.line((text, style)).truncate(max(self.size.width - 8, 10), ellipsis=True)
        )

    def _show_clock(self) -> None:
        app = mission(self.desk)
        self.query_one(ClockLine).show(self._view, app.link_state, app.ratio)

    def _show_footer(self) -> None:
        view = self._view
        hidden = {
            kind
            for kind, form in (("order", "order"), ("direct", "direction"), ("request", "request"))
            if not view.forms(form)
        }
        if view.ended:
            hidden |= {"clock", "until", *NEVER_WITHOUT_LINK}
        if view.ending is None:
            hidden.add("ending")
        names = {"clock": "Pause" if view.running else "Run"}
        self.query_one(FooterLine).show(hidden=frozenset(hidden), greyed=mission(self.desk).link_lost, names=names)

    def _fit(self, width: int, height: int) -> None:
        self.query_one(DecisionsPane).set_class(height < TALL_ROWS, "-flat")
        self.desk.settle(None if self.desk.size.width else self.size)

    def _select_first(self) -> None:
        """A map with nothing selected tells nobody where to look: begin at a base, else at the biggest place."""
        places = self._view.rows("places")
        first = next((row for row in places if row.get("kind") == "base"), places[0] if places else None)
        if first is not None:
            self._select("place", str(first.get("id")))

    def _select(self, kind: str, key: str, *, centre: bool = False) -> None:
        self._selected = (kind, key)
        self.query_one(DetailsPane).select(kind, key)
        if kind in ("place", "unit", "flow"):
            self.map.select(kind, key, centre=centre)

    # what the panes say

    def on_map_widget_chosen(self, event: MapWidget.Chosen) -> None:
        kind = "flow" if event.kind == "unit" and self._view.row("units", event.key) is None else event.kind
        self._select(kind, event.key)
        if event.opened:
            self.do_open()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        if not event.rows.has_focus:
            return
        kind, key = self._kind_of(event.rows, event.key)
        self._select(kind, key)
        if kind == "report" and self.desk.pane(DETAILS).display:
            self.inbox.mark_read(key)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        kind, key = self._kind_of(event.rows, event.key)
        self._select(kind, key, centre=True)
        self._open(kind, key)

    def on_footer_line_pressed(self, event: FooterLine.Pressed) -> None:
        if event.entry == "palette":
            self.app.action_command_palette()
        else:
            self.action_act(event.entry)

    def _kind_of(self, rows: RowList, key: str) -> tuple[str, str]:
        if rows.id == "inbox-rows":
            return "report", key
        kind, _, name = key.partition(":")
        return kind, name

    def _open(self, kind: str, key: str) -> None:
        if kind == "report":
            self._read(key)
        elif kind == "task" and self._objection_of(key):
            self.do_caveat(self._objection_of(key))
        else:
            self.desk.go(DETAILS)

    def _objection_of(self, task: str) -> str:
        row = self._view.row("tasks", task) or {}
        unit = row.get("unit_id", row.get("unit"))
        return next((str(it.get("id")) for it in self._view.rows("objections") if unit and it.get("unit") == unit), "")

    # actions

    def action_act(self, name: str) -> None:
        """Run an action of the table by its id."""
        app = mission(self.desk)
        if app.link_lost and name in NEVER_WITHOUT_LINK:
            app.tell("LINK LOST: nothing can be sent until the host is back.", "error")
            return
        getattr(self, f"do_{name}")()

    def do_clock(self) -> None:
        app = mission(self.desk)
        if self._view.running:
            app.clock("pause")
        else:
            app.clock("run", ratio=app.ratio)

    def do_until(self) -> None:
        mission(self.desk).clock("until", to="needs")

    def do_step(self) -> None:
        mission(self.desk).clock("step")

    def do_slower(self) -> None:
        self._change_speed(-1)

    def do_faster(self) -> None:
        self._change_speed(1)

    def _change_speed(self, step: int) -> None:
        app = mission(self.desk)
        speeds = self._view.speeds
        at = min(range(len(speeds)), key=lambda index: abs(speeds[index] - app.ratio))
        app.ratio = speeds[min(max(at + step, 0), len(speeds) - 1)]
        if self._view.running:
            app.clock("run", ratio=app.ratio)
        self._show_clock()

    def do_order(self) -> None:
        self._fill_form("order")

    def do_direct(self) -> None:
        self._fill_form("direction")

    def do_request(self) -> None:
        self._fill_form("request")

    def do_report(self) -> None:
        self._fill_form("report")

    def _fill_form(self, kind: str) -> None:
        from sim.tui.screens.order_form import OrderDialog

        app = mission(self.desk)
        if not self._view.forms(kind):
            app.tell(
                f"This seat gives no {kind}s now." if kind != "direction" else "This seat gives no directions.",
                "warning",
            )
            return
        selected = {self._selected[0]: self._selected[1]}
        if self._selected[0] == "unit":
            selected["place"] = str((self._view.row("units", self._selected[1]) or {}).get("place") or "")
        if self._selected[0] == "report":
            for about in (self._view.row("inbox", self._selected[1]) or {}).get("about") or []:
                for table, part in (("places", "place"), ("units", "unit"), ("actors", "actor")):
                    if self._view.row(table, str(about)):
                        selected.setdefault(part, str(about))

        def filled(data: dict[str, Any] | None) -> None:
            if data is not None:
                app.command(data, kind.capitalize())

        app.push_screen(OrderDialog(self._view, kind, selected), filled)

    def do_decide(self) -> None:
        from sim.tui.screens.decision import DecisionDialog

        app = mission(self.desk)
        if not self._view.open_decisions():
            app.tell("Nothing waits for a decision of this seat.", "information")
            return

        def answered(data: dict[str, Any] | None) -> None:
            if data is not None:
                app.command(data, "Answer")

        app.push_screen(DecisionDialog(self._view), answered)

    def do_caveat(self, key: str = "") -> None:
        from sim.tui.screens.objection import ObjectionDialog

        if not self._view.rows("objections"):
            mission(self.desk).tell("No contingent objects to a task.", "information")
            return
        self.app.push_screen(ObjectionDialog(self._view, key))

    def do_why(self) -> None:
        from sim.tui.screens.why import WhyDialog

        self.app.push_screen(WhyDialog(self._view, *self._selected))

    def do_open(self) -> None:
        self._open(*self._selected)

    def do_inbox(self) -> None:
        unread = self.inbox.unread()
        rows = unread or self._view.rows("inbox")
        if not rows:
            mission(self.desk).tell("No reports yet.", "information")
            return
        from sim.tui.panes.inbox import report_key

        urgent = [row for row in rows if row.get("urgent")] if unread else []
        self._read(report_key((urgent or rows)[0] if unread else rows[-1]))

    def _read(self, key: str) -> None:
        from sim.tui.screens.text_dialog import ReaderDialog

        def asked(result: tuple[str, str] | None) -> None:
            if result is None:
                return
            what, report = result
            self._select("report", report)
            if what == "map":
                self._show_on_map(report)
            else:
                self.action_act(what)

        self.app.push_screen(ReaderDialog(self._view, key, self.inbox.mark_read), asked)

    def _show_on_map(self, report: str) -> None:
        for about in (self._view.row("inbox", report) or {}).get("about") or []:
            for table, kind in (("places", "place"), ("units", "unit")):
                if self._view.row(table, str(about)):
                    self.desk.go(MAP)
                    self._select(kind, str(about), centre=True)
                    return
        mission(self.desk).tell("This report names no place on the map.", "information")

    def do_all_read(self) -> None:
        self.inbox.mark_all_read()

    def do_figures(self) -> None:
        from sim.tui.panes.figures_line import figure_row
        from sim.tui.screens.text_dialog import TextDialog

        rows = []
        for figure in self._view.items("figures"):
            source = ", ".join(str(part) for part in (figure.get("as_of"), figure.get("grade")) if part)
            rows.append(ink.line(*figure_row(figure), (f"  ({source})" if source else "", ink.DIM)))
        text = ink.lines(rows) if rows else ink.line(("No figures reported yet.", ink.DIM))
        self.app.push_screen(TextDialog("Figures, as reported", text))

    def do_readahead(self) -> None:
        from sim.tui.screens.first_start import ReadAheadDialog, chapters_for

        exercise = self._view.part("exercise")
        note = str(exercise.get("doctrine_note") or "")
        self.app.push_screen(ReadAheadDialog(chapters_for(exercise, self._view.seat_ids), note))

    def do_log(self) -> None:
        from sim.tui.screens.text_dialog import TextDialog

        lines = mission(self.desk).log_lines
        text = ink.lines(reversed(lines)) if lines else ink.line(("Nothing was said yet.", ink.DIM))
        self.app.push_screen(TextDialog("What the program told you, newest first", text))

    def do_copy(self) -> None:
        focused = self.focused
        if isinstance(focused, RowList):
            mission(self.desk).copy(focused.copy_text)
        else:
            mission(self.desk).copy(self.query_one(DetailsPane).copy_text)

    def do_ending(self) -> None:
        app = mission(self.desk)
        if self._view.ending is None:
            app.tell("The exercise has not ended.", "information")
        else:
            app.show_ending()

    def do_find(self) -> None:
        from sim.tui.screens.text_dialog import PickDialog

        entries = [_place_entry(row, self._glyphs) for row in self._view.rows("places")]

        def found(key: str | None) -> None:
            if key:
                self.desk.go(MAP)
                self._select("place", key, centre=True)

        self.app.push_screen(PickDialog("Find a place", entries), found)

    def do_next_site(self) -> None:
        self._step_site(1)

    def do_previous_site(self) -> None:
        self._step_site(-1)

    def _step_site(self, step: int) -> None:
        key = self.map.step_site(step)
        if key is not None:
            self._select("place", key)

    def do_zoom_in(self) -> None:
        self.map.zoom(ZOOM_STEP)

    def do_zoom_out(self) -> None:
        self.map.zoom(1 / ZOOM_STEP)

    def do_fit(self) -> None:
        self.map.fit()

    def do_pane_1(self) -> None:
        self.desk.go(MAP)

    def do_pane_2(self) -> None:
        self.desk.go(UNITS)

    def do_pane_3(self) -> None:
        self.desk.go(INBOX)

    def do_pane_4(self) -> None:
        self.desk.go(DETAILS)

    def do_pane_5(self) -> None:
        self.desk.go(ACTORS)

    def do_zoom(self) -> None:
        self.desk.toggle_zoom()

    def do_back(self) -> None:
        if self.desk.zoomed:
            self.desk.toggle_zoom(off=True)
        else:
            self.desk.go(MAP)

    def do_help(self) -> None:
        from sim.tui.screens.help import HelpDialog

        self.app.push_screen(HelpDialog(mission(self.desk).settings.keys, self._glyphs))

    def do_quit(self) -> None:
        mission(self.desk).ask_quit()


def _place_entry(row: Row, glyphs: Glyphs) -> ListRow:
    kind = str(row.get("kind") or "town")
    return ListRow(
        str(row.get("id")),
        ink.line(
            glyphs.place(kind),
            " ",
            (str(row.get("name") or row.get("id")), "$ink-strong"),
            (f"  {kind.replace('-', ' ')}", ink.DIM),
        ),
    )
