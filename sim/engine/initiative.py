"""Acting without an order, and declining one: the commander on the spot, and the one within reach.

He already holds the authority, for self-defence and against imminent threats to civilians, whoever attacks them;
having to ask is the failure (S1 ch. 4, O4). Whether he uses it depends on who he is, on what was said beforehand, on
how others were backed who acted, and on whether it is the host state's own army he would have to face (K2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World

DELEGATION: Final = "delegation"
"""The pole of a decision that says whether the leadership trusts the commander on the spot."""
GOOD_GROUNDS_TO_INSIST: Final = ("bad-faith", "national-instruction")
FULLY_COMMITTED: Final = "fully-committed"
OFFERED: Final = ("tcc", "pcc")
"""Contributors that keep full command of what they lend."""


class Initiative:
    """Who acts on his own word, who declines, and what the leadership's word for him is worth."""

    __slots__ = (
        "_alerts", "_backing", "_backing_time", "_clarity", "_grounds", "_host_backing", "_host_clarity",
        "_host_delegated", "_host_least", "_host_mindset", "_host_rigidity", "_host_share", "_host_share_delegated",
        "_left_alone", "_let_fall", "_lost", "_lost_share", "_mindset", "_new", "_new_days", "_reach", "_reacts",
        "_spoken_for", "_spot", "_stood_by", "_tired", "_tired_after", "_tired_days", "_world", "delegated",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._spot = value["command.on_the_spot_base"]
        self._mindset = value["command.on_the_spot_mindset_weight"]
        self._clarity = value["command.on_the_spot_clarity_weight"]
        self._backing = value["command.on_the_spot_backing_weight"]
        self._reach = value["command.reaction_reach_km"]
        self._reacts = value["command.reaction_least_combat"]
        self._stood_by = value["initiative.stood_by_gain"]
        self._let_fall = value["initiative.let_fall_cost"]
        self._left_alone = value["initiative.left_alone_share"]
        self._backing_time = from_hours(value["initiative.backing_hours"])
        self._new = value["initiative.new_cut"]
        self._new_days = value["initiative.new_half_days"]
        self._tired = value["initiative.tired_cut"]
        self._tired_after = value["initiative.tired_after_days"]
        self._tired_days = value["initiative.tired_over_days"]
        self._lost = value["initiative.losses_cut"]
        self._lost_share = value["initiative.losses_full_share"]
        self._host_share = value["initiative.host_share"]
        self._host_share_delegated = value["initiative.host_share_delegated"]
        self._host_least = value["initiative.host_goes_base"]
        self._host_mindset = value["initiative.host_goes_mindset_weight"]
        self._host_clarity = value["initiative.host_goes_clarity_weight"]
        self._host_backing = value["initiative.host_goes_backing_weight"]
        self._host_delegated = value["initiative.host_goes_delegated"]
        self._host_rigidity = value["initiative.host_rigidity"]
        self._grounds = {
            "national-instruction": value["initiative.host_ground_instruction"],
            "safety": value["initiative.host_ground_safety"],
            "missing-capability": value["initiative.host_ground_capability"],
            "bad-faith": value["initiative.host_ground_bad_faith"],
        }
        self._alerts: dict[str, int] = {}
        self._spoken_for: dict[str, Tick] = {}
        self.delegated: dict[str, EventId] = {}
        """Places whose commander was told beforehand that the decision is his."""

    def begin(self) -> None:
        self._world.ledger.open("backing", self._world.parameters["command.backing_start"])

    # Acting

    def on_the_spot(self, unit: UnitState, name: str, cause: EventId, place: str = "") -> bool:
        """Whether the commander who is there, or near, acts against an imminent threat without asking.

        Mindset, clarity of the intent issued beforehand, delegation, how earlier commanders were backed, and the
        state of his unit; a caveat on lethal force counts against it (O4, S1 ch. 4).

        Args:
            place: where people are attacked, if it is not where he stands.
        """
        world = self._world
        told = self._told(unit, place)
        defends = unit.task is not None and unit.task.response.mechanism == "defence"
        clarity = unit.spec.clarity if told is None and not defends else HIGHEST
        restricted = any(caveat.force_level == "lethal" for caveat in world.caveats.of(unit))
        chance = self._spot
        chance += self._mindset * unit.spec.mindset / HIGHEST
        chance += self._clarity * clarity / HIGHEST
        chance += self._backing * world.ledger.value("backing") / HIGHEST
        chance *= self.fitness(unit)
        host = world.host_forces.attacking(place or unit.place)
        if host:
            chance *= self._host_share if told is None else self._host_share_delegated
        chance = 0.0 if restricted else min(max(chance, 0.0), 1.0)
        # Who is just taking control from somebody else, or giving it away, looks at him first.
        chance *= world.handover.friction(unit.place)
        outcome = world.chance.choose(
            name, {"acts": chance, "waits": 1.0 - chance}, causes=(cause,) if told is None else (cause, told),
            terms={
                "mindset": unit.spec.mindset, "clarity": clarity, "backing": world.ledger.value("backing"),
                "host-state": float(host),
            },
        )  # fmt: skip
        world.journal.write(kinds.ON_THE_SPOT, world.now, unit.key, (outcome.row,), world.journal.name(outcome.outcome))
        return outcome.outcome == "acts"

    def alert(self, place: str, row: EventId) -> None:
        """An attack was noticed: the nearest commander within reach decides whether to go (F23)."""
        world = self._world
        km = world.places.km
        near = [
            unit
            for unit in world.forces.units.values()
            if unit.state in ("ready", "executing") and unit.place not in ("", place) and not unit.within
            and unit.capabilities.get("combat", 0.0) >= self._reacts and km(unit.place, place) <= self._reach
        ]  # fmt: skip
        unit = min(near, key=lambda unit: (km(unit.place, place), unit.rank), default=None)
        if unit is None:
            return
        self._alerts[unit.id] = ordinal = self._alerts.get(unit.id, 0) + 1
        if self.on_the_spot(unit, f"reaction/{unit.id}#{ordinal}", row, place):
            world.command.react(unit, place, row)

    def fitness(self, unit: UnitState) -> float:
        """What a contingent's time in theatre and its losses leave of its readiness to act, from 0 to 1."""
        days = unit.spec.days_in_theatre + self._world.now / DAY
        new = self._new * 2.0 ** (-days / self._new_days)
        tired = self._tired * min(max((days - self._tired_after) / self._tired_days, 0.0), 1.0)
        lost = unit.killed + unit.wounded
        share = lost / (lost + unit.strength) if lost else 0.0
        hurt = self._lost * min(share / self._lost_share, 1.0)
        return float((1.0 - new) * (1.0 - tired) * (1.0 - hurt))

    def _told(self, unit: UnitState, place: str) -> EventId | None:
        """The direction by which he was told beforehand that the decision is his, here or there."""
        row = self.delegated.get(unit.place)
        return self.delegated.get(place) if row is None else row

    # Declining

    def commits(self, task: Task, row: EventId) -> bool:
        """Whether a contingent that is ordered against forces of the host state goes, or is "fully committed" (K2).

        It has one luck for life, so that the same order given again finds the same answer; what was said beforehand
        changes it. Why it declines is its own, as with any objection.
        """
        world = self._world
        unit = task.unit
        if unit is None or not world.host_forces.faces(task):
            return True
        contributor = world.blueprint.contributors.get(unit.spec.contributor)
        if contributor is None or contributor.kind not in OFFERED:
            return True
        told = self._told(unit, task.place)
        clarity = unit.spec.clarity if told is None else HIGHEST
        goes = self._host_least
        goes += self._host_mindset * unit.spec.mindset / HIGHEST
        goes += self._host_clarity * clarity / HIGHEST
        goes += self._host_backing * world.ledger.value("backing") / HIGHEST
        goes += self._host_delegated if told is not None else 0.0
        goes = min(max(goes * self.fitness(unit), 0.0), 1.0)
        outcome = world.chance.choose(
            f"committed/{unit.id}", {"goes": goes, FULLY_COMMITTED: 1.0 - goes},
            causes=(row,) if told is None else (row, told), inborn=True,
            terms={"mindset": unit.spec.mindset, "clarity": clarity, "backing": world.ledger.value("backing")},
        )  # fmt: skip
        if outcome.outcome == "goes":
            return True
        ground = world.chance.choose(f"committed/{unit.id}/ground", self._grounds, causes=(outcome.row,), inborn=True)
        objection = world.caveats.object(task, ground.outcome, self._host_rigidity, FULLY_COMMITTED, ground.row)
        return objection is None

    # What the leadership's word is worth

    def stood_by(self, row: EventId, reason: str, share: float = 1.0, place: str = "") -> None:
        """The leadership stands by somebody who acted; others hear of it."""
        if place:
            self.spoken_for(place)
        self._world.standing("backing", share * self._stood_by, (row,), reason)

    def spoken_for(self, place: str) -> None:
        """Somebody in authority has said that what was done there was right."""
        self._spoken_for[place] = self._world.now

    def let_fall(self, row: EventId, reason: str, share: float = 1.0) -> None:
        """The leadership lets somebody fall who acted, or asked with reason; others hear of it."""
        self._world.standing("backing", -share * self._let_fall, (row,), reason)

    def insisted(self, ground: str, row: EventId) -> None:
        """The leadership insisted: on bad faith that is an order; on any other ground a commander was let fall."""
        if ground not in GOOD_GROUNDS_TO_INSIST:
            self.let_fall(row, "insist")

    def decided(self, touches: Mapping[str, float], row: EventId) -> None:
        """An answer that trusts the commander on the spot, or takes the decision from him, is heard down the line."""
        pull = touches.get(DELEGATION, 0.0)
        if pull > 0.0:
            self.stood_by(row, DELEGATION, pull)
            for place in self._world.blueprint.places:
                self.spoken_for(place)
        elif pull < 0.0:
            self.let_fall(row, DELEGATION, -pull)

    def acted_against_host(self, unit: UnitState, place: str, row: EventId) -> None:
        """Somebody stood against the host state's forces: those like him wait for what the leadership says of it."""
        world = self._world
        world.agenda.after(
            self._backing_time, Phase.REPORTS, unit.rank, self._was_it_right, (unit, place, world.now, row)
        )

    def _was_it_right(self, event: At) -> None:
        unit, place, since, row = event.payload
        if self._spoken_for.get(place, -1) >= since:
            return
        world = self._world
        alone = world.journal.write(kinds.UNBACKED, world.now, unit.key, (row,), world.places.state[place].key)
        self.let_fall(alone, "silence", self._left_alone)
