"""Attack and reconnaissance aircraft: few, by day, with a crew that looks before it fires (F24, F25).

Attack helicopters are reserved: somebody has to release them, some are on the ground with a fault, and what is in the
air has a tasking behind it and two or three hours of daylight and fuel. Over a column the crew sees uniforms or
families, and warns, waits or fires. Fire on men in the open breaks most columns and hurts whoever rides with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal, share_of
from sim.engine.contact import AirFire
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, MINUTE, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.column import Column
    from sim.engine.forces import UnitState
    from sim.engine.sources import Fact
    from sim.engine.tasks import Task
    from sim.engine.views import Value
    from sim.engine.world import World

AIR_FIRE: Final = "air-fire"
ARMED, MIXED, UNSURE = "armed", "mixed", "unsure"
WARN_FIRST, SHOW_ONLY, AT_RISK = "warn-first", "show-only", "accept-civilian-risk"


class Sortie:
    """Aircraft on one task, from the order to the way home."""

    __slots__ = ("aircraft", "began", "column", "looks", "over", "task", "unit")

    def __init__(self, task: Task, unit: UnitState, column: Column) -> None:
        self.task = task
        self.unit = unit
        self.column = column
        self.aircraft = 0
        self.looks = 0
        self.began: Tick = 0
        self.over = False


class AirSupport:
    """Aircraft that can fire, and aircraft that look."""

    __slots__ = (
        "_humanitarian", "_kilometres", "_look_minutes", "_night_share", "_reach", "_seen_among",
        "_shock", "_sigma", "_sorties", "_spill", "_starts", "_station", "_tasking", "_unsure", "_world", "_worth",
        "_wrongly_seen", "attack_aircraft", "flown", "sorties",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._reach = value["air.reach_km"]
        self._worth = value["air.worth_heads"]
        self._night_share = value["air.night_share"]
        self._tasking = value["air.tasking_hours"]
        self._sigma = value["air.tasking_sigma"]
        self._starts = value["air.starts_share"]
        self._sorties = round(value["air.sorties_per_day"])
        self._station = value["air.station_minutes"]
        self._look_minutes = value["air.look_minutes"]
        self._seen_among = value["air.civilians_seen"]
        self._wrongly_seen = value["air.civilians_wrongly_seen"]
        self._unsure = value["air.unsure"]
        self._spill = value["air.civilians_hit_share"]
        self._shock = value["air.shock"]
        self._humanitarian = value["air.humanitarians_per_civilian"]
        self._kilometres: dict[tuple[str, str], float] = {}
        self.attack_aircraft: tuple[UnitState, ...] = tuple(
            unit for unit in world.forces.units.values() if unit.capabilities.get(AIR_FIRE)
        )
        self.flown: dict[tuple[str, int], int] = {}
        """Sorties of each unit on each day."""
        self.sorties: dict[str, Sortie] = {}

    def begin(self) -> None:
        tasks = self._world.tasks
        tasks.provide(AIR_FIRE, begins=self.tasked, ends=self.ended)
        tasks.provide("reconnaissance", begins=self.looks, ends=self.looked)

    # What it means to others

    def capability_from_air(self, place: str) -> float:
        """Riflemen that aircraft within reach of a place are worth in a group's eyes at this hour."""
        world = self._world
        if world.support.grounded():
            return 0.0
        worth = 0.0
        for unit in self.attack_aircraft:
            if unit.vehicles > 0 and unit.strength > 0 and self._km(unit, place) <= self._reach:
                worth += unit.vehicles * self._worth
        return worth * self._night_share if worth and world.places.is_night(world.now) else worth

    def _km(self, unit: UnitState, place: str) -> float:
        base = unit.place or unit.destination
        km = self._kilometres.get((base, place))
        if km is None:
            km = self._kilometres[base, place] = self._world.places.straight_km(base, place)
        return km

    # Fire

    def tasked(self, task: Task) -> None:
        """The crew has its tasking: when it can leave, and what for."""
        world = self._world
        unit = task.unit
        assert unit is not None
        column = world.columns.of(task.target)
        if column is None or not column.on_the_way:
            world.agenda.after(1, Phase.CONTACT, unit.rank, self._no_target, task)
            return
        sortie = self.sorties[task.name] = Sortie(task, unit, column)
        ready = world.now + from_hours(lognormal(world.chance.draw(f"{task.name}/tasking"), self._tasking, self._sigma))
        ready += world.host_state.flight_clearance(unit, task, ready)
        world.agenda.at(self._flyable(sortie, ready), Phase.MOVEMENT, unit.rank, self._launches, sortie)

    def _flyable(self, sortie: Sortie, ready: Tick) -> Tick:
        """By daylight, out of the dust, and not more often a day than crews and fuel allow."""
        world = self._world
        place = world.columns.nearest(sortie.column)
        ready = world.support.flyable(sortie.unit, place, max(ready, world.now + 1))
        while self.flown.get((sortie.unit.id, self._day(ready)), 0) >= self._sorties:
            ready = world.support.flyable(sortie.unit, place, world.places.next_dawn(ready))
        return ready

    def _day(self, tick: Tick) -> int:
        return (tick - self._world.blueprint.first_midnight) // DAY

    def _no_target(self, event: At) -> None:
        task: Task = event.payload
        self._world.tasks.finish(task, "no-target", ())
        self._report(task, "air-no-target", task.row)

    def _launches(self, event: At) -> None:
        sortie: Sortie = event.payload
        world = self._world
        task, unit, column = sortie.task, sortie.unit, sortie.column
        if sortie.over:
            return
        if world.columns.of(task.target) is not column or not column.on_the_way:
            self._finish(sortie, "no-target", "air-no-target", task.row)
            return
        again = self._flyable(sortie, world.now)
        if again > world.now + 1:
            world.agenda.at(again, Phase.MOVEMENT, unit.rank, self._launches, sortie)
            return
        draw = world.chance.draw
        sortie.aircraft = sum(
            1 for number in range(unit.vehicles) if draw(f"{task.name}/starts", number) < self._starts
        )
        day = (unit.id, self._day(world.now))
        self.flown[day] = self.flown.get(day, 0) + 1
        place = world.columns.nearest(column)
        row = task.row = world.journal.write(
            kinds.SORTIE, world.now, unit.key, (task.row, column.row),
            column.group.key, world.journal.name(place), sortie.aircraft,
        )  # fmt: skip
        if not sortie.aircraft:
            self._finish(sortie, "unserviceable", "air-unserviceable", row)
            return
        if place == unit.place:
            self._over_target(sortie, row)
            return
        world.forces.move(unit, place, f"{task.name}/out", (row,), lambda arrived: self._over_target(sortie, arrived))

    def _over_target(self, sortie: Sortie, row: EventId) -> None:
        if sortie.over:
            return
        world = self._world
        sortie.unit.state = "executing"
        world.truth.changed(sortie.unit.id, "state", row)
        sortie.began = world.now
        self._looks(sortie, row)

    def _looks(self, sortie: Sortie, row: EventId) -> None:
        """Who is on the trucks: uniforms and weapons, or families among them."""
        world = self._world
        column, task = sortie.column, sortie.task
        if world.columns.of(task.target) is not column or not column.on_the_way:
            self._finish(sortie, "gone", "air-no-target", row)
            return
        odds = self._recognized(column)
        choice = world.chance.choose(
            f"{task.name}/looks", odds, causes=(row, column.row), ordinal=sortie.looks,
            terms={"civilians": float(column.civilians), "armed": float(column.strength)},
        )  # fmt: skip
        sortie.looks += 1
        seen = world.journal.write(
            kinds.IDENTIFIED, world.now, sortie.unit.key, (choice.row,),
            column.group.key, world.journal.name(choice.outcome),
        )  # fmt: skip
        values, facts = self._counted(sortie.unit, column, task)
        world.intelligence.tell(
            f"air-sees-{choice.outcome}", sortie.unit.id, (sortie.unit.spec.controller, "joc"), seen,
            values=values, facts=facts, grade="A1", urgent=choice.outcome == MIXED,
        )  # fmt: skip
        self._decides(sortie, choice.outcome, seen)

    def _recognized(self, column: Column) -> dict[str, float]:
        among = self._seen_among if column.civilians else self._wrongly_seen
        clear = 1.0 - self._unsure
        return {ARMED: clear * (1.0 - among), MIXED: clear * among, UNSURE: self._unsure}

    def _decides(self, sortie: Sortie, seen: str, row: EventId) -> None:
        """Warn, wait or fire: what the crew is allowed and what it sees."""
        world = self._world
        task, column = sortie.task, sortie.column
        if seen == UNSURE:
            if world.now - sortie.began + self._look_minutes * MINUTE > self._station * MINUTE:
                self._finish(sortie, "not-identified", "air-held-fire", row)
                return
            world.agenda.after(
                round(self._look_minutes * MINUTE), Phase.CONTACT, sortie.unit.rank, self._look_again, (sortie, row)
            )
            return
        review = world.lawfulness.review(task, task.target, world.columns.nearest(column))
        holds = seen == MIXED and AT_RISK not in task.options
        unwarned = column.warned is None and not review.warned and not review.imminent
        if holds or unwarned or WARN_FIRST in task.options or SHOW_ONLY in task.options:
            self._warns(sortie, review.row, holds or SHOW_ONLY in task.options)
        else:
            self._fires(sortie, review.row)

    def _look_again(self, event: At) -> None:
        sortie, row = event.payload
        if not sortie.over:
            self._looks(sortie, row)

    def _warns(self, sortie: Sortie, row: EventId, holds_fire: bool) -> None:
        """A low pass and a call on their radio: the column turns, or goes on and knows what that means."""
        world = self._world
        column, task = sortie.column, sortie.task
        warned = world.journal.write(kinds.AIR_WARNED, world.now, sortie.unit.key, (row,), column.group.key)
        column.warned = warned
        expected = world.deterrence.capability(column.group, column.toward)
        expected *= world.deterrence.credibility(column.group.id) / HIGHEST
        choice = world.columns.venturing.choose(f"{task.name}/warned", column, expected, (warned,))
        if choice.outcome == "turn":
            world.red_lines.answered(column, warned)
            world.columns.turn_back(column, choice.row, "warned")
            self._finish(sortie, "turned", "air-turned-them", choice.row)
        elif holds_fire:
            self._finish(sortie, "held-fire", "air-held-fire", choice.row)
        else:
            self._fires(sortie, choice.row)

    def _fires(self, sortie: Sortie, row: EventId) -> None:
        world = self._world
        column, unit, task = sortie.column, sortie.unit, sortie.task
        place = world.columns.nearest(column)
        struck = world.journal.write(
            kinds.AIR_ACTION, world.now, unit.key, (row, column.row), column.group.key, world.journal.name(place)
        )
        world.columns.hold_still(column)
        minutes = self._station - (world.now - sortie.began) / MINUTE
        fire = world.contact.from_air(f"{task.name}/fire", column.strength, sortie.aircraft, max(minutes, 1.0))
        world.red_lines.answered(column, struck)
        world.lawfulness.used(task, struck)
        world.people.shock(place, self._shock, struck, column.group.id)
        world.truth.event("air-action", column.group.id, struck)
        world.intelligence.happened(
            "air-action", place, struck,
            values={"unit": unit.id, "group": column.group.id, "place": place},
            facts=world.columns.facts(column), urgent=True, loud=world.parameters["air.loudness"], name=task.name,
        )  # fmt: skip
        world.agenda.after(
            max(1, round(fire.minutes * MINUTE)), Phase.CONTACT, unit.rank, self._fired, (sortie, fire, struck)
        )

    def _fired(self, event: At) -> None:
        sortie, fire, struck = event.payload
        self._count(sortie, fire, struck)

    def _count(self, sortie: Sortie, fire: AirFire, struck: EventId) -> None:
        """What the fire did to those who carry arms and to those who do not."""
        world = self._world
        column, task = sortie.column, sortie.task
        killed, wounded = world.contact.split(f"{task.name}/column", len(fire.hits))
        share = column.civilians / column.heads if column.heads else 0.0
        hurt = share_of(len(fire.hits), share * self._spill, world.chance.draw(f"{task.name}/among"))
        hurt = min(hurt, column.civilians)
        place = world.columns.nearest(column)
        row = world.journal.write(
            kinds.AIR_ACTION_ENDED, world.now, sortie.unit.key, (struck,), killed, wounded, hurt, int(fire.broke)
        )
        world.truth.event("air-action-ended", column.group.id, row)
        if hurt:
            self._harmed(f"{task.name}/civilians", column, hurt, place, sortie.unit, row)
        world.columns.hit(column, killed, wounded, row, broke=fire.broke)
        if column.on_the_way and column.strength > 0:
            world.columns.halt(column, row, world.columns.waits(column))
        self._finish(sortie, "done", "air-action-over", row, killed=killed, wounded=wounded)

    def _harmed(self, name: str, column: Column, hurt: int, place: str, unit: UnitState, row: EventId) -> None:
        """Civilians among them, whom the mission was sent to protect: counted, told, looked into and paid for."""
        world = self._world
        column.civilians -= hurt
        killed, wounded = world.contact.split(name, hurt)
        for measure, amount in (("civilians_killed", killed), ("civilians_wounded", wounded)):
            if amount:
                world.measures.count(measure, amount, row)
        harm = world.journal.write(
            kinds.HARMED_BY_MISSION, world.now, world.places.state[place].key, (row,), killed, wounded
        )
        world.custody.harmed_by_mission(place, hurt, unit.id, harm)
        world.standing("humanitarians", -self._humanitarian * hurt, (harm,), "civilians-harmed")
        world.people.shock(place, self._shock, harm)
        world.truth.event("civilians-harmed", place, harm)
        world.rumours.spread(place, "mission", world.parameters["air.story_reach"], harm)
        world.intelligence.happened(
            "civilians-hit-by-mission", place, harm,
            values={"place": place, "killed": killed, "wounded": wounded}, urgent=True,
            to=("force-commander", "head-of-mission", "human-rights"),
        )  # fmt: skip

    # The way home

    def _finish(self, sortie: Sortie, outcome: str, phrase: str, row: EventId, **values: int) -> None:
        sortie.over = True
        self._world.tasks.finish(sortie.task, outcome, (row,))
        self._report(sortie.task, phrase, row, **values)
        self._returns(sortie.unit, sortie.task, row)

    def ended(self, task: Task) -> None:
        """The task is over, however it ended: whoever was still to fly does not."""
        sortie = self.sorties.pop(task.name, None)
        if sortie is not None:
            sortie.over = True

    def _returns(self, unit: UnitState, task: Task, row: EventId) -> None:
        world = self._world
        if unit.place and unit.place != unit.home:
            ready = world.support.flyable(unit, unit.home, world.now + 1)
            world.agenda.at(ready, Phase.MOVEMENT, unit.rank, self._flies_home, (unit, task, row))

    def _flies_home(self, event: At) -> None:
        unit, task, row = event.payload
        if self._world.support.grounded():
            self._returns(unit, task, row)
        elif unit.task is None and unit.place and unit.place != unit.home and unit.state == "ready":
            self._world.forces.move(unit, unit.home, f"{task.name}/home", (row,), lambda _: None)

    def _report(self, task: Task, phrase: str, row: EventId, **values: int) -> None:
        unit = task.unit
        assert unit is not None
        self._world.intelligence.tell(
            phrase, unit.id, (task.seat, "joc"), row,
            values={"unit": unit.id, "group": task.target, "place": unit.place or unit.destination, **values},
            facts=((task.name, "state", task.state), *self._now(task)), grade="A1", urgent=True,
        )  # fmt: skip

    def _now(self, task: Task) -> list[Fact]:
        """How a column stands as the crew leaves it; nothing on the road is news too."""
        columns, group = self._world.columns, task.target
        column = columns.of(group)
        if column is None:
            return [(group, "column", columns.word(group))]
        return self._world.intelligence.counted({}, columns.facts(column), f"{task.name}/counted")[1]

    # Reconnaissance

    def looks(self, task: Task) -> None:
        """Eyes over a place and the roads that lead there: columns are found, and sources are asked about them."""
        world = self._world
        assert task.unit is not None
        for place in self._watched(task.place):
            world.intelligence.sources.collect(place, True)
        if world.places.is_night(world.now):
            return
        for column in world.columns.about(task.place):
            values, facts = self._counted(task.unit, column, task)
            world.intelligence.tell(
                f"air-sees-{MIXED if column.civilians else ARMED}", task.unit.id, (task.seat, "joc"), task.row,
                values=values, facts=facts, grade="A1", urgent=world.columns.concerns(column.toward),
            )  # fmt: skip

    def _counted(self, unit: UnitState, column: Column, task: Task) -> tuple[dict[str, Value], list[Fact]]:
        """A column as it is counted from the air: nobody counts heads on moving lorries to the man."""
        world = self._world
        values: dict[str, Value] = {
            "unit": unit.id, "group": column.group.id, "place": world.columns.nearest(column),
            "column-strength": column.heads,
        }  # fmt: skip
        return world.intelligence.counted(values, world.columns.facts(column), f"{task.name}/counted")

    def looked(self, task: Task) -> None:
        for place in self._watched(task.place):
            self._world.intelligence.sources.collect(place, False)

    def _watched(self, place: str) -> tuple[str, ...]:
        """The place and its neighbours by road."""
        routes = self._world.places.routes.values()
        ends = [(route.spec.a, route.spec.b) for route in routes if place in (route.spec.a, route.spec.b)]
        return tuple(dict.fromkeys((place, *(end for pair in ends for end in pair))))
