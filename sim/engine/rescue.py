"""Taking people out: civilians under protection, by truck or on foot, and those who are cut off.

Nobody is lost on the way: whoever is moved leaves one place and arrives at another; whoever does not fit, or will not
go, is left, and is counted as left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.contact import ATTACKER
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST

if TYPE_CHECKING:
    from sim.engine.groups import GroupState
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Rescue:
    """Evacuation of civilians, and search and rescue."""

    __slots__ = (
        "_band", "_contact", "_left_fear", "_minutes", "_on_foot", "_rescue_share", "_seats", "_stirs",
        "_trips", "_willing", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._seats = value["rescue.people_per_vehicle"]
        self._trips = value["rescue.trips"]
        self._on_foot = value["rescue.walkers_per_escort"]
        self._willing = value["rescue.willing_least"]
        self._left_fear = value["rescue.left_fear"]
        self._rescue_share = value["rescue.cut_off_share"]
        self._contact = value["rescue.contact_chance"]
        self._band = value["rescue.contact_band"]
        self._minutes = value["rescue.contact_minutes"]
        self._stirs = value["rescue.consent"]

    def begin(self) -> None:
        tasks = self._world.tasks
        tasks.provide("civilian-evacuation", completes=self._evacuated)
        tasks.provide("rescue", begins=self._goes_in, completes=self._rescued)

    # Evacuation

    def _evacuated(self, task: Task) -> None:
        """Loaded and gone: trucks carry some, others walk beside the escort."""
        world = self._world
        unit = task.unit
        if unit is None:
            return
        place = task.place
        to = task.target or self._refuge(place, unit.home)
        present = world.people.at(place)
        seats = unit.vehicles * self._seats * self._trips
        capacity = seats + world.forces.available(unit) * self._on_foot
        afraid = max((state.fear.value_at(world.now) for state in world.people.living_at(place)), default=HIGHEST)
        willing = present * (self._willing + (1.0 - self._willing) * afraid / HIGHEST)
        moved = world.people.escort(place, to, int(min(capacity, willing)), task.row) if to != place else 0
        left = world.people.at(place)
        row = world.journal.write(
            kinds.ESCORTED, world.now, world.places.state[place].key, (task.row,), world.places.state[to].key, moved,
            world.now,
        )  # fmt: skip
        world.measures.count("people_evacuated", moved, row)
        world.truth.event("escorted", place, row)
        if left:
            # Those who stay see the soldiers drive off with the others.
            world.people.shock(place, self._left_fear, row)
        spec = world.host_state.gate("camp")
        if moved and spec is not None and (spec.id, "camp") not in world.host_state.cleared:
            world.standing(f"consent/{spec.id}", -self._stirs, (row,), task.response.id)
        world.intelligence.tell(
            "civilians-evacuated", unit.id, (task.seat, unit.spec.controller, "joc"), row,
            values={"place": place, "to": to, "people": moved, "left": left}, grade="A1", urgent=True,
        )  # fmt: skip
        if moved and unit.place == place and to != place:
            world.forces.move(unit, to, f"{task.name}/escort", (row,), lambda _: None)

    def _refuge(self, place: str, home: str) -> str:
        """Where the escort takes people if nobody said: its own base, or the nearest site that lets them in."""
        world = self._world
        if home != place:
            return home
        others = [site for site in world.sites.state if site != place]
        return min(others, key=lambda site: (world.places.km(place, site), site), default=world.blueprint.headquarters)

    # Search and rescue

    def _goes_in(self, task: Task) -> None:
        """Whoever cut them off may be there still."""
        world = self._world
        unit = task.unit
        enemy = self._enemy(task.place)
        world.people.reassure(task.place, world.tasks.effect(task, "reassurance"), task.row)
        if unit is None or enemy is None:
            return
        bold = world.parameters["rescue.aggression_weight"] * enemy.aggression
        level = min(1.0, world.groups.intensity(task.place) + bold)
        odds = self._contact * level
        outcome = world.chance.choose(
            f"{task.name}/contact", {"contact": odds, "clear": 1.0 - odds}, causes=(task.row,),
            terms={"violence": level},
        )  # fmt: skip
        if outcome.outcome != "contact":
            return
        heads = max(1, round(world.forces.available(unit)))
        band = max(1, min(enemy.strength, round(self._band)))
        key = world.places.state[task.place].key
        began = world.journal.write(kinds.CONTACT, world.now, enemy.key, (outcome.row,), unit.key, key)
        fight = world.contact.fight(f"{task.name}/fight", band, heads, self._minutes)
        lost, ours = fight.losses(fight.ends)
        killed, wounded = world.contact.split(f"{task.name}/fight/theirs", lost)
        un_killed, un_wounded = world.contact.split(f"{task.name}/fight/ours", ours)
        ended = world.journal.write(
            kinds.CONTACT_ENDED, world.now, enemy.key, (began,), killed, wounded, un_killed, un_wounded
        )
        world.truth.event("contact-ended", task.place, ended)
        world.groups.weaken(enemy, lost, ended, broke=fight.broke == ATTACKER, band=band)
        if ours:
            world.forces.lose(unit, un_killed, un_wounded, (ended,))
        if fight.broke == ATTACKER and wounded:
            world.custody.taken(task.place, enemy.id, wounded, unit, ended, wounded=wounded)
        world.custody.remains(task.place, enemy.id, killed, ended)
        if fight.broke and fight.broke != ATTACKER:
            world.tasks.finish(task, "driven-off", (ended,))

    def _enemy(self, place: str) -> GroupState | None:
        """The strongest group that is active at the place."""
        here = [
            group
            for group in self._world.groups.state.values()
            if group.strength > 0 and any(front == place for _, front, _ in group.fronts)
        ]
        return max(here, key=lambda group: (group.strength, -group.rank), default=None)

    def _rescued(self, task: Task) -> None:
        """Staff first, then a share of those who are cut off, to the unit's own base."""
        world = self._world
        unit = task.unit
        if unit is None:
            return
        place, home = task.place, unit.home
        staff = 0
        if home != place:
            for other in list(world.forces.at(place)):
                if other is not unit and world.security.covered(other):
                    staff += other.own_strength()
                    if other.task is not None:
                        world.tasks.finish(other.task, "rescued", (task.row,))
                    world.forces.move(other, home, f"{task.name}/{other.id}", (task.row,), lambda _: None)
        seats = int(unit.vehicles * self._seats * self._rescue_share)
        people = world.people.escort(place, home, seats, task.row) if home != place else 0
        row: EventId = world.journal.write(
            kinds.RESCUED, world.now, world.places.state[place].key, (task.row,), staff, people
        )
        world.measures.count("people_rescued", staff + people, row)
        world.truth.event("rescued", place, row)
        world.intelligence.tell(
            "rescued", unit.id, (task.seat, unit.spec.controller, "joc"), row,
            values={"place": place, "people": people, "staff": staff}, grade="A1", urgent=True,
        )  # fmt: skip
