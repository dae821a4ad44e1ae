"""Temporary operating bases: near for a time, at a price (C19, F29-F31).

A base makes a unit's presence at a place near and lasting: it lives there, hears what people say, patrols from there,
and has a doctor. It has to be built, and supply has to be brought. Contributors object to it, and when it closes,
those who trusted it are left with their neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.away import SURGERY
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World

OPEN: Final = "open"
PERMANENT: Final = "permanent"


class BaseState:
    """A base that stands."""

    __slots__ = ("opened", "place", "row", "state", "task", "units")

    def __init__(self, place: str, task: Task, opened: Tick, row: EventId) -> None:
        self.place = place
        self.task = task
        self.opened = opened
        self.row = row
        self.state = OPEN
        self.units: list[UnitState] = []


class Bases:
    """Every base that was opened in the run."""

    __slots__ = (
        "_alone",
        "_build_hours",
        "_closed_fear",
        "_closed_legitimacy",
        "_engineers",
        "_full_days",
        "_helicopter",
        "_open_ended",
        "_per_100_km",
        "_planned",
        "_rigidity",
        "_risk",
        "_state",
        "_stock",
        "_storage",
        "_truck",
        "_trust",
        "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._build_hours = value["bases.build_hours"]
        self._alone = value["bases.without_engineers_factor"]
        self._engineers = value["bases.engineers_enough"]
        self._trust = value["bases.trust"]
        self._closed_fear = value["bases.closed_fear"]
        self._closed_legitimacy = value["bases.closed_legitimacy"]
        self._full_days = value["bases.trusted_after_days"]
        self._truck = value["bases.truck_man_days"]
        self._helicopter = value["bases.helicopter_man_days"]
        self._stock = value["bases.opening_days"]
        self._storage = value["bases.storage_days"]
        self._risk = value["bases.objection_base"]
        self._per_100_km = value["bases.objection_per_100_km"]
        self._open_ended = value["bases.objection_open_ended"]
        self._rigidity = value["bases.objection_rigidity"]
        self._planned: dict[str, float] = {}
        self._state: dict[str, BaseState] = {}

    def begin(self) -> None:
        tasks = self._world.tasks
        tasks.provide("base", begins=self._builds, ends=self._dropped, completes=self._opens)
        tasks.provide("base-close", completes=self._decided)
        tasks.provide("resupply", completes=self._unloads)
        self._world.truth.provide("base", lambda place: self._word(place))

    def at(self, place: str) -> BaseState | None:
        """The base that stands at a place, if one does."""
        return self._state.get(place)

    def permanent(self, place: str) -> bool:
        found = self._state.get(place)
        return found is not None and found.state == PERMANENT

    def _word(self, place: str) -> str | None:
        if place not in self._world.blueprint.places:
            return None
        found = self._state.get(place)
        return "none" if found is None else found.state

    # Whether a contingent goes along

    def objection_odds(self, unit: UnitState, place: str, hours: float) -> float:
        """The chance that a commander objects to living there: far from a surgeon, and without an end."""
        world = self._world
        km = min(
            (
                world.places.straight_km(place, spec.id)
                for spec in world.blueprint.places.values()
                if spec.hospital >= SURGERY
            ),
            default=0.0,
        )
        return min(1.0, self._risk + self._per_100_km * km / 100 + (0.0 if hours else self._open_ended))

    def objects(self, task: Task, row: EventId) -> bool:
        """Whether the unit's commander objects to a base beside any written caveat: born once for each unit."""
        unit = task.unit
        if (
            task.response.mechanism != "base"
            or unit is None
            or unit.spec.contributor not in (self._world.blueprint.contributors)
        ):
            return False
        odds = self.objection_odds(unit, task.place, task.hours)
        found = self._world.chance.choose(
            f"base/{unit.id}/{task.place}/accepts", {"goes": 1.0 - odds, "objects": odds}, causes=(row,), inborn=True,
            terms={"hours": task.hours},
        )  # fmt: skip
        if found.outcome == "goes":
            return False
        ground = "safety" if self._doctor_goes(unit) else "missing-capability"
        return self._world.caveats.object(task, ground, self._rigidity, "base-objection", found.row) is not None

    def _doctor_goes(self, unit: UnitState) -> bool:
        return any(other.capabilities.get("medical") for other in self._world.forces.at(unit.place))

    # Opening

    def _builds(self, task: Task) -> None:
        """Field accommodation, a fence, a doctor: sooner with engineers."""
        world = self._world
        self._planned[task.name] = task.hours
        engineers = 0.0
        for unit in world.forces.at(task.place):
            engineers += world.forces.capability(unit, "engineering")
        share = min(1.0, engineers / self._engineers)
        task.hours = self._build_hours * (share + (1.0 - share) * self._alone)

    def _dropped(self, task: Task) -> None:
        if task.state == "done" and self._world.now < task.ends:
            self._planned.pop(task.name, None)

    def _opens(self, task: Task) -> None:
        unit = task.unit
        assert unit is not None
        world = self._world
        planned = self._planned.pop(task.name, 0.0)
        found = self._state.get(task.place)
        if found is None:
            row = world.journal.write(
                kinds.BASE_OPENED, world.now, world.places.state[task.place].key, (task.row,), unit.key
            )
            found = self._state[task.place] = BaseState(task.place, task, world.now, row)
            self._near(found, row)
            if planned > 0.0:
                world.agenda.after(from_hours(planned), Phase.MOVEMENT, unit.rank, self._time_is_up, (found, row))
        found.units.append(unit)
        unit.home = task.place
        # The lorries that brought tents and wire brought the first stock.
        world.forces.endurance.bring(unit, self._stock, self._storage, task.row)

    def _near(self, base: BaseState, row: EventId) -> None:
        """What being there brings: protection that is seen, trust, and what people tell who see you every day."""
        world = self._world
        place = base.place
        world.people.reassure(place, world.tasks.effect(base.task, "reassurance"), row)
        for community in world.blueprint.communities.values():
            if community.place == place:
                world.standing(f"trust/{community.id}", self._trust, (row,), "establish-base")
        world.groups.task_began(base.task)
        world.intelligence.collect(place, True, row)
        world.truth.changed(place, "base", row)
        world.presence_changed(place, row)
        world.intelligence.happened(
            "base-open", place, row, values={"place": place, "unit": base.task.performer},
            facts=((place, "base", base.state),), to=("joc", "mission-support"),
        )  # fmt: skip

    # Closing

    def _time_is_up(self, event: At) -> None:
        base: BaseState = event.payload[0]
        row: EventId = event.payload[1]
        if self._state.get(base.place) is base and base.state == OPEN:
            self._close(base, (row,), "time-limit")

    def _decided(self, task: Task) -> None:
        base = self._state.get(task.place)
        if base is None:
            world = self._world
            world.intelligence.tell(
                "no-base", task.seat, (task.seat,), task.row, values={"place": task.place},
                facts=((task.place, "base", "none"),), grade="A1",
            )  # fmt: skip
        elif "permanent" in task.options:
            self._settles(base, task)
        else:
            self._close(base, (task.row,), "closed")

    def _settles(self, base: BaseState, task: Task) -> None:
        """It stays: regular supply from now on, and a mission that has one base more to guard."""
        world = self._world
        base.state = PERMANENT
        row = world.journal.write(
            kinds.BASE_CLOSED, world.now, world.places.state[base.place].key, (task.row, base.row),
            world.journal.name(PERMANENT), fixed(self.days_open(base)),
        )  # fmt: skip
        world.standing("headquarters", -world.parameters["bases.permanent_headquarters"], (row,), "close-base")
        world.truth.changed(base.place, "base", row)
        for unit in base.units:
            if unit.place == base.place:
                world.forces.endurance.arrived(unit, base.place, row)

    def given_up(self, unit: UnitState, row: EventId) -> None:
        """A unit without supply leaves; the last one takes the fence down."""
        base = self._state.get(unit.place)
        if base is None or unit not in base.units:
            return
        base.units.remove(unit)
        unit.home = unit.spec.at
        if not base.units:
            self._close(base, (row,), "out-of-supply")

    def days_open(self, base: BaseState) -> float:
        return (self._world.now - base.opened) / DAY

    def _close(self, base: BaseState, causes: tuple[EventId, ...], reason: str) -> None:
        """Those who came to rely on it are left with whoever they talked about."""
        world = self._world
        place = base.place
        del self._state[place]
        days = self.days_open(base)
        row = world.journal.write(
            kinds.BASE_CLOSED, world.now, world.places.state[place].key, (*causes, base.row),
            world.journal.name(reason), fixed(days),
        )  # fmt: skip
        relied = min(1.0, days / self._full_days)
        world.groups.task_ended(base.task)
        world.intelligence.collect(place, False, row)
        world.people.shock(place, self._closed_fear * relied, row)
        world.standing("legitimacy", -self._closed_legitimacy * relied, (row,), "close-base")
        for community in world.blueprint.communities.values():
            if community.place == place:
                world.standing(f"trust/{community.id}", -self._trust, (row,), "close-base")
        world.truth.changed(place, "base", row)
        world.intelligence.happened(
            "base-closed", place, row, values={"place": place, "unit": base.task.performer},
            facts=((place, "base", "none"),), to=("joc", "mission-support"),
        )  # fmt: skip
        for unit in base.units:
            unit.home = unit.spec.at
            if unit.place == place and unit.state in ("ready", "executing"):
                if unit.task is not None:
                    world.tasks.finish(unit.task, "base-closed", (row,))
                world.forces.move(unit, unit.home, f"{unit.id}/base-closed/{unit.journeys}", (row,), lambda _: None)
        base.units.clear()
        world.presence_changed(place, row)

    # Supply

    def _unloads(self, task: Task) -> None:
        """What trucks or a helicopter bring is shared among all who live at the place on what they have."""
        unit = task.unit
        assert unit is not None
        world = self._world
        load = self._helicopter if unit.capabilities.get("air") else self._truck * max(1, unit.vehicles)
        fed = [
            other for other in world.forces.at(task.place) if other is not unit and not other.capabilities.get("air")
        ]
        heads = sum(int(other.own_strength()) for other in fed)
        row = world.journal.write(
            kinds.SUPPLIED, world.now, world.places.state[task.place].key, (task.row,),
            world.journal.name("rations"), fixed(load),
        )  # fmt: skip
        days = 0.0
        if heads:
            for other in fed:
                days = max(days, world.forces.endurance.bring(other, load / heads, self._storage, row))
        world.intelligence.tell(
            "base-resupplied", unit.id, (unit.spec.controller, "mission-support", "force-commander"), row,
            values={"unit": unit.id, "place": task.place, "days": round(days, 1)},
            facts=tuple((other.id, "supply", "enough") for other in fed), grade="A1",
        )  # fmt: skip
        if unit.capabilities.get("air"):
            world.support.returns(unit, task, row)
        elif unit.place and unit.place != unit.home:
            world.forces.move(unit, unit.home, f"{task.name}/home", (row,), lambda _: None)
