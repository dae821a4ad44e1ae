"""Security risk to staff, and what is allowed at it: the matrix, and programme criticality as a gate of its own.

Likelihood times impact gives a word for each place, from what has been reported and what is near (C13, C15). Which
activities may go on at that word is programme criticality's to say; it belongs to the head of mission or the
resident coordinator, not to the security adviser (C14). Contingents and formed police are outside all this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.desks import Desk
    from sim.engine.journal import EventId
    from sim.engine.tasks import Task
    from sim.engine.world import World

LEVELS: Final = ("low", "medium", "high", "very-high", "unacceptable")
PERMITS: Final = {"pc1": "very-high", "pc2": "high", "pc3": "medium", "pc4": "low"}
"""The highest of LEVELS that each programme criticality permits (C14); unacceptable is never permitted."""

MANAGEMENT_TEAM: Final = (
    "head-of-mission", "security-adviser", "deputy-rc-hc", "rc-hc", "chief-of-staff", "force-commander",
    "police-commissioner", "mission-support",
)  # fmt: skip
"""The security management team has the agencies in it and is not the crisis team (S1 2.5)."""

ACTIVITIES: Final = ("community", "liaison", "monitoring", "screening")
"""Families of tasks that staff under the security system do."""

AT_A_DESK: Final = ("threat-assessment", "due-diligence")
"""What an office does from what it has: it is about a place, and nobody goes there."""


class StaffRisk:
    """What each place is said to risk, and what goes on there all the same."""

    __slots__ = (
        "_assessed", "_crowd", "_default", "_eased", "_from", "_impact", "_impact_most", "_likelihood",
        "_likelihood_most", "_near_km", "_sheltered", "_valid", "_world", "criticality", "refused",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._near_km = value["staff_risk.near_km"]
        self._likelihood = {
            "quiet": round(value["staff_risk.likelihood_quiet"]),
            "incidents": round(value["staff_risk.likelihood_incidents"]),
            "fighting": round(value["staff_risk.likelihood_fighting"]),
        }
        self._crowd = {
            "angry": round(value["staff_risk.likelihood_angry_crowd"]),
            "violent": round(value["staff_risk.likelihood_violent_crowd"]),
            "armed": round(value["staff_risk.likelihood_armed_crowd"]),
        }
        self._likelihood_most = round(value["staff_risk.steps"])
        self._impact = {
            "quiet": round(value["staff_risk.impact_quiet"]),
            "incidents": round(value["staff_risk.impact_incidents"]),
            "fighting": round(value["staff_risk.impact_fighting"]),
        }
        self._impact_most = round(value["staff_risk.steps"])
        self._from = (
            value["staff_risk.medium_from"],
            value["staff_risk.high_from"],
            value["staff_risk.very_high_from"],
            value["staff_risk.unacceptable_from"],
        )
        self._default = round(value["staff_risk.default_permits"])
        self._eased = round(value["staff_risk.measures_ease_steps"])
        self._sheltered = value["works.staff_shelter_from"]
        self._valid = from_hours(value["staff_risk.assessment_valid_h"])
        self._assessed: dict[str, tuple[Tick, EventId]] = {}
        self.criticality: dict[str, tuple[str, EventId]] = {}
        self.refused = 0

    def begin(self) -> None:
        world = self._world
        places = world.blueprint.places
        world.truth.provide("risk", lambda place: self.level(place) if place in places else None)
        world.truth.provide("criticality", lambda place: self._agreed(place) if place in places else None)
        world.tasks.provide("risk-assessment", completes=self._assess)
        world.tasks.provide("criticality", completes=self._decide)

    # The matrix

    def level(self, place: str) -> str:
        """low, medium, high, very-high or unacceptable, from what has been reported of the place and what is near."""
        likelihood, impact = self._rated(place)
        product = likelihood * impact
        return LEVELS[sum(1 for start in self._from if product >= start)]

    def _rated(self, place: str) -> tuple[int, int]:
        """Likelihood and impact, one to five each."""
        world = self._world
        desk = self._desk()
        here = self._word(desk, place)
        likelihood, impact = self._likelihood[here], self._impact[here]
        for other in world.places.state:
            if other != place and world.places.km(place, other) <= self._near_km:
                near = self._word(desk, other)
                # What goes on next door is a step less likely to reach here, and as bad if it does.
                likelihood = max(likelihood, self._likelihood[near] - 1)
                impact = max(impact, self._impact[near] - 1)
        crowd = desk.value(place, "crowd") if desk is not None else None
        likelihood = max(likelihood, self._crowd.get(str(crowd), 0))
        site = world.sites.state.get(place)
        if site is not None and site.works >= self._sheltered:
            impact = max(1, impact - 1)
        if self._fresh(place):
            likelihood = max(1, likelihood - self._eased)
        return min(likelihood, self._likelihood_most), min(impact, self._impact_most)

    def _desk(self) -> Desk | None:
        """Where the security adviser reads; the operations centre where there is none."""
        desks = self._world.intelligence.pictures.desks
        for role in ("security-adviser", "joc", "head-of-mission"):
            for seat in self._world.blueprint.seats.values():
                if seat.role == role:
                    return desks[seat.id]
        return None

    def _word(self, desk: Desk | None, place: str) -> str:
        known = desk.value(place, "violence") if desk is not None else None
        return known if isinstance(known, str) and known in self._likelihood else "quiet"

    def _fresh(self, place: str) -> bool:
        assessed = self._assessed.get(place)
        return assessed is not None and self._world.now - assessed[0] <= self._valid

    # Programme criticality

    def permits(self, place: str) -> int:
        """The highest of the levels at which activities at a place may go on."""
        agreed = self.criticality.get(place)
        if agreed is not None:
            return LEVELS.index(PERMITS[agreed[0]])
        return LEVELS.index(PERMITS["pc1"]) if place in self._world.security.retained else self._default

    def allows(self, place: str) -> bool:
        """Whether staff activities may go on at a place."""
        return LEVELS.index(self.level(place)) <= self.permits(place)

    def covers(self, task: Task) -> bool:
        """Whether a task takes people whom the security system covers to its place, where they can be hurt."""
        if task.unit is not None:
            return task.response.performed_by in ACTIVITIES and self._world.security.covered(task.unit)
        return task.response.lead == "civilian" and task.response.mechanism not in AT_A_DESK and bool(task.place)

    def stops(self, task: Task) -> EventId | None:
        """The row of a refusal, where the risk at its place is more than programme criticality permits."""
        if not task.place or not self.covers(task) or self.allows(task.place):
            return None
        world = self._world
        self.refused += 1
        word = self.level(task.place)
        row = world.journal.write(
            kinds.RISK_ASSESSED, world.now, world.places.state[task.place].key, (task.row,), world.journal.name(word)
        )
        world.intelligence.tell(
            "activity-stopped", "security-adviser", (task.seat, "security-adviser"), row,
            values={"place": task.place, "action": task.response.id, "risk": word},
            facts=((task.place, "risk", word),), grade="A2", urgent=True,
        )  # fmt: skip
        return row

    # What is done about it

    def _assess(self, task: Task) -> None:
        """The adviser has been through it: measures are taken, and the team hears the word."""
        world = self._world
        place = task.place
        self._assessed[place] = (world.now, task.row)
        word = self.level(place)
        row = world.journal.write(
            kinds.RISK_ASSESSED, world.now, world.places.state[place].key, (task.row,), world.journal.name(word)
        )
        self._assessed[place] = (world.now, row)
        world.truth.changed(place, "risk", row)
        world.truth.event("risk-assessed", place, row)
        world.intelligence.tell(
            "risk-assessed", "security-adviser", MANAGEMENT_TEAM, row, values={"place": place, "risk": word},
            facts=((place, "risk", word),), grade="B2", urgent=LEVELS.index(word) > self.permits(place),
        )  # fmt: skip

    def _decide(self, task: Task) -> None:
        """What goes on at a place is said to be worth this much risk."""
        world = self._world
        word = task.options[0] if task.options else "pc2"
        row = world.journal.write(
            kinds.CRITICALITY, world.now, world.places.state[task.place].key, (task.row,), world.journal.name(word)
        )
        self.criticality[task.place] = (word, row)
        world.truth.changed(task.place, "criticality", row)
        world.intelligence.tell(
            "criticality-set", task.seat, MANAGEMENT_TEAM, row, values={"place": task.place, "level": word},
            facts=((task.place, "criticality", word),), grade="A1",
        )  # fmt: skip
        if PERMITS[word] == LEVELS[0]:
            world.standing("humanitarians", -world.tasks.effect(task, "humanitarians"), (row,), task.response.id)

    def _agreed(self, place: str) -> str:
        agreed = self.criticality.get(place)
        return agreed[0] if agreed is not None else "not-set"
