"""What one site holds: people behind the gate and before it, and what there is for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.journal import EventId
from sim.engine.parties import Party, Urge
from sim.engine.ticks import Tick

if TYPE_CHECKING:
    from sim.engine.agenda import At, Watch
    from sim.engine.blueprint import SiteSpec
    from sim.engine.exposure import Candidates
    from sim.engine.ledger import Standing
    from sim.engine.tasks import Task
    from sim.engine.water import Level
    from sim.engine.wounded import AidPost


class SiteState:
    """One site and everybody in it."""

    __slots__ = (
        "aid",
        "alarm",
        "arrived_row",
        "cause",
        "crowd_told",
        "dangers",
        "density",
        "density_peak",
        "discomfort",
        "first_arrival",
        "food",
        "full",
        "gate",
        "gate_m2",
        "gate_row",
        "hungry",
        "id",
        "inner_heads",
        "inside",
        "inside_told",
        "key",
        "latrines",
        "line",
        "litres",
        "litres_least",
        "litres_told",
        "looks",
        "moved_on",
        "moved_told",
        "need",
        "outer_heads",
        "own_water",
        "people_told",
        "rank",
        "released",
        "room_m2",
        "screeners",
        "screening",
        "serving",
        "spec",
        "stays_next",
        "tasks",
        "tension_events",
        "tension_told",
        "trucked",
        "waiting",
        "waiting_told",
        "want",
        "watch",
        "water",
        "weapons",
        "weapons_told",
        "within",
        "wood_cover",
        "works",
    )

    def __init__(self, place: str, key: int, rank: int, spec: SiteSpec, aid: AidPost) -> None:
        self.id = place
        self.key = key
        self.rank = rank
        self.spec = spec
        self.aid = aid
        self.gate = spec.gate
        self.gate_row: EventId = 0
        self.gate_m2 = spec.gate_m2
        self.room_m2 = spec.room_m2
        self.latrines = spec.latrines
        self.own_water = spec.own_water_m3_per_day
        self.released = 0.0
        self.trucked = 0.0
        self.within: list[Party] = []
        self.line: list[Party] = []
        self.inside = 0
        self.waiting = 0
        self.serving: At | None = None
        self.full = False
        self.first_arrival: Tick = -1
        self.arrived_row: EventId = 0
        self.cause: EventId = 0
        self.need = 0.0
        self.litres = math.inf
        self.litres_least = math.inf
        self.litres_told = math.inf
        self.density = 0.0
        self.density_peak = 0.0
        self.discomfort = 0.0
        self.hungry = False
        self.moved_on = 0
        self.moved_told = 0
        self.tension_told = 0
        self.people_told = 0
        self.crowd_told = 0
        self.weapons = 0
        self.weapons_told = 0
        self.inner_heads = 0.0
        self.outer_heads = 0.0
        self.screeners = 0.0
        self.screening = 0
        self.wood_cover = 0.0
        self.works = 0.0
        """How well it is fortified, 0 to 1."""
        self.tasks: list[Task] = []
        self.want = Urge()
        self.stays_next = math.inf
        """The lowest threshold of moving on among the parties here."""
        self.waiting_told = 0
        self.inside_told = 0
        self.water: Level
        self.food: Level
        self.tension_events: Standing
        self.alarm: Standing
        self.watch: Watch
        self.dangers: dict[str, Candidates] = {}
        self.looks: dict[str, At] = {}

    @property
    def people(self) -> int:
        """Everybody who came and has not left."""
        return self.inside + self.waiting

    def forget(self, party: Party) -> None:
        """A party is here no longer."""
        if party.stays_until <= self.stays_next:
            here = (other.stays_until for others in (self.within, self.line) for other in others)
            self.stays_next = min(here, default=math.inf)

    def tension(self, tick: Tick, most: float) -> float:
        """What people lack, and what has happened here, 0 to 100."""
        return min(self.tension_events.value_at(tick) + self.discomfort, most)
