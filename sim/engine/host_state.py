"""The host state's three faces: capital, governor, security service, each with a consent of its own.

Consent shows as a named state (given, conditional, withdrawn in practice). It opens and shuts gates:
flights, road convoys, ground for the displaced, entry of its own police. A deal with one binds no
other. Accepting a denial costs credibility, forcing one costs consent (C16, C17).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal
from sim.engine.curfew import Curfews
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST, Standing
from sim.engine.obstruction import Obstruction
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.blueprint import CounterpartSpec
    from sim.engine.forces import UnitState
    from sim.engine.places import RouteState
    from sim.engine.tasks import Task
    from sim.engine.world import World

GIVEN, CONDITIONAL, WITHDRAWN = "given", "conditional", "withdrawn"


class HostState:
    """Counterparts, their consent and their gates."""

    __slots__ = (
        "_acceptance_cost",
        "_conditional",
        "_delay",
        "_demarche",
        "_denial",
        "_given",
        "_hasty",
        "_press_cost",
        "_pressed",
        "_record_gain",
        "_sigma",
        "_states",
        "_world",
        "cleared",
        "curfews",
        "demands",
        "obstruction",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._given = parameters["host_state.given_above"]
        self._conditional = parameters["host_state.conditional_above"]
        self._denial = parameters["host_state.denial_at_no_consent"]
        self._delay = parameters["host_state.denial_hours"]
        self._sigma = parameters["host_state.denial_sigma"]
        self._acceptance_cost = parameters["host_state.denial_accepted_credibility"]
        self._demarche = parameters["host_state.demarche_gain"]
        self._press_cost = parameters["host_state.ground_taken_cost"]
        self._hasty = parameters["host_state.hasty_share"]
        self._record_gain = parameters["host_state.record_gain"]
        self._pressed: dict[str, int] = {}
        self._states: dict[str, str] = {}
        self.cleared: dict[tuple[str, str], EventId] = {}
        self.demands: dict[str, EventId] = {}
        half_life = from_hours(parameters["host_state.consent_half_life_hours"])
        for spec in world.blueprint.counterparts.values():
            world.ledger.open(self._name(spec.id), spec.consent, spec.base, half_life)
            self._states[spec.id] = self._named(spec.consent)
        world.truth.provide("consent", self.state)
        self.obstruction = Obstruction(world)
        self.curfews = Curfews(world)

    def begin(self) -> None:
        self.obstruction.begin()
        self.curfews.begin()

    def consent(self, counterpart: str) -> float:
        return self._world.ledger.value(self._name(counterpart))

    def state(self, counterpart: str) -> str | None:
        """Consent in words, as a mission would assess it if it knew everything."""
        if counterpart not in self._world.blueprint.counterparts:
            return None
        return self._named(self.consent(counterpart))

    def _named(self, level: float) -> str:
        if level >= self._given:
            return GIVEN
        return CONDITIONAL if level >= self._conditional else WITHDRAWN

    def _name(self, counterpart: str) -> str:
        return f"consent/{counterpart}"

    def moved(self, standing: Standing, row: EventId) -> None:
        """A consent standing changed: when its named state changes, that is an event."""
        counterpart = standing.id.removeprefix("consent/")
        now = self._world.now
        state = self._named(standing.value_at(now))
        if self._states.get(counterpart) != state:
            self._states[counterpart] = state
            journal = self._world.journal
            changed = journal.write(kinds.CONSENT, now, journal.name(counterpart), (row,), journal.name(state))
            self._world.truth.changed(counterpart, "consent", changed)
            self._world.host_forces.news(counterpart, changed)

    def gate(self, kind: str) -> CounterpartSpec | None:
        """Who must permit this kind of thing."""
        for spec in self._world.blueprint.counterparts.values():
            if kind in spec.gates:
                return spec
        return None

    # Gates

    def flight_clearance(self, unit: UnitState, task: Task, at: Tick) -> Tick:
        """Wait for a flight clearance; who asked beforehand waits less."""
        return self.permit_delay("flight", f"{task.name}/clearance", task.row)

    def permit_delay(self, kind: str, name: str, row: EventId) -> Tick:
        """How long a permit keeps something waiting, by the consent of whoever gives it."""
        world = self._world
        spec = self.gate(kind)
        if spec is None:
            return 0
        still, shut = self.obstruction.gate_delay(spec.id, kind)
        if still:
            self._cleared(spec.id, kind, False, (row, shut))
            return still
        denied = self._denial * (1.0 - self.consent(spec.id) / 100.0)
        if (spec.id, kind) in self.cleared:
            denied *= world.parameters["host_state.asked_beforehand_factor"]
        outcome = world.chance.choose(
            name, {"refused": denied, "granted": 1.0 - denied}, causes=(row,), terms={"consent": self.consent(spec.id)}
        )
        granted = outcome.outcome == "granted"
        self._cleared(spec.id, kind, granted, (outcome.row,))
        if granted:
            return 0
        return from_hours(lognormal(world.chance.draw(f"{name}/wait"), self._delay, self._sigma))

    def _cleared(self, counterpart: str, kind: str, granted: bool, causes: tuple[EventId, ...]) -> None:
        world = self._world
        name = world.journal.name
        written = world.journal.write(kinds.CLEARANCE, world.now, name(counterpart), causes, name(kind), int(granted))
        world.intelligence.tell(
            "clearance-given" if granted else "clearance-refused",
            counterpart, ("mission-support", "chief-of-staff"), written,
            values={"counterpart": counterpart, "gate": kind},
            facts=((counterpart, f"gate-{kind}", "granted" if granted else "refused"),), grade="A1", urgent=not granted,
        )  # fmt: skip

    def road_delay(
        self, unit: UnitState, origin: str, way: tuple[RouteState, ...], place: str, name: str,
        causes: tuple[EventId, ...],
    ) -> Tick:  # fmt: skip
        """Checkpoints on the way: each may deny passage; the column waits, and is seen to wait."""
        world = self._world
        delay = 0
        forces = self.obstruction.forces(name)
        for route in way:
            still = self.obstruction.route_delay(route)
            if still or route.spec.checkpoints:
                if forces:
                    delay += self.obstruction.forced(unit, route, name, causes)
                    continue
                delay += still
            if not route.spec.checkpoints:
                continue
            holder = route.spec.held_by
            consent = self.consent(holder) if holder in world.blueprint.counterparts else self.lowest()
            passable = (1.0 - self._denial * (1.0 - consent / 100.0)) ** route.spec.checkpoints
            outcome = world.chance.choose(
                f"{name}/{route.id}", {"denied": 1.0 - passable, "passed": passable}, causes=causes,
                terms={"consent": consent, "checkpoints": float(route.spec.checkpoints)},
            )  # fmt: skip
            if outcome.outcome == "denied":
                held = from_hours(lognormal(world.chance.draw(f"{name}/{route.id}/held"), self._delay, self._sigma))
                delay += held
                row = world.journal.write(
                    kinds.DENIED, world.now, unit.key, (outcome.row,), route.key, world.journal.name(holder)
                )
                world.standing("credibility/mission", -self._acceptance_cost, (row,), "denial-accepted")
                world.intelligence.happened(
                    "convoy-denied", origin, row, values={"unit": unit.id, "place": place},
                    facts=((unit.id, "state", "held"), (route.id, "status", "slow")), urgent=True,
                    to=(unit.spec.controller, "joc"),
                )  # fmt: skip
        return delay

    def lowest(self) -> float:
        return min((self.consent(spec) for spec in self._world.blueprint.counterparts), default=100.0)

    # Speaking with them

    def clearance_asked(self, task: Task) -> None:
        """Asked in advance, in writing, with a name to call back."""
        for spec in (self._world.blueprint.counterparts.get(task.target),):
            if spec is not None:
                for gate in spec.gates:
                    self.cleared[(spec.id, gate)] = task.row

    def demarche(self, task: Task) -> None:
        """One counterpart is spoken to; what it gives depends on how it stands and who speaks."""
        world = self._world
        target = task.target
        if target not in world.blueprint.counterparts:
            return
        chance = self.consent(target) / HIGHEST
        chance += (1.0 - chance) * self._record_gain * self.obstruction.record(target)
        usual = task.response.hours
        if task.hours > 0.0 and usual is not None and task.hours < usual[1]:
            # A call at once is heard at once, and says less than a visit with a paper.
            chance *= self._hasty + (1.0 - self._hasty) * task.hours / usual[1]
        spread = world.parameters["host_state.demarche_floor"]
        outcome = world.chance.choose(
            f"{task.name}/answer",
            {"agrees": spread + (1.0 - spread) * chance, "stalls": (1.0 - spread) * (1.0 - chance)},
            causes=(task.row,), terms={"consent": self.consent(target)},
        )  # fmt: skip
        row = world.journal.write(
            kinds.DEMARCHE, world.now, world.journal.name(target), (outcome.row,), world.journal.name(outcome.outcome)
        )
        if outcome.outcome == "agrees":
            world.standing(self._name(target), self._demarche, (row,), "demarche")
            for gate in world.blueprint.counterparts[target].gates:
                self.cleared[(target, gate)] = row
            self.demands.pop(target, None)
            world.host_forces.spoken_to(target, task, row)
        else:
            world.standing(self._name(target), -world.parameters["host_state.demarche_stall_cost"], (row,), "demarche")
        world.intelligence.tell(
            f"demarche-{outcome.outcome}", target, (task.seat,), row, values={"counterpart": target},
            facts=((target, "consent", self.state(target) or ""),), grade="B2", urgent=True,
        )  # fmt: skip

    def headquarters_engaged(self, task: Task) -> None:
        world = self._world
        world.standing("headquarters", world.parameters["host_state.headquarters_gain"], (task.row,), task.response.id)
        luck = world.chance.draw(f"{task.name}/headquarters")
        wait = from_hours(lognormal(luck, world.parameters["command.headquarters_hours"], self._sigma))
        world.intelligence.tell(
            "headquarters-answers", "headquarters", (task.seat,), task.row, values={}, grade="A1", delay=wait
        )

    def ground_taken(self, task: Task) -> None:
        """Ground beside a base without the permit of whoever gives it costs consent ("no new camp")."""
        spec = self.gate("camp")
        if spec is not None and (spec.id, "camp") not in self.cleared:
            self._world.standing(self._name(spec.id), -self._press_cost, (task.row,), task.response.id)

    def entered(self, task: Task) -> None:
        """Who asked to enter has what it wanted, for now."""
        spec = self.gate("entry")
        if spec is not None:
            self.demands.pop(spec.id, None)
            self._world.standing(
                self._name(spec.id), self._world.tasks.effect(task, "consent"), (task.row,), task.response.id
            )

    def press(self, counterpart: str, demand: str, row: EventId) -> None:
        """A counterpart demands: no camp, entry for its police, a quick return. Unanswered, it acts."""
        world = self._world
        count = self._pressed[counterpart] = self._pressed.get(counterpart, 0) + 1
        written = world.journal.write(
            kinds.PRESSURE, world.now, world.journal.name(counterpart), (row,), world.journal.name(demand)
        )
        self.demands[counterpart] = written
        wait = from_hours(world.parameters["host_state.patience_hours"])
        world.agenda.after(
            wait,
            Phase.GROUPS,
            world.blueprint.counterparts[counterpart].rank,
            self._acts,
            (counterpart, demand, count, written),
        )

    def _acts(self, event: At) -> None:
        counterpart, demand, count, row = event.payload
        world = self._world
        if self.demands.get(counterpart) != row:
            return
        odds = 1.0 - self.consent(counterpart) / 100.0
        outcome = world.chance.choose(
            f"pressure/{counterpart}/{demand}#{count}", {"acts": odds, "lets-be": 1.0 - odds}, causes=(row,),
            terms={"consent": self.consent(counterpart)},
        )  # fmt: skip
        if outcome.outcome != "acts":
            return
        if demand == "quick-return":
            world.people.forced_return(outcome.row)
        elif demand == "entry":
            world.sites.police_entry(outcome.row)
        else:
            world.standing(self._name(counterpart), -self._press_cost, (outcome.row,), demand)
            self.cleared.pop((counterpart, "convoy"), None)
