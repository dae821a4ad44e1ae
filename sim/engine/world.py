"""The world: a pure object, moved on by ``advance`` and changed from outside by ``apply`` only.

A run is a pure function of blueprint, seed, parameters and inputs. No threads, no files, no wall
clock; pictures, measures and explanations are readings that change nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.engine import inputs, kinds
from sim.engine.agenda import Agenda, At, Phase
from sim.engine.air import AirSupport
from sim.engine.assessments import Assessments
from sim.engine.authority import Authority
from sim.engine.bargaining import Bargaining
from sim.engine.bases import Bases
from sim.engine.blueprint import Blueprint
from sim.engine.caveats import Caveats
from sim.engine.chance import Chance
from sim.engine.columns import Columns
from sim.engine.command import Command
from sim.engine.contact import Contact
from sim.engine.convoys import Convoys
from sim.engine.crowds import Crowds
from sim.engine.custody import Custody
from sim.engine.decisions import Decisions
from sim.engine.deterrence import Deterrence
from sim.engine.due_diligence import DueDiligence
from sim.engine.ending import Ending, ending
from sim.engine.engagements import Engagements
from sim.engine.explain import Explanation, explain
from sim.engine.forces import Forces
from sim.engine.groups import Groups
from sim.engine.handover import HandOver
from sim.engine.host_forces import HostForces
from sim.engine.host_state import HostState
from sim.engine.initiative import Initiative
from sim.engine.injects import Injects
from sim.engine.inputs import Input, Receipt
from sim.engine.intelligence import Intelligence
from sim.engine.journal import EventId, Journal
from sim.engine.lawfulness import Lawfulness
from sim.engine.ledger import Ledger, Standing
from sim.engine.manpower import Manpower
from sim.engine.measures import Measures, MeasureValue
from sim.engine.mines import Mines
from sim.engine.networks import AlertNetworks
from sim.engine.patrons import Patrons
from sim.engine.people import People
from sim.engine.pictures import Picture
from sim.engine.places import Places
from sim.engine.policy import Policy
from sim.engine.procedure import Procedure
from sim.engine.red_lines import RedLines
from sim.engine.rumours import Rumours
from sim.engine.security import Security
from sim.engine.sites import Sites
from sim.engine.staff_risk import StaffRisk
from sim.engine.support import Support
from sim.engine.talks import Talks
from sim.engine.tasks import Tasks
from sim.engine.ticks import Tick, from_hours
from sim.engine.truth import Truth
from sim.engine.warning_signs import WarningSigns
from sim.errors import MissionError

SHARED_STANDINGS: Final = ("legitimacy", "headquarters", "contributors", "humanitarians", "credibility/mission")


class WorldFailed(MissionError):
    """The world broke while handling an event; what it says from then on would be worthless."""

    title = "The world has failed"

    def __init__(self, tick: Tick, cause: str) -> None:
        self.tick = tick
        super().__init__(
            f"At tick {tick}: {cause}. Nothing acknowledged is lost: reopen the exercise before its last input."
        )


@dataclass(frozen=True, slots=True)
class StopWhen:
    """Stop when one of these seats needs somebody: an urgent report, or a decision."""

    seats: frozenset[str] = frozenset()


NEVER: Final = StopWhen()


@dataclass(frozen=True, slots=True)
class Fork:
    """Another future from a tick on: the past is shared, what is born later has other luck.

    Every option that is compared uses the same indices; index 0 keeps the luck of the run itself.
    """

    tick: Tick
    index: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where and why the world stands still."""

    tick: Tick
    reason: str
    seat: str = ""
    about: str = ""


class World:
    """One run of one blueprint."""

    def __init__(
        self,
        blueprint: Blueprint,
        seed: int,
        *,
        pattern: str | None = None,
        parameters: Mapping[str, float] | None = None,
        fork: Fork | None = None,
        keep_journal: bool = True,
    ) -> None:
        """Make the world as it stands at the start.

        Args:
            pattern: must be the one the blueprint was compiled for.
            parameters: values that replace the doctrine's, by id; unknown ids are refused.
            fork: where this run parts from its twin with the same seed and inputs.
            keep_journal: without it rows are hashed and dropped, and nothing can be explained.
        """
        if pattern is not None and pattern != blueprint.pattern:
            raise ValueError(f"This blueprint was compiled for pattern '{blueprint.pattern}', not '{pattern}'.")
        unknown = [name for name in parameters or {} if name not in blueprint.parameters]
        if unknown:
            raise ValueError(f"'{unknown[0]}' is no parameter of the doctrine.")
        self.blueprint = blueprint
        self.seed = seed
        self.pattern = blueprint.pattern
        self.parameters = {**blueprint.parameters, **parameters} if parameters else blueprint.parameters
        self.end: Tick = blueprint.duration
        self.horizon: Tick = max(blueprint.duration, blueprint.epilogue)
        self.failed = False
        self.keeps_journal = keep_journal
        self._sequence = 0
        self._taken = 0
        """Inputs that the world took in: questions and what the door refused leave no trace in it."""
        self._watched: frozenset[str] = frozenset()
        self._wanted: tuple[str, str] | None = None
        self.agenda = Agenda()
        self.journal = Journal(keep_journal)
        self.chance = Chance(seed, self.journal, self.agenda)
        self.ledger = Ledger(self.journal, self.agenda)
        self.truth = Truth(self)
        self.measures = Measures(self)
        self.places = Places(self)
        self.intelligence = Intelligence(self)
        self.forces = Forces(self)
        self.host_state = HostState(self)
        self.people = People(self)
        self.sites = Sites(self)
        self.deterrence = Deterrence(self)
        self.contact = Contact(self)
        self.groups = Groups(self)
        self.caveats = Caveats(self)
        self.talks = Talks(self)
        self.support = Support(self)
        self.security = Security(self)
        self.authority = Authority(self)
        self.initiative = Initiative(self)
        self.command = Command(self)
        self.tasks = Tasks(self)
        self.policy = Policy(self)
        self.injects = Injects(self)
        self.decisions = Decisions(self)
        self.procedure = Procedure(self)
        self.columns = Columns(self)
        self.red_lines = RedLines(self)
        self.lawfulness = Lawfulness(self)
        self.air = AirSupport(self)
        self.engagements = Engagements(self)
        self.manpower = Manpower(self)
        self.patrons = Patrons(self)
        self.bargaining = Bargaining(self)
        self.host_forces = HostForces(self)
        self.due_diligence = DueDiligence(self)
        self.mines = Mines(self)
        self.convoys = Convoys(self)
        self.bases = Bases(self)
        self.crowds = Crowds(self)
        self.handover = HandOver(self)
        self.custody = Custody(self)
        self.staff_risk = StaffRisk(self)
        self.warning_signs = WarningSigns(self)
        self.rumours = Rumours(self)
        self.assessments = Assessments(self)
        self.networks = AlertNetworks(self)
        self._open_standings()
        self.ledger.moved = self._standing_moved
        self.beginning: EventId = self.journal.write(kinds.SCENARIO, 0, self.journal.name("scenario"), ())
        for mechanism in (
            self.truth, self.places, self.forces, self.host_state, self.people, self.sites, self.deterrence,
            self.contact, self.groups, self.caveats, self.talks, self.support, self.security, self.initiative,
            self.command, self.tasks, self.intelligence, self.measures, self.policy, self.injects, self.decisions,
            self.procedure, self.columns, self.red_lines, self.lawfulness, self.air, self.engagements, self.manpower,
            self.patrons,
            self.bargaining, self.host_forces, self.due_diligence, self.mines, self.convoys, self.bases, self.crowds,
            self.handover, self.custody, self.staff_risk, self.warning_signs, self.rumours, self.assessments,
            self.networks,
        ):  # fmt: skip
            mechanism.begin()
        if fork is not None and fork.index:
            self.agenda.at(fork.tick, Phase.INPUTS, 0, self._parts, fork.index)

    @property
    def now(self) -> Tick:
        return self.agenda.now

    # Moving on

    def advance(self, to: Tick, stop: StopWhen = NEVER) -> Stopped:
        """Handle every tick below ``to`` (or the horizon); a stop wanted in tick T stands at T + 1.

        Raises:
            WorldFailed: when an event cannot be handled; the world stays failed.
        """
        self._refuse_if_failed()
        to = min(to, self.horizon)
        if to <= self.now:
            return Stopped(self.now, "ended" if self.now >= self.horizon else "reached")
        self._watched = stop.seats
        self.intelligence.watch(stop.seats)
        self._wanted = None
        try:
            reached = self.agenda.run(to)
        except MissionError:
            self.failed = True
            raise
        except Exception as error:
            self.failed = True
            raise WorldFailed(self.agenda.now, f"{type(error).__name__}: {error}") from error
        finally:
            self._watched = frozenset()
        if self._wanted is not None:
            seat, about = self._wanted
            return Stopped(reached, "needs", seat, about)
        return Stopped(reached, "ended" if reached >= self.horizon else "reached")

    def want_stop(self, seat: str, about: str) -> None:
        """Something reached a seat that needs a person, if anybody watches that seat."""
        if self._wanted is None and seat in self._watched:
            self._wanted = (seat, about)
            self.agenda.stop_after_this_tick()

    def _parts(self, event: At) -> None:
        """Luck changes here, and every owner of a sequence draws its pending candidate anew."""
        self.chance.fork(event.payload)
        self.groups.opportunities.forked()
        self.sites.forked()
        self.forces.forked()
        self.talks.forked()
        self.warning_signs.forked()
        self.host_state.obstruction.forked()
        self.host_forces.forked()
        self.crowds.forked()
        self.manpower.forked()

    # Inputs

    def apply(self, entry: Input) -> Receipt:
        """Judge an input's form, authority and what its seat can know, and carry it out now.

        Everything the world itself refuses arrives later, as a report.

        Raises:
            WorldFailed: when applying it breaks the world.
        """
        self._refuse_if_failed()
        self._sequence += 1
        try:
            return self._apply(entry)
        except MissionError:
            self.failed = True
            raise
        except Exception as error:
            self.failed = True
            raise WorldFailed(self.now, f"{type(error).__name__}: {error}") from error

    def _apply(self, entry: Input) -> Receipt:
        if isinstance(entry, inputs.AskedWhy):
            if entry.seat not in self.blueprint.seats:
                return self._refused(f"'{entry.seat:.40}' is no seat of this scenario.")
            answer = self.intelligence.why(entry.seat, entry.subject, entry.attribute)
            return Receipt(True, self.now, self._sequence, answer=answer)
        entry = self._addressed(entry)
        reason = self._objection_to(entry)
        if reason:
            return self._refused(reason)
        about = getattr(entry, "action", "") or getattr(entry, "decision", "") or getattr(entry, "inject", "")
        self._taken += 1
        row = self.journal.write(
            kinds.INPUT, self.now, self.journal.name(entry.seat), (),
            self.journal.name(inputs.NAMES[type(entry)]), self._taken,
            self.journal.name(getattr(entry, "unit", "") or getattr(entry, "objection", "")), self.journal.name(about),
        )  # fmt: skip
        return Receipt(True, self.now, self._sequence, ref=self._carry_out(entry, row))

    def issue(self, entry: Input, causes: tuple[EventId, ...], rule: str) -> Receipt:
        """What a policy does: the same inputs by the same door, with the rule as their origin."""
        entry = self._addressed(entry)
        reason = self._objection_to(entry)
        if reason:
            return Receipt(False, self.now, 0, reason)
        row = self.journal.write(kinds.POLICY, self.now, self.journal.name(entry.seat), causes, self.journal.name(rule))
        return Receipt(True, self.now, 0, ref=self._carry_out(entry, row))

    def _addressed(self, entry: Input) -> Input:
        """Levers may name the unit, or nothing: then they go to its latest objection, or the seat's."""
        if not isinstance(entry, inputs.Levers) or entry.objection in self.caveats.objections:
            return entry
        for found in reversed(self.caveats.objections.values()):
            if found.seat == entry.seat and entry.objection in ("", found.unit.id):
                return dataclasses.replace(entry, objection=found.id)
        return entry

    def _objection_to(self, entry: Input) -> str:
        """Form, authority, and the seat's own picture; empty when nothing is wrong."""
        seat = self.blueprint.seats.get(entry.seat)
        if seat is None:
            return f"'{entry.seat:.40}' is no seat of this scenario."
        if inputs.NAMES[type(entry)] in inputs.CONTROL_KINDS and seat.role != "control":
            return "Only control may do this."
        gives = self.blueprint.doctrine.roles[seat.role].gives
        match entry:
            case inputs.Direction():
                if "direction" not in gives and not self.procedure.acts_as(entry.seat, "head-of-mission"):
                    return "Only the head of mission gives directions: make a request."
                if entry.lead not in self.blueprint.seats:
                    return f"'{entry.lead:.40}' is no seat of this scenario."
                return self.authority.refusal(entry.seat, entry.action, "", entry.place, entry.target, "direction")
            case inputs.Order():
                return self.authority.refusal(
                    entry.seat, entry.action, entry.unit, entry.place, entry.target, "order", entry.options
                )
            case inputs.Request():
                if entry.to not in self.blueprint.seats:
                    return f"'{entry.to:.40}' is no seat of this scenario."
                return self.authority.refusal(
                    entry.seat, entry.action, entry.unit, entry.place, entry.target, "request"
                )
            case inputs.Answer():
                return self.decisions.refusal(entry)
            case inputs.Levers():
                return self._levers_refusal(entry)
            case inputs.Submit():
                return "" if entry.to in self.blueprint.seats else f"'{entry.to:.40}' is no seat of this scenario."
            case inputs.FireInject() | inputs.HoldInject() | inputs.SkipInject():
                known = entry.inject in self.blueprint.injects
                return "" if known else f"'{entry.inject:.40}' is no inject of this scenario."
            case inputs.AddInject() | inputs.SpeakAs():
                strangers = [to for to in entry.to if to not in self.blueprint.seats]
                return f"'{strangers[0]:.40}' is no seat of this scenario." if strangers else ""
            case inputs.AdjustStanding():
                known = entry.standing in self.ledger.standings
                return (
                    ""
                    if known
                    else f"'{entry.standing:.40}' is no standing. Known: {', '.join(self.ledger.standings)}."
                )
            case _:
                return ""

    def _levers_refusal(self, entry: inputs.Levers) -> str:
        unknown = [lever for lever in entry.levers if lever not in self.blueprint.doctrine.levers]
        if unknown:
            return f"'{unknown[0]:.40}' is no lever. Known: {', '.join(self.blueprint.doctrine.levers)}."
        if not self.intelligence.knows(entry.seat, entry.objection, "state"):
            return "This seat has heard of no such objection."
        found = self.caveats.objections.get(entry.objection)
        if found is None or found.seat != entry.seat:
            return f"The conversation belongs to {found.seat if found is not None else 'another seat'}."
        if not entry.levers and not entry.ask:
            return "Say what you offer, or ask what it would take."
        if found.state in ("agreed", "refused", "withdrawn"):
            return f"This conversation is over: {found.state}."
        return ""

    def _carry_out(self, entry: Input, row: EventId) -> str:
        if isinstance(entry, inputs.Direction | inputs.Order | inputs.Request | inputs.Levers):
            self.decisions.matched(entry, row)
        match entry:
            case inputs.Direction():
                return self.command.direct(entry, row).name
            case inputs.Order():
                return self.command.order(entry, row).name
            case inputs.Request():
                return self.command.request(entry, row).name
            case inputs.Answer():
                self.decisions.answer(entry, row)
                return entry.decision
            case inputs.Levers():
                self.caveats.answer(entry, row)
                return entry.objection
            case inputs.SeatHeld():
                self.policy.hold(entry.seat, entry.held, row)
            case inputs.Rule():
                self.chance.rule(entry.choice, entry.outcome, row)
            case inputs.SpeakAs():
                self.injects.spoken(entry, row)
            case inputs.FireInject():
                self.injects.fire(entry.inject, row)
            case inputs.HoldInject():
                self.injects.toggle_hold(entry.inject, row)
            case inputs.SkipInject():
                self.injects.skip(entry.inject, row)
            case inputs.AddInject():
                self.injects.add(entry, row)
            case inputs.AdjustStanding():
                self.ledger.enter(
                    self.ledger.standings[entry.standing], entry.amount, (row,), self.journal.name("control")
                )
            case inputs.Submit():
                self.intelligence.submitted(entry, row)
        return ""

    def _refused(self, reason: str) -> Receipt:
        return Receipt(False, self.now, self._sequence, reason)

    # Standings

    def standing(self, name: str, amount: float, causes: tuple[EventId, ...], reason: str) -> None:
        """Move a standing through the ledger; nothing is written for nothing."""
        if amount:
            self.ledger.enter(self.ledger.standings[name], amount, causes, self.journal.name(reason))

    def _open_standings(self) -> None:
        given = self.blueprint.standings
        fading = from_hours(self.parameters["standing.half_life_hours"])
        for spec in given.values():
            if spec.id not in self.ledger.standings:
                self.ledger.open(spec.id, spec.value, spec.base, spec.half_life or fading)
        for name in SHARED_STANDINGS:
            if name not in self.ledger.standings:
                start = self.parameters[f"standing.{name.replace('/', '_')}_start"]
                self.ledger.open(name, start, half_life_ticks=fading)

    def _standing_moved(self, standing: Standing, row: EventId) -> None:
        if standing.id.startswith("consent/"):
            self.host_state.moved(standing, row)
        elif standing.id.startswith("fear/"):
            self.people.standing_moved(standing, row)
        self.truth.standing_changed(standing.id, row)

    def presence_changed(self, place: str, row: EventId) -> None:
        """Who stands at a place has changed: those whose conduct depends on it look again."""
        self.people.presence_changed(place, row)
        self.sites.presence_changed(place, row)
        self.deterrence.presence_changed(place, row)
        self.groups.presence_changed(place, row)

    # Readings

    def picture(self, seat: str) -> Picture:
        """What a seat knows now, from the reports delivered to it."""
        return self.intelligence.picture(seat)

    def measure_values(self) -> dict[str, MeasureValue]:
        """Every measure: scored at the end of the exercise, whatever the epilogue brings."""
        return self.measures.values()

    def explain(self, measure: str) -> Explanation:
        return explain(self, measure)

    def ending(self) -> Ending | None:
        """The story, the numbers and the causes, once the exercise is over."""
        return ending(self) if self.now >= self.end else None

    def digest(self) -> str:
        return self.journal.digest()

    def _refuse_if_failed(self) -> None:
        if self.failed:
            raise WorldFailed(self.now, "an earlier event could not be handled")
