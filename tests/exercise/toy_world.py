"""A small world with the interface of the real one: a pure function of its seed and its inputs."""

from __future__ import annotations

import heapq
import os
import random
import signal
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sim.engine import kinds
from sim.engine.inputs import AskedWhy, Input, Order, Receipt, SeatHeld
from sim.engine.journal import Journal
from sim.engine.world import NEVER, Stopped, StopWhen
from sim.exercise.clock import ClockState
from sim.exercise.record import Origin, create, open_record
from sim.net.host import Staged

MINUTE = 60_000
HOUR = 60 * MINUTE
SEATS = ("head-of-mission", "police-commissioner")

HAPPENED = kinds.Kind(len(kinds.BY_CODE), "toy-happened", (("amount", kinds.INTEGER),), "chance", True)
kinds.BY_CODE.append(HAPPENED)
TOLD = kinds.Kind(len(kinds.BY_CODE), "toy-told", (("amount", kinds.INTEGER),), "input", True)
kinds.BY_CODE.append(TOLD)


class ToyFailure(Exception):
    """What a mistake in an engine looks like from outside."""


@dataclass
class ToyWorld:
    """Something happens every few minutes; a tenth of it is urgent for one seat.

    Orders change everything that follows. The action ``explode`` raises when applied, ``mine`` raises
    an hour later, ``die`` and ``die-later`` take the whole process down.
    """

    seed: int
    end: int = 10 * 24 * HOUR
    horizon: int = 12 * 24 * HOUR
    every: int = 20 * MINUTE
    now: int = 0
    state: int = 0
    failed: bool = False
    sequence: int = 0
    held: set[str] = field(default_factory=set)
    reports: list[tuple[int, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal()
        self._luck = random.Random(self.seed)
        self._events: list[tuple[int, int, str]] = [(0, 0, "event")]
        self._count = 0

    def advance(self, to: int, stop: StopWhen = NEVER) -> Stopped:
        if self.failed:
            raise ToyFailure("failed before")
        to = min(to, self.horizon)
        while self._events and self._events[0][0] < to:
            tick, _, what = heapq.heappop(self._events)
            self.now = tick
            seat = self._happen(tick, what)
            if seat in stop.seats:
                self.now = min(tick + 1, to)
                return Stopped(self.now, "needs", seat, str(len(self.reports)))
        self.now = max(self.now, to)
        return Stopped(self.now, "ended" if self.now >= self.end else "reached")

    def apply(self, entry: Input) -> Receipt:
        if self.failed:
            raise ToyFailure("failed before")
        self.sequence += 1
        receipt = Receipt(True, self.now, self.sequence, ref=f"{entry.seat}/{self.sequence}")
        if isinstance(entry, AskedWhy):
            return Receipt(True, self.now, self.sequence, answer=(f"state {self.state}",))
        if isinstance(entry, Order) and entry.action == "forbidden":
            return Receipt(False, self.now, self.sequence, reason="not within your authority")
        if isinstance(entry, Order) and entry.action == "explode":
            self.failed = True
            raise ToyFailure(entry.text)
        if isinstance(entry, Order) and entry.action == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if isinstance(entry, Order) and entry.action in ("mine", "die-later"):
            self._push(self.now + HOUR, entry.action)
        if isinstance(entry, SeatHeld):
            (self.held.add if entry.held else self.held.discard)(entry.seat)
        self.state = hash_of(self.state, repr(entry))
        self._write(TOLD, self.now, entry.seat)
        return receipt

    def digest(self) -> str:
        return self.journal.digest()

    def _happen(self, tick: int, what: str) -> str:
        if what == "mine":
            self.failed = True
            raise ToyFailure("stepped on a mine")
        if what == "die-later":
            os.kill(os.getpid(), signal.SIGKILL)
        self._push(tick + 1 + int(self._luck.random() * 2 * self.every), "event")
        self.state = hash_of(self.state, str(tick), *sorted(self.held))
        self._write(HAPPENED, tick, "world")
        if self.state % 10:
            return ""
        seat = SEATS[self.state // 10 % len(SEATS)]
        self.reports.append((tick, seat, f"{self.state % 97} people at the wire"))
        return seat

    def _push(self, tick: int, what: str) -> None:
        self._count += 1
        heapq.heappush(self._events, (tick, self._count, what))

    def _write(self, kind: kinds.Kind, tick: int, subject: str) -> None:
        self.journal.write(kind, tick, self.journal.name(subject), (), self.state & 0x7FFFFFFF)


def hash_of(*parts: object) -> int:
    """A number that depends on every part, the same in every process."""
    value = 14695981039346656037
    for byte in "|".join(map(str, parts)).encode():
        value = ((value ^ byte) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
    return value >> 1


def toy_origin(seed: int = 3) -> Origin:
    """An origin as a scenario file would give it."""
    return Origin(scenario="toy", source="title: Toy", pattern="base", seed=seed)


def toy_stage(request: dict[str, Any]) -> Staged:
    """What the host does with a scenario, for the toy: make or open the file."""
    path = Path(request["path"])
    record = create(path, toy_origin(request["new"]["seed"])) if request["new"] else open_record(path)
    return Staged(record, lambda: ToyWorld(record.origin.seed), toy_view, SEATS, SEATS)


def toy_view(world: ToyWorld, seats: tuple[str, ...], clock_state: ClockState, held: frozenset[str]) -> dict[str, Any]:
    """What the holders of these seats see of the toy."""
    clock = asdict(clock_state)
    mine = [report for report in world.reports if report[1] in seats]
    return {
        "single": {
            "exercise": {"title": "Toy"},
            "seat": {"ids": list(seats), "title": ", ".join(seats), "whole_team": len(seats) > 1, "control": False},
            "clock": clock,
            "figures": [],
            "ending": {"headline": "It is over."} if clock["state"] == "ended" else None,
        },
        "tables": {
            "inbox": {
                f"r{number}": {
                    "order": number, "id": f"r{number}", "tick": tick, "when": str(tick), "sender": "site",
                    "to": seat, "seat": seat, "title": text, "text": text, "grade": "A1", "urgent": True,
                    "topic": "", "about": [],
                }
                for number, (tick, seat, text) in enumerate(mine, 1)
            },
            "places": {"town": {"order": 1, "id": "town", "name": "Town", "notes": [str(world.state)]}},
        },
    }  # fmt: skip
