"""Read access to the view that the host sent: nothing is computed here that the seat was not told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

__all__ = ["EVERYTHING", "Row", "SeatView", "newest_first"]

Row: TypeAlias = Mapping[str, Any]

EVERYTHING: Final = frozenset({"*"})
"""The set of changed names that stands for all of them."""

_VIOLENCE: Final = {
    "": 0,
    "none": 0,
    "quiet": 0,
    "calm": 0,
    "no reports": 0,
    "unknown": 0,
    "tense": 1,
    "tension": 1,
    "threats": 1,
    "incidents": 1,
    "looting": 2,
    "shots": 2,
    "clashes": 2,
    "attacks": 3,
    "fighting": 3,
    "heavy fighting": 3,
}


class SeatView:
    """One seat's (or the whole team's) view, as rows in order."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = data or {}
        self.single: Mapping[str, Any] = data.get("single") or {}
        self._tables: Mapping[str, Mapping[str, Row]] = data.get("tables") or {}
        self._sorted: dict[str, list[Row]] = {}

    @property
    def empty(self) -> bool:
        return not self.single

    def rows(self, table: str) -> list[Row]:
        """The rows of a table in their order."""
        rows = self._sorted.get(table)
        if rows is None:
            entries = (self._tables.get(table) or {}).values()
            rows = sorted(entries, key=lambda row: (row.get("order", 0), str(row.get("id", ""))))
            self._sorted[table] = rows
        return rows

    def row(self, table: str, key: str) -> Row | None:
        return (self._tables.get(table) or {}).get(key)

    def part(self, name: str) -> Row:
        """One of the single objects, empty when the host has not sent it."""
        value = self.single.get(name)
        return value if isinstance(value, Mapping) else {}

    def items(self, name: str) -> list[Row]:
        value = self.single.get(name)
        return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []

    # the clock

    @property
    def clock(self) -> Row:
        return self.part("clock")

    @property
    def today(self) -> str:
        """The day of the exercise, as it begins every time: ``D+1``."""
        return str(self.clock.get("day") or "").rpartition(" ")[0]

    @property
    def running(self) -> bool:
        return bool(self.clock.get("state") == "running")

    @property
    def paused(self) -> bool:
        return bool(self.clock.get("state", "paused") == "paused")

    @property
    def ended(self) -> bool:
        return bool(self.clock.get("state") == "ended")

    @property
    def ending(self) -> Row | None:
        value = self.single.get("ending")
        return value if isinstance(value, Mapping) else None

    @property
    def speeds(self) -> list[float]:
        speeds = self.clock.get("speeds") or [1, 10, 60, 120, 600]
        return [float(speed) for speed in speeds]

    # who is playing

    @property
    def seat_ids(self) -> list[str]:
        held = self.part("seat").get("ids")
        return [str(seat) for seat in held] if isinstance(held, list | tuple) else []

    @property
    def first_seat(self) -> str:
        """The seat that speaks when nothing else says which: the first one held."""
        order = [str(row.get("id")) for row in self.rows("seats")]
        mine = set(self.seat_ids)
        for seat in order:
            if seat in mine:
                return seat
        return self.seat_ids[0] if self.seat_ids else (order[0] if order else "")

    @property
    def whole_team(self) -> bool:
        return bool(self.part("seat").get("whole_team"))

    @property
    def never_run(self) -> bool:
        """The exercise has not begun: nothing simulated, nothing said."""
        return int(self.clock.get("tick") or 0) == 0 and not self.rows("tasks")

    def seat_title(self, seat: str) -> str:
        row = self.row("seats", seat)
        return str(row.get("title") or seat) if row else seat

    # what waits for somebody

    def open_decisions(self) -> list[Row]:
        """Open decisions, the nearest deadline first."""
        waiting = [row for row in self.rows("decisions") if row.get("state", "open") == "open"]
        return sorted(waiting, key=lambda row: row.get("due_tick") or 0)

    def open_objections(self) -> list[Row]:
        return [row for row in self.rows("objections") if row.get("state") not in ("agreed", "refused", "withdrawn")]

    def forms(self, kind: str) -> list[Row]:
        return [row for row in self.rows("forms") if row.get("kind") == kind]

    # places

    def violence_level(self, place: Row) -> int:
        """0 to 3 from the reported word; a word that is not in the list counts as 1, since somebody reported it."""
        return _VIOLENCE.get(str(place.get("violence") or "").strip().lower(), 1)

    def units_at(self, place: str) -> list[Row]:
        return [row for row in self.rows("units") if row.get("place") == place]

    def routes_of(self, place: str) -> list[Row]:
        return [row for row in self.rows("routes") if place in (row.get("a"), row.get("b"))]


def newest_first(rows: Iterable[Row]) -> list[Row]:
    """Reports with the newest at the top, each seat's own numbers kept in order."""
    return sorted(rows, key=lambda row: (-(row.get("tick") or 0), -(row.get("order") or 0), str(row.get("seat", ""))))
