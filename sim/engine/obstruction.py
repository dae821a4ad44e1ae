"""Freedom of movement as the host state's people respect it: checks, uncleared flights, stopped staff, shut gates.

Each counterpart's people hold the mission up the more often the less its consent (C16). Taken in silence, that costs
credibility; forced, it costs consent and may become a contact (C17); protested, it stands on a record that the next
demarche can lean on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, lognormal
from sim.engine.host_forces import OBSTRUCT
from sim.engine.journal import EventId, fixed
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import DAY, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.blueprint import CounterpartSpec
    from sim.engine.forces import UnitState
    from sim.engine.places import RouteState
    from sim.engine.tasks import Task
    from sim.engine.world import World

ROUTE_CHECK, FLIGHT_HELD, STAFF_STOPPED, GATE_SHUT = "route-check", "flight-held", "staff-stopped", "gate-shut"
FORCE: Final = "force-passage"
"""The mechanism of a response that does not wait at checkpoints."""


class Violation:
    """One breach of the status-of-forces agreement, and whether anybody answered it."""

    __slots__ = ("answered", "counterpart", "row", "what", "where")

    def __init__(self, counterpart: str, what: str, where: str, row: EventId) -> None:
        self.counterpart = counterpart
        self.what = what
        self.where = where
        self.row = row
        self.answered: EventId | None = None


class Pending:
    """A counterpart's next occasion to hold somebody up, with its luck."""

    __slots__ = ("accept", "ordinal", "spec", "timer", "what", "where")

    def __init__(self, spec: CounterpartSpec) -> None:
        self.spec = spec
        self.ordinal = -1
        self.accept = self.what = self.where = 0.0
        self.timer: At | None = None


class Obstruction:
    """What is held up, by whom, until when; and what the mission said to it."""

    __slots__ = (
        "_answer", "_flight_share", "_forced_cost", "_forced_fire", "_forced_gain", "_hours",
        "_let_pass", "_minutes", "_obstructing", "_pending", "_protest_backing", "_record", "_route_share",
        "_sigma", "_world", "held", "protests", "shut", "violations",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._obstructing = value["obstruction.factor_when_told_to"]
        self._route_share = value["obstruction.route_share"]
        self._flight_share = value["obstruction.flight_share"]
        self._hours = value["host_state.denial_hours"]
        self._sigma = value["host_state.denial_sigma"]
        self._answer = from_hours(value["obstruction.answer_hours"])
        self._let_pass = value["obstruction.let_pass_credibility"]
        self._protest_backing = value["obstruction.protest_headquarters"]
        self._record = value["obstruction.record_half"]
        self._forced_cost = value["obstruction.forced_consent"]
        self._forced_gain = value["obstruction.forced_credibility"]
        self._forced_fire = value["obstruction.forced_fire_chance"]
        self._minutes = value["obstruction.forced_minutes"]
        self._pending: dict[str, Pending] = {}
        self.violations: dict[str, list[Violation]] = {}
        self.protests: dict[str, int] = {}
        self.shut: dict[tuple[str, str], tuple[Tick, EventId]] = {}
        self.held: dict[str, tuple[Tick, EventId]] = {}

    def begin(self) -> None:
        world = self._world
        world.tasks.provide("protest", completes=self.protested)
        world.tasks.provide(FORCE, begins=self._passed)
        world.truth.provide("violations", self._truth_violations)
        for spec in world.blueprint.counterparts.values():
            self.violations[spec.id] = []
            if spec.obstructs_per_day > 0.0:
                self._pending[spec.id] = Pending(spec)
                self._next(self._pending[spec.id])

    # The hazard

    def _next(self, pending: Pending) -> None:
        spec = pending.spec
        world = self._world
        uniform = world.chance.stream(f"{spec.id}/obstruction")
        bound = spec.obstructs_per_day * self._obstructing
        wait = exponential(uniform(), DAY / bound)
        pending.ordinal += 1
        pending.accept, pending.what, pending.where = uniform(), uniform(), uniform()
        pending.timer = world.agenda.after(max(1, round(wait)), Phase.GROUPS, spec.rank, self._occasion, pending)

    def _occasion(self, event: At) -> None:
        pending: Pending = event.payload
        spec = pending.spec
        world = self._world
        told_to = OBSTRUCT in world.host_forces.stances_of(spec.id)
        share = (1.0 - world.host_state.consent(spec.id) / HIGHEST) * (self._obstructing if told_to else 1.0)
        share /= self._obstructing
        accepted = pending.accept < share
        row = world.journal.write(
            kinds.CANDIDATE, world.now, world.journal.name(f"{spec.id}/obstruction"), (), pending.ordinal,
            int(accepted), fixed(share), world.places.state[spec.at].key,
        )  # fmt: skip
        if accepted:
            self._obstructs(spec, f"{spec.id}/obstruction/{pending.ordinal}", pending.what, pending.where, row)
        self._next(pending)

    def _obstructs(self, spec: CounterpartSpec, name: str, what: float, where: float, row: EventId) -> None:
        world = self._world
        hours = lognormal(world.chance.draw(name), self._hours, self._sigma)
        until = world.now + from_hours(hours)
        routes = [route for route in world.places.routes.values() if self._holds(spec, route)]
        if what < self._route_share and routes:
            self._close(spec.id, routes[math.floor(where * len(routes))], until, row)
        elif what < self._route_share + self._flight_share and "flight" in spec.gates:
            self._shut(spec.id, "flight", until, row, FLIGHT_HELD)
        else:
            self._stop(spec, where, until, row)

    def _holds(self, spec: CounterpartSpec, route: RouteState) -> bool:
        if route.spec.held_by:
            return route.spec.held_by == spec.id
        return route.spec.checkpoints > 0

    def _close(self, counterpart: str, route: RouteState, until: Tick, cause: EventId) -> None:
        row = self._violated(counterpart, ROUTE_CHECK, route.id, until, cause)
        self.held[route.id] = (until, row)
        world = self._world
        route.status = "held"
        world.truth.changed(route.id, "status", row)
        world.agenda.at(until, Phase.GROUPS, route.rank, self._opens, (route, row))
        world.intelligence.tell(
            "route-held", counterpart, ("mission-support", "joc", "chief-of-staff"), row,
            values={"counterpart": counterpart, "place": route.spec.b}, facts=((route.id, "status", "held"),),
            grade="B1", urgent=True,
        )  # fmt: skip

    def _opens(self, event: At) -> None:
        route, row = event.payload
        if self.held.get(route.id, (0, -1))[1] == row:
            del self.held[route.id]
            route.status = "open"
            self._world.truth.changed(route.id, "status", row)

    def _stop(self, spec: CounterpartSpec, where: float, until: Tick, cause: EventId) -> None:
        """Staff are taken out of a car and made to wait; what they were doing is not done."""
        world = self._world
        teams = [
            unit for unit in world.forces.units.values()
            if unit.place and unit.capabilities.get("liaison") and world.security.covered(unit)
        ]  # fmt: skip
        if not teams:
            return
        unit = teams[math.floor(where * len(teams))]
        row = self._violated(spec.id, STAFF_STOPPED, unit.place, until, cause)
        if unit.task is not None:
            world.tasks.finish(unit.task, "stopped", (row,))
        world.intelligence.tell(
            "staff-stopped", unit.id, ("joc", "security-adviser", "chief-of-staff"), row,
            values={"unit": unit.id, "place": unit.place, "counterpart": spec.id}, grade="A1", urgent=True,
        )  # fmt: skip

    def shuts(self, counterpart: str, gate: str, length: Tick, row: EventId) -> None:
        """A counterpart shuts one of its gates for a time, as an inject says."""
        self._shut(counterpart, gate, self._world.now + length, row, GATE_SHUT)

    def _shut(self, counterpart: str, gate: str, until: Tick, cause: EventId, what: str) -> None:
        row = self._violated(counterpart, what, gate, until, cause)
        self.shut[(counterpart, gate)] = (until, row)
        world = self._world
        world.host_state.cleared.pop((counterpart, gate), None)
        world.intelligence.tell(
            "gate-shut-by-host", counterpart, ("mission-support", "joc", "head-of-mission"), row,
            values={"counterpart": counterpart, "gate": gate}, facts=((counterpart, f"gate-{gate}", "shut"),),
            grade="A1", urgent=True,
        )  # fmt: skip

    def searches(self, counterpart: str, row: EventId) -> None:
        """Forces that are told to obstruct want to see who is inside the fence."""
        world = self._world
        if "entry" in world.blueprint.counterparts[counterpart].gates and counterpart not in world.host_state.demands:
            world.host_state.press(counterpart, "entry", row)

    def _violated(self, counterpart: str, what: str, where: str, until: Tick, cause: EventId) -> EventId:
        world = self._world
        name = world.journal.name
        row = world.journal.write(
            kinds.OBSTRUCTED, world.now, name(counterpart), (cause,), name(what), name(where), until
        )
        violation = Violation(counterpart, what, where, row)
        self.violations.setdefault(counterpart, []).append(violation)
        world.measures.count("movement_denials", 1, row)
        world.truth.changed(counterpart, "violations", row)
        world.truth.event("obstructed", counterpart, row)
        rank = world.blueprint.counterparts[counterpart].rank
        world.agenda.after(self._answer, Phase.REPORTS, rank, self._unanswered, violation)
        return row

    def _unanswered(self, event: At) -> None:
        """Nobody protested, nobody went through: whoever watches concludes that the mission may be stopped (C17)."""
        violation: Violation = event.payload
        if violation.answered is not None:
            return
        world = self._world
        name = world.journal.name
        row = world.journal.write(
            kinds.LET_PASS, world.now, name(violation.counterpart), (violation.row,), name(violation.what),
            name(violation.where),
        )  # fmt: skip
        world.standing("credibility/mission", -self._let_pass, (row,), "obstruction-let-pass")

    # What it costs those who move

    def gate_delay(self, counterpart: str, gate: str) -> tuple[Tick, EventId]:
        """How long a gate stays shut yet, and the row that shut it."""
        until, row = self.shut.get((counterpart, gate), (0, -1))
        return max(0, until - self._world.now), row

    def route_delay(self, route: RouteState) -> Tick:
        """How long a route is held yet."""
        until, _ = self.held.get(route.id, (0, -1))
        return max(0, until - self._world.now)

    def forces(self, name: str) -> bool:
        """Whether the journey of this name is one that does not wait at checkpoints."""
        task = self._world.command.tasks.get(name)
        return task is not None and task.response.mechanism == FORCE

    def forced(self, unit: UnitState, route: RouteState, name: str, causes: tuple[EventId, ...]) -> Tick:
        """Go through a checkpoint that said no: it may make way, stand fast, or fire."""
        world = self._world
        holder = route.spec.held_by
        band, hostile = self._holding(holder)
        consent = (
            world.host_state.consent(holder) if holder in world.blueprint.counterparts else world.host_state.lowest()
        )
        fire = self._forced_fire * (1.0 - consent / HIGHEST) * hostile if band else 0.0
        fast = (1.0 - fire) * (1.0 - consent / HIGHEST) * world.parameters["obstruction.stands_fast_share"]
        outcome = world.chance.choose(
            f"{name}/{route.id}/forced", {"makes-way": 1.0 - fire - fast, "stands-fast": fast, "fires": fire},
            causes=causes, terms={"consent": consent, "band": float(band)},
        )  # fmt: skip
        row = world.journal.write(
            kinds.FORCED, world.now, unit.key, (outcome.row,), route.key, world.journal.name(outcome.outcome)
        )
        for violation in self.violations.get(holder, ()):
            violation.answered = row
        for counterpart in world.blueprint.counterparts:
            concerned = counterpart == holder or holder not in world.blueprint.counterparts
            share = 1.0 if concerned else world.parameters["obstruction.other_counterpart_share"]
            world.standing(f"consent/{counterpart}", -share * self._forced_cost, (row,), FORCE)
        if outcome.outcome == "stands-fast":
            return from_hours(lognormal(world.chance.draw(f"{name}/{route.id}/held"), self._hours, self._sigma))
        world.standing("credibility/mission", self._forced_gain, (row,), FORCE)
        if outcome.outcome == "fires":
            # NOTE: a moment later, when the column is on its way and has somewhere to bring its wounded.
            world.agenda.after(
                1, Phase.CONTACT, unit.rank, self._fired_upon, (unit, route, band, f"{name}/{route.id}", row)
            )
        return 0

    def _holding(self, holder: str) -> tuple[int, float]:
        """How many armed men the holder of a route has at it, and how ready they are to fire."""
        world = self._world
        group = world.groups.state.get(holder)
        if group is None:
            own = [force.group for force in world.host_forces.forces.values() if force.counterpart == holder]
            group = max(own, key=lambda each: (each.strength, -each.rank), default=None)
        if group is None or group.strength <= 0:
            return 0, 0.0
        return max(1, round(group.usual_band())), group.aggression

    def _fired_upon(self, event: At) -> None:
        unit, route, band, name, cause = event.payload
        world = self._world
        strength = max(1, round(world.forces.capability(unit, "combat")))
        fight = world.contact.fight(f"{name}/contact", band, strength, self._minutes, ambush=True)
        row = world.journal.write(
            kinds.CONTACT, world.now, world.journal.name(route.spec.held_by), (cause,), unit.key, route.key
        )
        _, lost = fight.losses(fight.ends)
        killed, wounded = world.contact.split(f"{name}/peacekeepers", lost)
        if killed or wounded:
            world.forces.lose(unit, killed, wounded, (row,))
        world.intelligence.tell(
            "passage-fired-on", unit.id, (unit.spec.controller, "joc"), row,
            values={"unit": unit.id, "killed": killed, "wounded": wounded, "place": route.spec.b}, grade="A1",
            urgent=True,
        )  # fmt: skip

    def _passed(self, task: Task) -> None:
        world = self._world
        world.people.reassure(task.place, world.tasks.effect(task, "reassurance"), task.row)
        world.presence_changed(task.place, task.row)

    # Protest

    def protested(self, task: Task) -> None:
        """A note: what was done, when, against which paragraph. It does little today and is quoted for years."""
        world = self._world
        target = task.target
        if target not in world.blueprint.counterparts:
            return
        open_ones = [violation for violation in self.violations[target] if violation.answered is None]
        row = world.journal.write(
            kinds.PROTESTED, world.now, world.journal.name(target),
            (task.row, *[violation.row for violation in open_ones[-2:]]), len(self.violations[target]),
        )  # fmt: skip
        for violation in open_ones:
            violation.answered = row
        world.due_diligence.spoke(target, row)
        self.protests[target] = self.protests.get(target, 0) + len(open_ones)
        world.standing(f"consent/{target}", -world.tasks.effect(task, "consent"), (row,), task.response.id)
        backing = self._protest_backing if open_ones else -self._protest_backing
        world.standing("headquarters", backing, (row,), task.response.id)

    def record(self, counterpart: str) -> float:
        """What the mission can lay on the table before a counterpart, from nothing to all one could have, 0 to 1."""
        noted = self.protests.get(counterpart, 0)
        return noted / (noted + self._record)

    def forked(self) -> None:
        """Another future begins: what comes next is drawn anew."""
        for pending in self._pending.values():
            if pending.timer is not None:
                pending.timer.cancel()
            pending.ordinal -= 1
            self._next(pending)

    def _truth_violations(self, subject: str) -> int | None:
        found = self.violations.get(subject)
        return None if found is None else len(found)
