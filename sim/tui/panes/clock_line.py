"""Line 1, the same in every seat: exercise, simulated time, run state and speed, link, seat."""

from __future__ import annotations

import re

from textual import events

from sim.tui import ink
from sim.tui.glyphs import WGL4, Glyphs
from sim.tui.panes.base import TextLine
from sim.tui.view_model import SeatView

__all__ = ["ClockLine", "speed_text"]


def speed_text(ratio: float) -> str:
    return f"x{ratio:g}"


class ClockLine(TextLine):
    """Pause and a lost link turn the whole line to reverse video, with the word."""

    DEFAULT_CSS = """
    ClockLine { background: $bar; color: $ink; text-wrap: nowrap; }
    ClockLine.-reverse { background: $bar; color: $ink; text-style: reverse; }
    ClockLine.-lost { background: $bar; color: $ink-alarm; text-style: bold reverse; }
    """

    def __init__(self, glyphs: Glyphs = WGL4, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._view = SeatView()
        self._link = "linking"
        self._ratio = 60.0

    def show(self, view: SeatView, link: str, ratio: float) -> None:
        self._view, self._link, self._ratio = view, link, ratio
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        view, clock = self._view, self._view.clock
        lost = self._link == "lost"
        reverse = not view.empty and (view.paused or view.ended) and not lost
        self.set_class(reverse, "-reverse")
        self.set_class(lost, "-lost")
        plain = reverse or lost

        def role(style: str) -> str:
            # Colours of their own would be blocks in a reversed line.
            return ("bold" if "bold" in style else "") if plain else style

        width = self.size.width or 80
        right = ink.line(*self._link_parts(lost, role), (f" {self._seat(width)} ", "bold" if plain else "bold reverse"))
        exercise = view.part("exercise")
        title = _short(str(exercise.get("title") or "Mission Leadership Tabletop"), width // 5)
        mission = str(exercise.get("mission") or "")
        parts: list[ink.Part] = [" ", (title, role(ink.STRONG))]
        if mission and width >= 110:
            parts += [(f" · {mission}", role(ink.SOFT))]
        if not view.empty:
            parts += ["  ", (str(clock.get("day") or ""), role("bold $ink-warn"))]
            date = _date_only(str(clock.get("date") or ""))
            if date and width >= (160 if view.paused else 100):
                parts += [("  " + date, role(ink.SOFT))]
            parts += ["  ", *self._state(lost, role)]
        left = ink.line(*parts)
        self.put(ink.spread(left, right, width))

    def _state(self, lost: bool, role: object) -> list[ink.Part]:
        assert callable(role)
        view, clock, glyphs = self._view, self._view.clock, self.glyphs
        if lost:
            return [("LINK LOST", "bold"), "  nothing can be sent until it is back"]
        if view.ended:
            return [(f"{glyphs.ended} ENDED", "bold")]
        if view.paused:
            reason = str(clock.get("reason") or "")
            parts: list[ink.Part] = [(f"{glyphs.paused} PAUSED", "bold"), f"  {speed_text(self._ratio)}"]
            return [*parts, f"  {reason}"] if reason else parts
        until = clock.get("until")
        parts = [(f"{glyphs.running} {speed_text(float(clock.get('ratio') or self._ratio))}", role("bold $ink-good"))]
        if until == "needs":
            parts.append(("  until something needs you", role(ink.SOFT)))
        elif until is not None:
            parts.append(("  until a set time", role(ink.SOFT)))
        if clock.get("lag"):
            parts.append(("  sim lag", role(ink.WARN)))
        return parts

    def _link_parts(self, lost: bool, role: object) -> list[ink.Part]:
        assert callable(role)
        if lost:
            return [f"{self.glyphs.unlinked} lost  "]
        if self._link == "linked":
            return [(self.glyphs.linked, role(ink.GOOD)), (" linked  ", role(ink.SOFT))]
        return [(self.glyphs.unlinked, role(ink.WARN)), (f" {self._link}  ", role(ink.SOFT))]

    def _seat(self, width: int) -> str:
        seat = self._view.part("seat")
        title = "Whole team" if seat.get("whole_team") else str(seat.get("title") or "no seat")
        return ink.column(title.upper(), min(len(title), max(width // 4, 12)))[0]


def _short(title: str, width: int) -> str:
    """A title without its second half when both do not fit: the state of the clock needs the room."""
    if len(title) > width:
        title = re.split(r"\s[-–—:]\s|:\s", title, maxsplit=1)[0]
    return title if len(title) <= width else ink.column(title, width)[0]


def _date_only(text: str) -> str:
    """The date without its time, which stands beside it already."""
    head, _, tail = text.rpartition(" ")
    return head if ":" in tail else text
