"""What waits to be sent to one seat: the latest value of everything, and events in order.

A seat that reads slowly gets fewer, newer values; one that does not read at all costs a bounded
amount of memory, and gets a snapshot when it comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from sim.net.protocol import Delta, HostMessage, Snapshot, difference

MOST_KEYS: Final = 400
MOST_EVENTS: Final = 200


class Outbox:
    """The outbox of one connection. One task fills it, one task empties it."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.version = 0
        self._latest: Mapping[str, Any] | None = None
        self._single: dict[str, Any] = {}
        self._rows: dict[tuple[str, str], Any] = {}
        self._events: list[HostMessage] = []
        self._whole = False

    def show(self, view: Mapping[str, Any]) -> None:
        """Queue whatever differs from the view shown last."""
        if self._latest is None:
            self._start_over(view)
            return
        single, tables = difference(self._latest, view)
        self._latest = view
        if self._whole or not (single or tables):
            return
        self._single.update(single)
        for table, rows in tables.items():
            for id, row in rows.items():
                self._rows[table, id] = row
        if len(self._single) + len(self._rows) > MOST_KEYS:
            self._start_over(view)
        self.wake.set()

    def resync(self) -> None:
        """Send everything again."""
        if self._latest is not None:
            self._start_over(self._latest)

    def tell(self, event: HostMessage) -> None:
        """Queue an event; events keep their order."""
        self._events.append(event)
        if len(self._events) > MOST_EVENTS:
            # What was dropped can be asked for again: a repeated command id gives its receipt.
            self._events.clear()
            self.resync()
        self.wake.set()

    def take(self) -> list[HostMessage]:
        """Return what is to be sent now, and forget it.

        Newer values go before events, so that whoever gets a receipt has what it did on the screen.
        """
        self.wake.clear()
        messages: list[HostMessage] = []
        if self._whole and self._latest is not None:
            self.version += 1
            messages.append(Snapshot(self.version, self._latest))
        elif self._single or self._rows:
            tables: dict[str, dict[str, Any]] = {}
            for (table, id), row in self._rows.items():
                tables.setdefault(table, {})[id] = row
            messages.append(Delta(self.version, self.version + 1, self._single, tables))
            self.version += 1
        messages += self._events
        self._whole, self._single, self._rows, self._events = False, {}, {}, []
        return messages

    def _start_over(self, view: Mapping[str, Any]) -> None:
        self._latest = view
        self._whole, self._single, self._rows = True, {}, {}
        self.wake.set()
