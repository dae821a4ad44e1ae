"""The caveat conversation: the player writes first; what else could be said is shown on asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from sim.tui import ink
from sim.tui.fields import Tick
from sim.tui.inputs import levers
from sim.tui.panes.base import concerns
from sim.tui.screens.base import Dialog, keys, mission
from sim.tui.view_model import Row, SeatView

__all__ = ["ObjectionDialog"]

CLOSED = ("agreed", "refused", "withdrawn")
STATES = {
    "objecting": "objects",
    "asked": "was asked what it would take",
    "considering": "is considering",
    "agreed": "agreed",
    "refused": "refused",
    "withdrawn": "is no longer asked",
}


class ObjectionDialog(Dialog[None]):
    """Stays open while answers come in. The first words are the player's own, not picked from a list."""

    WIDTH = 104

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", show=False, priority=True),
        Binding("ctrl+l", "catalogue", "Catalogue", show=False, priority=True),
        Binding("left_square_bracket", "other(-1)", "Previous", show=False),
        Binding("right_square_bracket", "other(1)", "Next", show=False),
    ]

    def __init__(self, view: SeatView, key: str = "") -> None:
        super().__init__()
        self._view = view
        waiting = view.open_objections() or view.rows("objections")
        self._key = key or (str(waiting[0].get("id")) if waiting else "")
        self._lever_ids: tuple[str, ...] = ()

    def body(self) -> Iterable[Widget]:
        yield Static("", markup=False, id="objection-head")
        lines = VerticalScroll(Static("", markup=False, id="objection-lines"), id="objection-scroll")
        lines.can_focus = True
        yield lines
        catalogue = VerticalScroll(id="objection-levers")
        catalogue.can_focus = False
        yield catalogue
        yield Horizontal(
            Static(ink.line(("Time limit, hours", ink.SOFT)), markup=False, classes="field-label"),
            Input(type="number", compact=True, id="objection-hours"),
            Static(ink.line(("  You offer", ink.SOFT)), markup=False, classes="field-after"),
            Input(compact=True, id="objection-offer"),
            classes="field-row",
            id="objection-terms",
        )
        yield TextArea(
            placeholder="Your words. What would you say, or ask?",
            compact=True,
            id="objection-text",
            highlight_cursor_line=False,
        )
        yield Static("", markup=False, id="form-problem")

    def opened(self) -> None:
        self.query_one("#objection-levers").display = False
        self.query_one("#objection-terms").display = False
        self._show()
        self.query_one(TextArea).focus()
        self.query_one("#objection-scroll", VerticalScroll).scroll_end(animate=False)

    @property
    def objection(self) -> Row | None:
        return self._view.row("objections", self._key)

    @property
    def asks_first(self) -> bool:
        """Nobody has asked yet what it would take: the next message asks."""
        objection = self.objection
        return objection is not None and objection.get("state") == "objecting" and not objection.get("needs")

    def show_view(self, view: SeatView, changed: frozenset[str]) -> None:
        self._view = view
        if concerns({"objections", "levers"}, changed):
            self._show()

    def action_other(self, step: int) -> None:
        ids = [str(row.get("id")) for row in self._view.rows("objections")]
        if ids and self._key in ids:
            self._key = ids[(ids.index(self._key) + step) % len(ids)]
            self._show()

    async def action_catalogue(self) -> None:
        """Show what else could be said; its price is leader's time."""
        box = self.query_one("#objection-levers", VerticalScroll)
        terms = self.query_one("#objection-terms")
        if box.display:
            box.display = terms.display = False
            self.query_one(TextArea).focus()
            self._hints()
            return
        await self._fill_catalogue(box)
        box.display = terms.display = True
        first = next(iter(box.query(Tick)), None)
        if first is not None:
            first.focus()
        self._hints()

    def action_send(self) -> None:
        # A worker: on a lost link the receipt may take long, and the dialog must go on answering keys.
        self.run_worker(self._send_message(), group="message", exclusive=True)

    async def _send_message(self) -> None:
        objection = self.objection
        area = self.query_one(TextArea)
        text = area.text.strip()
        chosen = [tick.key for tick in self.query(Tick) if tick.value]
        if objection is None or objection.get("state") in CLOSED:
            self._say("This conversation is over.")
            return
        if mission(self.frame).link_lost:
            self._say("The link is lost. Nothing was sent; try again when it is back.")
            return
        ask = self.asks_first
        if not text and not chosen and not ask:
            self._say("Write what you say, or choose from the catalogue with Ctrl+L.")
            return
        try:
            hours = float(self.query_one("#objection-hours", Input).value or 0)
        except ValueError:
            self._say("The time limit is a number of hours.")
            return
        offer = self.query_one("#objection-offer", Input).value.strip()
        message = levers(objection, ask=ask, chosen=chosen, hours=hours, offer=offer, text=text)
        receipt = await mission(self.frame).send(message, "Message")
        if receipt is not None and receipt.accepted:
            if text or ask:
                app = mission(self.frame)
                place = len((self.objection or {}).get("lines") or [])
                when = str(app.view.clock.get("day") or "")
                app.spoken.setdefault(self._key, []).append((place, when, text or "What would it take?"))
            area.text = ""
            self._show()
            for tick in self.query(Tick):
                tick.value = False
                tick.refresh()
            self._say("They have it. Answers take time: run the clock.", ink.GOOD)
        elif receipt is not None:
            self._say(receipt.reason or "It was not taken.")

    def copy_text(self) -> str:
        lines = (self.objection or {}).get("lines") or []
        return "\n".join(f"{line.get('when', '')} {line.get('who', '')}: {line.get('text', '')}" for line in lines)

    async def _fill_catalogue(self, box: VerticalScroll) -> None:
        rows = (self.objection or {}).get("levers") or self._view.items("levers")
        ids = tuple(str(row.get("id")) for row in rows)
        if ids == self._lever_ids:
            return
        self._lever_ids = ids
        await box.remove_children()
        await box.mount_all(
            Tick(
                str(row.get("id")),
                str(row.get("label") or row.get("id")),
                " ".join(
                    str(part) for part in (row.get("help"), f"({row['cost']})" if row.get("cost") else "") if part
                ),
            )
            for row in rows
        )

    def _show(self) -> None:
        objection = self.objection
        if objection is None:
            self.title_line("No contingent objects")
            self.query_one("#objection-head", Static).update(ink.line(("Nobody objects to a task now.", ink.DIM)))
            self.foot(keys(("Esc", "close")))
            return
        name = str(objection.get("unit_name") or objection.get("unit") or "")
        state = str(objection.get("state") or "objecting")
        self.title_line(f"Conversation: {name}")
        head: list[ink.Part] = [(name, ink.STRONG), (f" {STATES.get(state, state)}", _state_style(state))]
        if objection.get("since"):
            head.append((f", since {objection['since']}", ink.SOFT))
        rows = [ink.line(*head)]
        if objection.get("needs"):
            rows.append(ink.line(("What it takes: ", ink.SOFT), (str(objection["needs"]), "$ink-strong")))
        self.query_one("#objection-head", Static).update(ink.lines(rows))
        width = max(min(self.app.size.width * 94 // 100, self.WIDTH) - 5, 40)
        spoken = mission(self.frame).spoken.get(self._key, [])
        self.query_one("#objection-lines", Static).update(_conversation(objection, spoken, width))
        if self.asks_first:
            self._say(
                "Nobody has asked yet what it would take. Your first message asks it, with or without words.", ink.SOFT
            )
        self._hints()
        self.call_after_refresh(self.query_one("#objection-scroll", VerticalScroll).scroll_end, animate=False)

    def _hints(self) -> None:
        shown = self.query_one("#objection-levers").display
        send = "ask what it would take" if self.asks_first else "send"
        catalogue = "hide the list" if shown else "what else could be said?"
        hints = [("^s", send), ("^l", catalogue), ("Tab", "field"), ("Esc", "close")]
        self.foot(keys(*(hints if self.app.size.width >= 100 else [*hints[:2], hints[3]])))

    def _say(self, text: str, style: str = ink.ALARM) -> None:
        self.query_one("#form-problem", Static).update(ink.line((text, style)))


def _state_style(state: str) -> str:
    return {"agreed": ink.GOOD, "refused": ink.ALARM, "considering": ink.UN}.get(state, ink.WARN)


def _conversation(objection: Row, spoken: Sequence[tuple[int, str, str]], width: int) -> Content:
    """What was said, the player's own words of this session among it."""
    said = [
        (str(line.get("when") or ""), str(line.get("who") or ""), str(line.get("text") or ""))
        for line in objection.get("lines") or []
    ]
    for place, when, text in reversed(spoken):
        said.insert(min(place, len(said)), (when, "You", text))
    rows: list[Content] = []
    for when, who, text in said:
        rows.append(ink.line((when, ink.DIM), ("  " + who, ink.UN if who == "You" else ink.STRONG)))
        rows += ink.hanging(Content("  "), ink.line(text), width)
    if objection.get("said"):
        said_words = ", ".join(str(word) for word in objection["said"])
        rows += [Content(""), ink.line(("Said to them so far: ", ink.SOFT), said_words)]
    return ink.lines(rows) if rows else ink.line(("Nothing has been said yet.", ink.DIM))
