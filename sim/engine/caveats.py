"""National caveats: what contributors forbid, how it surfaces, and what it takes to lift it.

A caveat is declared (known at planning) or undeclared (found on tasking). On a match the contingent
objects. Every objection has a hidden ground; a lever works only on its ground (S1 2.4, box UNAMID;
C1-C6). Each caveat of a unit has *one* threshold for life, so asking again moves nothing but what is
offered does.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import CaveatSpec
from sim.engine.chance import lognormal
from sim.engine.inputs import Levers
from sim.engine.journal import MOST_CAUSES, EventId, fixed
from sim.engine.ticks import MINUTE, Tick, from_hours, to_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World

LEVELS: Final = ("none", "presence", "non-lethal", "lethal")
"""Levels of force, the lowest first."""


class Objection:
    """A contingent's objection to one task, and the conversation about it."""

    __slots__ = (
        "asked", "caveat", "effect", "ended", "id", "key", "levers", "limit_hours", "lines", "name", "needs_known",
        "pending", "raised", "row", "seat", "state", "task", "unit",
    )  # fmt: skip

    def __init__(
        self, name: str, key: int, caveat: CaveatSpec, unit: UnitState, task: Task, row: EventId, tick: Tick
    ) -> None:
        self.id = name
        self.name = name
        self.key = key
        self.caveat = caveat
        self.unit = unit
        self.task = task
        self.row = row
        self.raised = tick
        self.seat = unit.spec.controller
        self.state = "objecting"
        self.asked = False
        self.needs_known = False
        self.effect = 0.0
        self.levers: list[str] = []
        self.limit_hours = 0.0
        self.pending = 0
        self.ended: Tick = 0


class Caveats:
    """The restrictions of every contributor and the objections they lead to."""

    __slots__ = (
        "_consults", "_granted", "_granted_effect", "_hidden", "_patience", "_precedent", "_precedents", "_reply",
        "_spread", "_steepness", "_unknown_rigidity", "_wait", "_world", "objections",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._steepness = parameters["caveats.acceptance_spread"]
        self._precedent = parameters["caveats.precedent_effect"]
        self._granted_effect = parameters["caveats.granted_before_effect"]
        self._granted: dict[tuple[str, str], EventId] = {}
        """Levers on which a contributor has agreed before, with the end of that objection."""
        self._patience = from_hours(parameters["caveats.patience_hours"])
        self._consults = parameters["caveats.consults_capital_share"]
        self._reply = parameters["caveats.reply_minutes"]
        self._wait = parameters["caveats.capital_work_hours"]
        self._spread = parameters["command.hop_sigma"]
        self._unknown_rigidity = parameters["caveats.unknown_rigidity"]
        self._precedents = 0
        self.objections: dict[str, Objection] = {}
        self._hidden: dict[str, tuple[CaveatSpec, ...]] = {}

    def begin(self) -> None:
        world = self._world
        for unit in world.forces.units.values():
            contributor = world.blueprint.contributors.get(unit.spec.contributor)
            known = contributor.caveats if contributor is not None else ()
            if contributor is not None and contributor.unknown_caveat > 0.0:
                share = contributor.unknown_caveat
                name = f"caveat/{unit.id}/unknown"
                odds = {"none": 1.0 - share, "safety": share / 2, "missing-capability": share / 2}
                ground = world.chance.choose(name, odds, causes=(world.beginning,)).outcome
                if ground != "none":
                    known = (*known, self._unknown(ground))
            self._hidden[unit.id] = known

    def of(self, unit: UnitState) -> tuple[CaveatSpec, ...]:
        return self._hidden[unit.id]

    def check(self, task: Task, row: EventId) -> Objection | None:
        """Have the contingent look at an order; an objection where one of its caveats matches."""
        unit = task.unit
        if unit is None:
            return None
        for caveat in self._hidden[unit.id]:
            name = f"objection/{unit.id}/{caveat.id}"
            if self._matches(caveat, task, unit) and not self._lifted(name, task):
                return self._object(name, caveat, task, unit, row)
        return None

    def object(
        self, task: Task, ground: str, rigidity: float, phrase: str, row: EventId, *, says: str = "", answers: str = ""
    ) -> Objection | None:
        """Let the unit's commander object to a task for a reason of his own, beside any written caveat.

        Returns nothing, and lets the task go on, where he has already agreed to this on this ground and at this place.

        Args:
            ground: hidden from the leadership, as with any objection; levers work only on it.
            phrase: the report by which he says so.
            row: why he objects.
            says: his own words, where the phrase's are not enough.
            answers: what he says when asked what it would take.
        """
        unit = task.unit
        assert unit is not None
        name = f"objection/{unit.id}/{phrase}-{ground}"
        if self._lifted(name, task):
            return None
        caveat = self._own_reason(f"{phrase}-{ground}", ground, rigidity, says, answers)
        return self._object(name, caveat, task, unit, row, phrase)

    def _matches(self, caveat: CaveatSpec, task: Task, unit: UnitState) -> bool:
        world = self._world
        response = task.response
        moves = bool(task.place) and task.place != unit.place
        if caveat.detached and not (unit.parent is not None and moves and task.place != unit.parent.place):
            return False
        if caveat.tasks and response.id not in caveat.tasks:
            return False
        if caveat.away_from and task.place == caveat.away_from:
            return False
        if caveat.beyond_km_of_level_2 and not self._far(task.place, caveat.beyond_km_of_level_2):
            return False
        if caveat.outside and (not task.place or task.place in caveat.outside):
            return False
        if caveat.night and not world.places.is_night(world.now):
            return False
        if caveat.weather and not world.support.grounded():
            return False
        if caveat.against_host and not world.host_forces.faces(task):
            return False
        if caveat.force_level and LEVELS.index(response.force_level) < LEVELS.index(caveat.force_level):
            return False
        if caveat.longer_than and task.hours and from_hours(task.hours) <= caveat.longer_than:
            return False
        return moves or not caveat.detached

    def _far(self, place: str, km: float) -> bool:
        world = self._world
        hospitals = [spec.id for spec in world.blueprint.places.values() if spec.hospital >= 2]
        return all(world.places.straight_km(place, hospital) > km for hospital in hospitals)

    def _lifted(self, name: str, task: Task) -> bool:
        found = self.objections.get(name)
        return found is not None and found.state == "agreed" and found.task.place == task.place

    def _object(
        self, name: str, caveat: CaveatSpec, task: Task, unit: UnitState, row: EventId, phrase: str = "unit-objects"
    ) -> Objection:
        world = self._world
        found = self.objections.get(name)
        written = world.journal.write(
            kinds.OBJECTION, world.now, unit.key, (row,), world.journal.name(caveat.id), task.row
        )
        state = "objecting"
        if found is None or found.state in ("refused", "withdrawn", "agreed"):
            earlier = found
            found = Objection(name, world.journal.name(name), caveat, unit, task, written, world.now)
            if earlier is not None:
                found.effect, found.levers, found.needs_known = earlier.effect, earlier.levers, earlier.needs_known
            self.objections[name] = found
            world.measures.count("caveats_met", 1, written)
        else:
            # The conversation goes on, and what is being considered still is; only the order it is about is new.
            state = found.state
            if found.task is not task:
                world.command.supersede(found.task, written)
        found.task = task
        found.row = written
        found.state = state
        task.state = "objected"
        unit.state = "objecting"
        world.truth.changed(unit.id, "state", written)
        world.truth.event("objection", unit.id, written)
        world.truth.event("unit-refused", unit.id, written)
        world.truth.task(task.response.id, unit.id, "refused", written)
        world.intelligence.tell(
            phrase, unit.id, (found.seat,), written,
            values={"unit": unit.id, "objection": name, "place": task.place, "says": f"caveat:{caveat.id}"},
            facts=((unit.id, "state", "objecting"), (name, "state", state)),
            grade="A1", urgent=True, delay=self._hop(f"{name}/{unit.tasks}/surface"), text=caveat.says,
        )  # fmt: skip
        world.agenda.after(self._patience, Phase.REPORTS, unit.rank, self._unanswered, (found, len(found.levers)))
        return found

    def answer(self, entry: Levers, row: EventId) -> None:
        """The leadership asks what it would take, or says what it offers."""
        world = self._world
        found = self.objections[entry.objection]
        place = found.unit.rank
        if entry.ask and not found.asked:
            found.asked = True
            delay = 2 * self._hop(f"{found.name}/ask")
            world.agenda.after(delay, Phase.REPORTS, place, self._needs_stated, (found, row))
        slowest = 0
        causes: list[EventId] = [row]
        for lever in entry.levers:
            if lever == "withdraw-order":
                self._end(found, "withdrawn", (row,))
                return
            if lever == "whole-unit" and found.unit.parent is not None:
                self._end(found, "withdrawn", (row,))
                world.command.replace_by_parent(found.task, row)
                return
            if lever in found.levers:
                continue
            found.levers.append(lever)
            effect, wait = self._pull(found, lever)
            found.effect += effect
            slowest = max(slowest, wait)
            if len(causes) < MOST_CAUSES:
                causes.append(
                    world.journal.write(
                        kinds.LEVER, world.now, found.key, (row,), world.journal.name(lever), fixed(effect)
                    )
                )
        if entry.hours > 0.0:
            found.limit_hours = entry.hours
        if entry.levers:
            found.state = "considering"
            found.pending += 1
            slowest += self._hop(f"{found.name}/levers/{found.pending}")
            slowest += self._consultation(found, world.now + slowest)
            world.agenda.after(slowest, Phase.REPORTS, place, self._considered, (found, tuple(causes), found.pending))

    def _pull(self, found: Objection, lever: str) -> tuple[float, Tick]:
        """What a lever is worth on this objection's ground, and how long before it is felt."""
        world = self._world
        spec = world.blueprint.doctrine.levers[lever]
        weight = spec.grounds.get(found.caveat.ground, 0.0)
        if found.caveat.needs and lever in found.caveat.needs:
            weight += world.parameters["caveats.named_need_effect"]
        if weight > 0.0 and (found.unit.spec.contributor, lever) in self._granted:
            weight += self._granted_effect
        if lever == "move-with-military" and not self._company_goes(found.task.place):
            weight = 0.0
        for standing, amount in spec.costs.items():
            world.standing(standing, -amount, (found.row,), lever)
        if lever == "insist":
            world.initiative.insisted(found.caveat.ground, found.row)
        hours = lognormal(world.chance.draw(f"{found.name}/lever/{lever}"), spec.hours, self._spread)
        ready = world.now + from_hours(hours)
        if spec.office_hours:
            ready = self._office(found.unit, ready)
        return weight - spec.hardens.get(found.caveat.ground, 0.0), ready - world.now

    def _company_goes(self, place: str) -> bool:
        """Whether a military unit is at the place, on its way or under orders to go there."""
        for unit in self._world.forces.units.values():
            if unit.component == "military" and unit.capabilities.get("combat"):
                goes = unit.task is not None and unit.task.place == place
                if goes or unit.destination == place or unit.id in self._world.command.bound_for(place):
                    return True
        return False

    def _consultation(self, found: Objection, at: Tick) -> Tick:
        """A commander under instruction asks his capital, which works office hours (C3)."""
        if found.caveat.ground != "national-instruction" or "engage-capital" in found.levers:
            return 0
        name = f"{found.name}/consults"
        world = self._world
        if world.chance.draw(name) >= self._consults:
            return 0
        wait = from_hours(lognormal(world.chance.draw(f"{name}/{found.pending}"), self._wait, self._spread))
        return self._office(found.unit, at) + wait - at

    def _office(self, unit: UnitState, tick: Tick) -> Tick:
        """The next tick at which the unit's capital is at work."""
        world = self._world
        contributor = world.blueprint.contributors[unit.spec.contributor]
        opens, closes = contributor.office_hours
        if opens <= world.places.hour_of_day(tick) < closes:
            return tick
        return world.places.next_hour(tick, opens)

    def _needs_stated(self, event: At) -> None:
        found, row = event.payload
        if found.state in ("agreed", "refused", "withdrawn"):
            return
        world = self._world
        written = world.journal.write(
            kinds.NEEDS_STATED, world.now, found.unit.key, (row, found.row), world.journal.name(found.caveat.ground)
        )
        found.needs_known = True
        if found.state == "objecting":
            found.state = "asked"
        world.intelligence.tell(
            "needs-stated", found.unit.id, (found.seat,), written,
            values={"unit": found.unit.id, "objection": found.name},
            facts=((found.name, "needs", "stated"), (found.name, "state", found.state)),
            grade="A2", urgent=True, text=found.caveat.answers,
        )  # fmt: skip

    def _considered(self, event: At) -> None:
        found, causes, pending = event.payload
        if pending != found.pending or found.state != "considering":
            return
        world = self._world
        chance = self.acceptance(found)
        # The odds follow the levers; the name, and so the luck, is the caveat's own for life.
        outcome = world.chance.choose(
            f"{found.name}/accepts",
            {"agreed": chance, "objecting": 1.0 - chance},
            causes=causes,
            inborn=True,
            terms={"rigidity": found.caveat.rigidity, "levers": found.effect, "precedents": float(self._precedents)},
        )
        if outcome.outcome == "agreed":
            self._end(found, "agreed", (outcome.row,))
            return
        found.state = "objecting"
        world.intelligence.tell(
            "unit-still-objects", found.unit.id, (found.seat,), outcome.row,
            values={"unit": found.unit.id, "objection": found.name},
            facts=((found.name, "state", "objecting"),), grade="A1", urgent=True,
        )  # fmt: skip
        world.agenda.after(self._patience, Phase.REPORTS, found.unit.rank, self._unanswered, (found, len(found.levers)))

    def acceptance(self, found: Objection) -> float:
        """Logistic in what was offered, against the caveat's rigidity; precedents count (C6)."""
        offered = found.effect + self._precedents * self._precedent
        return 1.0 / (1.0 + math.exp((found.caveat.rigidity - offered) / self._steepness))

    def _unanswered(self, event: At) -> None:
        found, levers = event.payload
        if found.state in ("objecting", "asked") and len(found.levers) == levers:
            self._end(found, "refused", (found.row,))

    def _end(self, found: Objection, outcome: str, causes: tuple[EventId, ...]) -> None:
        world = self._world
        row = world.journal.write(kinds.OBJECTION_ENDED, world.now, found.unit.key, causes, world.journal.name(outcome))
        found.state = outcome
        found.row = row
        found.ended = world.now
        world.measures.count("caveat_hours_lost", to_hours(world.now - found.raised), row)
        world.truth.event("objection-ended", found.unit.id, row)
        if outcome == "agreed":
            self._precedents += 1
            for lever in found.levers:
                self._granted.setdefault((found.unit.spec.contributor, lever), row)
            if found.limit_hours:
                found.task.limit = world.now + from_hours(found.limit_hours)
        phrase = {"agreed": "unit-agrees", "refused": "unit-refuses"}.get(outcome)
        if phrase is not None:
            world.intelligence.tell(
                phrase, found.unit.id, (found.seat,), row,
                values={"unit": found.unit.id, "objection": found.name, "place": found.task.place},
                facts=((found.name, "state", outcome),), grade="A1", urgent=True,
            )  # fmt: skip
        if outcome == "agreed":
            world.command.proceed(found.task, row)
        else:
            world.command.give_up(found.task, row, f"objection-{outcome}")

    def contributor_engaged(self, task: Task) -> None:
        """A demarche to a capital helps where its instruction is the ground, and hardens where it is not."""
        world = self._world
        for found in self.objections.values():
            if (
                found.state in ("objecting", "asked")
                and world.blueprint.units[found.unit.id].contributor == task.target
            ):
                self.answer(Levers(task.seat, found.id, ("engage-capital",)), task.row)
        world.standing("contributors", -world.parameters["caveats.demarche_cost"], (task.row,), "demarche-contributor")

    def limit(self, unit: str, hours: float, row: EventId) -> None:
        """A capital extends or cuts the time limit of a detached unit."""
        found = self._world.forces.units[unit]
        if found.task is not None and found.task.limit:
            found.task.limit = max(self._world.now, found.task.limit + from_hours(hours))
            self._world.command.limit_changed(found.task, row)

    def _hop(self, name: str) -> Tick:
        return round(lognormal(self._world.chance.draw(name), self._reply * MINUTE, self._spread))

    def _unknown(self, ground: str) -> CaveatSpec:
        made = self._own_reason(f"unknown-{ground}", ground, self._unknown_rigidity, "", "")
        return dataclasses.replace(
            made, night=ground == "safety", force_level="lethal" if ground == "missing-capability" else ""
        )

    def _own_reason(self, id_: str, ground: str, rigidity: float, says: str, answers: str) -> CaveatSpec:
        """A reason that stands in no statement of caveats."""
        return CaveatSpec(
            id=id_, declared=False, detached=False, tasks=(), away_from="", beyond_km_of_level_2=0.0, night=False,
            force_level="", longer_than=0, ground=ground, rigidity=rigidity, needs=(), says=says, answers=answers,
        )  # fmt: skip
