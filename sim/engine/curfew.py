"""A curfew: the host state's to declare, its police's to enforce, and the street's to suffer or enjoy (S1 4.5).

The mission asks whoever holds that gate. Where it is declared there are fewer people about at night, for better and
worse; those who enforce it are not always the better sort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.host_forces import PREY
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.groups import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World

ORDERLY, ROUGH = "orderly", "rough"


class Curfews:
    """Where nobody may be in the street at night, by whose word, and for how long."""

    __slots__ = (
        "_bound", "_crowds_left", "_fear", "_floor", "_harm", "_harm_sigma", "_hours", "_left", "_legitimacy",
        "_night_reassurance", "_nights", "_rough", "_world", "until",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._hours = from_hours(value["curfew.hours"])
        self._floor = value["curfew.declared_floor"]
        self._left = {
            "looters": value["curfew.streets_left_looters"],
            "community-fighters": value["curfew.streets_left_fighters"],
        }
        self._crowds_left = value["curfew.crowds_left"]
        self._fear = value["curfew.fear"]
        self._night_reassurance = value["curfew.night_reassurance"]
        self._rough = value["curfew.rough_chance"]
        self._bound = value["curfew.rough_by_stance"]
        self._harm = value["curfew.rough_harm"]
        self._harm_sigma = value["attacks.severity_sigma"]
        self._legitimacy = value["curfew.rough_legitimacy"]
        self._nights: dict[str, int] = {}
        self.until: dict[str, Tick] = {}

    def begin(self) -> None:
        self._world.tasks.provide("curfew", completes=self.asked)
        self._world.truth.provide("curfew", self._truth_curfew)

    def holds(self, place: str) -> bool:
        """Whether nobody may be in the street there now."""
        until = self.until.get(place)
        return until is not None and self._world.now < until and self._world.places.is_night(self._world.now)

    def streets(self, place: str, group: GroupState) -> float:
        """The share of a group's opportunities that a curfew leaves; who comes in strength does not ask."""
        return self._left.get(group.kind, 1.0) if self.until and self.holds(place) else 1.0

    def abroad(self, place: str) -> float:
        """The share of a crowd that comes out all the same."""
        return self._crowds_left if self.until and self.holds(place) else 1.0

    def asked(self, task: Task) -> None:
        """A counterpart is asked, the one who holds that gate if nobody is named; only that one can declare it."""
        world = self._world
        known = world.blueprint.counterparts
        spec = known.get(task.target) or world.host_state.gate("curfew") or next(iter(known.values()), None)
        if spec is None:
            return
        place = task.place or spec.at
        theirs = "curfew" in spec.gates and not world.host_state.obstruction.gate_delay(spec.id, "curfew")[0]
        consent = world.host_state.consent(spec.id) / HIGHEST
        declares = (self._floor + (1.0 - self._floor) * consent) if theirs else 0.0
        outcome = world.chance.choose(
            f"{task.name}/curfew", {"declared": declares, "refused": 1.0 - declares}, causes=(task.row,),
            terms={"consent": HIGHEST * consent, "theirs": float(theirs)},
        )  # fmt: skip
        row = world.journal.write(
            kinds.CURFEW, world.now, world.journal.name(spec.id), (outcome.row,),
            world.places.state[place].key, world.journal.name(outcome.outcome),
        )  # fmt: skip
        world.intelligence.tell(
            f"curfew-{outcome.outcome}", spec.id, (task.seat, "joc", "police-commissioner"), row,
            values={"counterpart": spec.id, "place": place}, facts=((place, "curfew", outcome.outcome),), grade="A1",
        )  # fmt: skip
        if outcome.outcome == "declared":
            self._declare(place, row)

    def _declare(self, place: str, row: EventId) -> None:
        world = self._world
        known = self.until.get(place, 0) > world.now
        self.until[place] = world.now + self._hours
        world.people.shock(place, self._fear, row)
        world.crowds.aggrieved(place, "curfew", row)
        world.truth.changed(place, "curfew", row)
        if not known:
            self._next_night(place, row)

    def _next_night(self, place: str, row: EventId) -> None:
        world = self._world
        dusk = world.places.next_dusk(world.now)
        if dusk < self.until[place]:
            world.agenda.at(dusk, Phase.GROUPS, world.places.state[place].rank, self._night, (place, row))
        else:
            world.agenda.at(self.until[place], Phase.GROUPS, world.places.state[place].rank, self._over, (place, row))

    def _over(self, event: At) -> None:
        place, row = event.payload
        if self.until[place] <= self._world.now:
            self._world.truth.changed(place, "curfew", row)
        else:
            self._next_night(place, row)

    def _night(self, event: At) -> None:
        """Each night it is enforced by whoever enforces things there."""
        place, row = event.payload
        world = self._world
        self._nights[place] = night = self._nights.get(place, 0) + 1
        police = self._enforcers(place)
        rough = 0.0
        if police is not None:
            rough = self._rough * (1.0 - police.spec.respects / HIGHEST)
            if world.host_forces.stance(police.id) == PREY:
                rough = max(rough, self._bound)
        outcome = world.chance.choose(
            f"curfew/{place}/night#{night}", {ROUGH: rough, ORDERLY: 1.0 - rough}, causes=(row,),
            terms={"respects": police.spec.respects if police is not None else 0.0},
        )  # fmt: skip
        written = world.journal.write(
            kinds.CURFEW_NIGHT, world.now, police.key if police is not None else world.places.state[place].key,
            (outcome.row,), world.places.state[place].key, world.journal.name(outcome.outcome),
        )  # fmt: skip
        if outcome.outcome == ROUGH and police is not None:
            self._roughly(place, police, night, written)
        elif police is not None:
            world.people.reassure(place, self._night_reassurance, written)
        self._next_night(place, row)

    def _roughly(self, place: str, police: GroupState, night: int, row: EventId) -> None:
        world = self._world
        severity = lognormal(world.chance.draw(f"curfew/{place}/harm", night), self._harm, self._harm_sigma)
        killed, wounded = world.groups.attacks.hurt(f"curfew/{place}/{night}", place, severity, row)
        world.people.shock(place, self._fear, row, police.id)
        world.crowds.aggrieved(place, "beating", row)
        world.standing("legitimacy", -self._legitimacy, (row,), "curfew")
        world.intelligence.happened(
            "curfew-rough", place, row, values={"group": police.id, "place": place, "wounded": killed + wounded}
        )
        force = world.host_forces.forces.get(police.id)
        if force is not None and killed + wounded:
            world.due_diligence.abused(force.counterpart, place, killed + wounded, row)

    def _enforcers(self, place: str) -> GroupState | None:
        here = [
            group for group in self._world.groups.state.values()
            if group.host and group.strength > 0 and group.spec.home == place
        ]  # fmt: skip
        return max(here, key=lambda group: (group.kind == "host-police", group.strength, -group.rank), default=None)

    def _truth_curfew(self, subject: str) -> str | None:
        if subject not in self._world.blueprint.places:
            return None
        return "declared" if self.until.get(subject, 0) > self._world.now else ""
