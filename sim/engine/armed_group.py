"""An armed group as a run has it: who it is, where it is, what it wants, and what it has lived through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.engine.blueprint import GroupSpec
from sim.engine.campaigning import CAMPAIGN
from sim.engine.choosing import WAIT
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import Tick

if TYPE_CHECKING:
    from sim.engine.hostilities import Hostility
    from sim.engine.lessons import Experience
    from sim.engine.opportunities import Stratum


class GroupState:
    """An armed group as the run has it now."""

    __slots__ = (
        "_band_median",
        "aggression",
        "aims",
        "at",
        "brutality",
        "campaigns",
        "experience",
        "fights",
        "fronts",
        "gains",
        "guest",
        "guest_share",
        "harassed",
        "host",
        "id",
        "initial",
        "intent",
        "key",
        "kind",
        "laid",
        "mobile",
        "persuaded_at",
        "persuaded_by",
        "persuasion",
        "places",
        "plans",
        "rank",
        "ready",
        "resting_until",
        "restless",
        "row",
        "spec",
        "strata",
        "strength",
        "supplied",
    )

    def __init__(self, spec: GroupSpec, key: int, strength: int, gains: Mapping[str, float], band: float) -> None:
        self.spec = spec
        self.id = spec.id
        self.rank = spec.rank
        self.key = key
        self.kind = spec.kind
        self.host = spec.kind.startswith("host-")
        self.strength = self.initial = strength
        self.gains = gains
        self.aggression = spec.aggression / HIGHEST
        self.brutality = 1.0
        """How much worse its attacks are in this run than the model's median."""
        self.mobile = bool(spec.aims or spec.holds)
        """It wants or holds places besides its home: it marches, blocks roads and leaves."""
        self.supplied = spec.supply_days is not None
        """Supply is a limit to it."""
        campaign = any(action in CAMPAIGN for action in spec.options)
        self.campaigns = self.mobile or self.supplied or campaign or spec.recruits_per_day > 0.0
        """It lives through weeks: it recruits, breaks, and comes back over days and not overnight."""
        self.aims = dict(spec.aims)
        self.ready: Tick = 0
        """From when on it has gathered what a march takes."""
        self.at = spec.home
        """Where most of it is; nowhere while all of it is on the road."""
        self.places = [spec.home, *(place for place in spec.holds if place != spec.home)]
        self.guest = ""
        """The place it came to because it gave up another; it lives off the people there."""
        self.guest_share = 1.0
        """How far the people there are at its mercy: less where they were warned."""
        self.restless = 0.0
        """Opportunities an hour that it looks for without any fight."""
        self.persuasion = 0.0
        self.persuaded_at: Tick = 0
        self.persuaded_by: EventId | None = None
        self.resting_until: Tick = 0
        self.intent = WAIT
        self.row: EventId = 0
        self.plans = 0
        self.laid = 0
        self.experience: dict[str, Experience] = {}
        """What it has made of each kind of action."""
        self.fronts: list[tuple[float, str, int]] = []
        """Places where it finds whom it is after: share of its opportunities up to this one, place, key."""
        self.fights: list[Hostility] = []
        """What it is party to, or else what it lives off where it is at home."""
        self.strata: list[Stratum] = []
        self.harassed = ""
        self._band_median = band

    def front(self, uniform: float) -> tuple[float, str, int]:
        """Where it is active at a mark from 0 to 1."""
        fronts = self.fronts
        for front in fronts:
            if uniform < front[0]:
                return front
        return fronts[-1]

    def usual_band(self) -> float:
        """Fighters it usually brings to one action."""
        return self.strength * self._band_median

    def unmet(self) -> list[str]:
        """Places it aims for and is not in, those it wants most first."""
        wanted = [place for place in self.aims if place not in self.places]
        return sorted(wanted, key=self.aims.__getitem__, reverse=True)

    def lost(self) -> float:
        """The share of its first strength that it has lost."""
        return max(0.0, 1.0 - self.strength / self.initial) if self.initial else 1.0
