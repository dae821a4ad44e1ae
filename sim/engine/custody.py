"""After contact: people in custody, enemy wounded, remains, and the inquiry, each with a clock and an owner.

Whoever is taken is registered within a day, seen by a doctor, and human rights is told; within four days he is handed
over or let go. A hand-over needs assurances. After harm done by the mission somebody has to find out what happened.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.arrests import Arrests
from sim.engine.chance import lognormal, share_of
from sim.engine.inputs import Order
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import DAY, Tick, from_hours, to_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.tasks import Task
    from sim.engine.world import World

REGISTER, DOCTOR, TOLD, DECIDE, REMAINS, INQUIRY = (
    "register", "doctor", "human-rights-told", "hand-over-or-release", "remains", "inquiry",
)  # fmt: skip

OWNERS: Final = {
    REGISTER: ("police-commissioner", "force-commander"),
    DOCTOR: ("mission-support",),
    TOLD: ("human-rights", "protection", "legal", "chief-of-staff"),
    DECIDE: ("head-of-mission",),
    REMAINS: ("chief-of-staff", "mission-support"),
    INQUIRY: ("head-of-mission", "chief-of-staff"),
}
"""Roles that answer for each clock, the first that the mission has."""

JUSTIFIED, FAILING, UNCLEAR = "justified", "failing", "unclear"


class Inquiry(NamedTuple):
    """What the mission has to be able to say about harm it did, and by when."""

    due: Tick
    people: int
    row: EventId
    timer: At


class Batch:
    """People taken at one place at one time."""

    __slots__ = ("children", "group", "key", "name", "over", "people", "place", "row", "steps", "taken", "unit")

    def __init__(self, name: str, key: int, place: str, group: str, people: int, children: int, taken: Tick) -> None:
        self.name = name
        self.key = key
        self.place = place
        self.group = group
        self.people = people
        """Adults still held."""
        self.children = children
        self.taken = taken
        self.unit = ""
        self.row: EventId = 0
        self.over = False
        self.steps: dict[str, Tick] = {}
        """When each step was done."""


class Custody:
    """Everybody the mission holds, and what it owes them."""

    __slots__ = (
        "_assured_from", "_assured_legitimacy", "_child_share", "_clocks", "_comes_out", "_far", "_fault", "_faulty",
        "_finding", "_inquiries", "_left_behind", "_medians", "_numbers", "_overdue_cost", "_referral",
        "_remains_trust", "_returns", "_routine", "_sigma", "_silence", "_staff_work", "_transfer_consent",
        "_unassured", "_unassured_status", "_world", "arrests", "batches",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._clocks = {
            REGISTER: from_hours(value["custody.register_within_h"]),
            DOCTOR: from_hours(value["custody.doctor_within_h"]),
            TOLD: from_hours(value["custody.told_within_h"]),
            DECIDE: from_hours(value["custody.decide_within_h"]),
            REMAINS: from_hours(value["custody.remains_within_h"]),
            INQUIRY: from_hours(value["custody.inquiry_within_h"]),
        }
        self._medians = {
            REGISTER: value["custody.register_h"],
            DOCTOR: value["custody.doctor_h"],
            TOLD: value["custody.told_h"],
            REMAINS: value["custody.remains_h"],
        }
        self._far = value["custody.without_specialist_factor"]
        self._sigma = value["command.hop_sigma"]
        self._child_share = value["custody.child_share"]
        self._referral = value["custody.referral_legitimacy"]
        self._overdue_cost = value["custody.overdue_legitimacy"]
        self._unassured = value["custody.unassured_legitimacy"]
        self._unassured_status = value["custody.unassured_status"]
        self._assured_legitimacy = value["custody.assured_legitimacy"]
        self._assured_from = value["custody.assured_from"]
        self._comes_out = value["custody.comes_out_h"]
        self._transfer_consent = value["custody.transfer_consent"]
        self._returns = value["custody.released_return_share"]
        self._remains_trust = value["custody.remains_trust"]
        self._silence = value["custody.no_inquiry_legitimacy"]
        self._finding = value["custody.finding_legitimacy"]
        self._fault = value["custody.finding_backing"]
        self._faulty = value["custody.fault_share"]
        self._left_behind = value["custody.left_behind_share"]
        self._routine = from_hours(value["custody.routine_release_h"])
        self._staff_work = from_hours(value["command.staff_work_hours"])
        self._numbers: dict[str, int] = {}
        self._inquiries: dict[str, Inquiry] = {}
        self.batches: list[Batch] = []
        self.arrests = Arrests(world, self)

    def begin(self) -> None:
        world = self._world
        world.truth.provide("detained", lambda place: self.held(place) if place in world.blueprint.places else None)
        world.tasks.provide("transfer", completes=self._transfer)
        world.tasks.provide("release", completes=self._release)
        world.tasks.provide("fact-finding", completes=self._find_facts)
        self.arrests.begin()

    def held(self, place: str = "") -> int:
        """People in the mission's custody, at one place or in all."""
        return sum(int(batch.people) for batch in self.batches if not batch.over and place in ("", batch.place))

    def owner(self, step: str) -> str:
        """The seat that answers for a clock; empty where the mission has none for it."""
        seats = self._world.blueprint.seats.values()
        for role in OWNERS[step]:
            for seat in seats:
                if seat.role == role:
                    return seat.id
        return ""

    # Taking

    def taken(
        self, place: str, group: str, people: int, unit: UnitState | None, row: EventId, *, wounded: int = 0
    ) -> Batch | None:
        """Somebody was taken: the clocks begin. Wounded of the other side are treated like any others."""
        if people <= 0:
            return None
        world = self._world
        number = self._numbers[place] = self._numbers.get(place, 0) + 1
        name = f"custody/{place}/{number}"
        children = share_of(people, self._child_share, world.chance.draw(f"{name}/children"))
        batch = Batch(name, world.journal.name(name), place, group, people - children, children, world.now)
        batch.unit = unit.id if unit is not None else ""
        by = unit.key if unit is not None else world.places.state[place].key
        batch.row = world.journal.write(
            kinds.DETAINED, world.now, world.places.state[place].key, (row,), by, people, children
        )
        self.batches.append(batch)
        world.measures.count("detained", people, batch.row)
        world.truth.changed(place, "detained", batch.row)
        world.truth.event("detained", place, batch.row)
        world.intelligence.tell(
            "detained", batch.unit or place, self._told(REGISTER, DOCTOR, TOLD, DECIDE), batch.row,
            values={"place": place, "count": people, "children": children}, grade="A1", urgent=True,
        )  # fmt: skip
        if wounded and place in world.sites.state:
            world.sites.wounded_arrive(place, min(wounded, people), batch.row)
        police = any(other.component == "police" for other in world.forces.at(place))
        medical = place in world.sites.state or any(
            other.capabilities.get("medical") for other in world.forces.at(place)
        )
        for step, near in ((REGISTER, police), (DOCTOR, medical), (TOLD, bool(self.owner(TOLD)))):
            median = self._medians[step] * (1.0 if near else self._far)
            hours = lognormal(world.chance.draw(f"{name}/{step}"), median, self._sigma)
            world.agenda.after(from_hours(hours), Phase.REPORTS, 0, self._step_done, (batch, step))
        world.agenda.after(self._clocks[DECIDE], Phase.REPORTS, 0, self._runs_out, (batch, 0))
        self._ask(DECIDE, "release-detainees", place, self._routine, batch.row)
        return batch

    def _ask(self, step: str, action: str, place: str, wait: Tick, row: EventId) -> None:
        """Where nobody sits in the seat that answers for a clock, its office keeps it by the book."""
        owner = self.owner(step)
        if owner:
            self._world.agenda.after(wait, Phase.POLICIES, 0, self._by_the_book, (owner, step, action, place, row))

    def _by_the_book(self, event: At) -> None:
        owner, step, action, place, row = event.payload
        world = self._world
        open_ = place in self._inquiries if step == INQUIRY else bool(self._open(place))
        if open_ and not world.policy.held(owner) and not world.tasks.lasting(action, place):
            world.issue(Order(owner, action, "", place), (row,), f"custody/{step}")

    def after_contact(
        self, place: str, group: str, killed: int, wounded: int, unit: UnitState | None, row: EventId
    ) -> None:
        """Attackers broke and left some behind: the dead are owed to their families, the wounded are in our hands."""
        self.remains(place, group, killed, row)
        counter = f"{place}/left"
        number = self._numbers[counter] = self._numbers.get(counter, 0) + 1
        left = share_of(wounded, self._left_behind, self._world.chance.draw(f"custody/{place}/left/{number}"))
        if left:
            self.taken(place, group, left, unit, row, wounded=left)

    def _told(self, *steps: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(owner for owner in map(self.owner, steps) if owner))

    def _step_done(self, event: At) -> None:
        """A step is taken, in time or late; what is done after people have gone is done on paper."""
        batch, step = event.payload
        world = self._world
        passed = world.now - batch.taken
        batch.steps[step] = world.now
        row = world.journal.write(
            kinds.CUSTODY_STEP, world.now, batch.key, (batch.row,), world.journal.name(step), fixed(to_hours(passed))
        )
        late = passed - self._clocks[step]
        if late > 0 and not batch.over:
            self._late(batch.key, step, late, row)
        if step == TOLD and batch.children:
            # Children are a protection task: they leave custody by another door, at once (S1 ch. 4).
            world.journal.write(
                kinds.CUSTODY_ENDED, world.now, batch.key, (row,), world.journal.name("children-referred"),
                batch.children,
            )  # fmt: skip
            batch.children = 0
            world.standing("legitimacy", self._referral, (row,), "children-referred")

    def _late(self, key: int, step: str, late: Tick, row: EventId) -> EventId:
        world = self._world
        hours = to_hours(late)
        over = world.journal.write(
            kinds.CUSTODY_OVERDUE, world.now, key, (row,), world.journal.name(step), fixed(hours)
        )
        world.measures.count("detainee_clock_hours_over", hours, over)
        world.standing("legitimacy", -self._overdue_cost * late / DAY, (over,), step)
        return over

    def _runs_out(self, event: At) -> None:
        """Nobody has decided: each further day is counted, and is known."""
        batch, days = event.payload
        if batch.over:
            return
        world = self._world
        if days:
            batch.row = self._late(batch.key, DECIDE, DAY, batch.row)
        world.intelligence.tell(
            "custody-overdue", batch.place, self._told(DECIDE, TOLD), batch.row,
            values={"place": batch.place, "count": batch.people}, grade="A1", urgent=True,
        )  # fmt: skip
        world.agenda.after(DAY, Phase.REPORTS, 0, self._runs_out, (batch, days + 1))

    # Leaving

    def _end(self, batch: Batch, how: str, row: EventId) -> EventId:
        world = self._world
        batch.over = True
        over = (world.now - batch.taken - self._clocks[DECIDE]) % DAY
        if world.now > batch.taken + self._clocks[DECIDE] and over:
            row = self._late(batch.key, DECIDE, over, row)
        people = batch.people + batch.children
        ended = world.journal.write(kinds.CUSTODY_ENDED, world.now, batch.key, (row,), world.journal.name(how), people)
        world.truth.changed(batch.place, "detained", ended)
        return ended

    def _open(self, place: str) -> list[Batch]:
        return [batch for batch in self.batches if batch.place == place and not batch.over]

    def _nobody(self, task: Task) -> None:
        world = self._world
        row = world.journal.write(
            kinds.CUSTODY_ENDED, world.now, world.places.state[task.place].key, (task.row,),
            world.journal.name("nobody-held"), 0,
        )  # fmt: skip
        world.intelligence.tell("nobody-held", task.place, (task.seat,), row, values={"place": task.place}, grade="A1")

    def _transfer(self, task: Task) -> None:
        """To an authority of the host state: with assurances it is a hand-over, without them a delivery."""
        world = self._world
        batches = self._open(task.place)
        counterpart = task.target or next(iter(world.blueprint.counterparts), "")
        if not batches or not counterpart:
            self._nobody(task)
            return
        assured = world.due_diligence.assurances(counterpart) >= self._assured_from
        for batch in batches:
            row = self._end(batch, "handed-over" if assured else "handed-over-unassured", task.row)
            if assured:
                world.standing("legitimacy", self._assured_legitimacy, (row,), "hand-over")
            else:
                world.standing("legitimacy", -self._unassured, (row,), "hand-over")
                world.lawfulness.status(-self._unassured_status, (row,), "hand-over")
            world.standing(f"consent/{counterpart}", self._transfer_consent, (row,), "hand-over")
            wait = lognormal(world.chance.draw(f"{batch.name}/comes-out"), self._comes_out, self._sigma)
            world.agenda.after(from_hours(wait), Phase.REPORTS, 0, self._kept, (batch, counterpart, row))
            self._tell_end(task, batch, row, "detainees-handed-over")

    def _kept(self, event: At) -> None:
        """What became of those handed over comes out in time; a broken word stands on the record of who gave it."""
        batch, counterpart, row = event.payload
        world = self._world
        believed = world.due_diligence.assurances(counterpart)
        outcome = world.chance.choose(
            f"{batch.name}/assurances", {"kept": believed, "broken": 1.0 - believed}, causes=(row,),
            terms={"assurances": believed},
        )  # fmt: skip
        if outcome.outcome == "broken":
            world.due_diligence.abused(counterpart, batch.place, batch.people, outcome.row)

    def _release(self, task: Task) -> None:
        """Let go; some of them are with their group again tomorrow."""
        world = self._world
        batches = self._open(task.place)
        if not batches:
            self._nobody(task)
            return
        for batch in batches:
            row = self._end(batch, "released", task.row)
            group = world.groups.state.get(batch.group)
            if group is not None:
                back = share_of(batch.people, self._returns, world.chance.draw(f"{batch.name}/back"))
                world.groups.weaken(group, -back, row, broke=False)
            self._tell_end(task, batch, row, "detainees-released")

    def _tell_end(self, task: Task, batch: Batch, row: EventId, phrase: str) -> None:
        self._world.intelligence.tell(
            phrase, batch.place, (task.seat, *self._told(TOLD)), row,
            values={"place": batch.place, "count": batch.people}, facts=((batch.place, "detained", 0),), grade="A1",
        )  # fmt: skip

    # The dead of the other side

    def remains(self, place: str, group: str, people: int, row: EventId) -> None:
        """Dead of the other side were left: they are owed to their families, with a record."""
        if people <= 0:
            return
        world = self._world
        number = self._numbers[f"{place}/remains"] = self._numbers.get(f"{place}/remains", 0) + 1
        name = f"custody/{place}/remains/{number}"
        hours = lognormal(world.chance.draw(name), self._medians[REMAINS], self._sigma)
        wait = from_hours(hours)
        world.agenda.after(wait, Phase.REPORTS, 0, self._remains_given, (name, group, world.now, row))

    def _remains_given(self, event: At) -> None:
        name, group, since, row = event.payload
        world = self._world
        key = world.journal.name(name)
        passed = world.now - since
        row = world.journal.write(
            kinds.CUSTODY_STEP, world.now, key, (row,), world.journal.name(REMAINS), fixed(to_hours(passed))
        )
        late = passed > self._clocks[REMAINS]
        for state in world.people.communities.values():
            group_spec = world.blueprint.groups.get(group)
            if group_spec is not None and state.id == group_spec.community:
                amount = -self._remains_trust if late else self._remains_trust
                world.ledger.enter(state.trust, amount, (row,), world.journal.name(REMAINS))

    # Inquiry

    def harmed_by_mission(self, place: str, people: int, unit: str, row: EventId) -> None:
        """People were hurt by the mission: it stands against it, and somebody has to look into it."""
        if people > 0:
            self._world.measures.count("civilians_harmed_by_mission", people, row)
            self._world.lawfulness.harmed(people, row)
            self.inquiry(place, people, unit, row)

    def inquiry(self, place: str, people: int, unit: str, row: EventId) -> None:
        """People were hurt by the mission: within a day somebody must be able to say what happened."""
        world = self._world
        if people <= 0:
            return
        world.crowds.aggrieved(place, "mission-harm", row)
        if place in self._inquiries:
            return
        due = world.now + self._clocks[INQUIRY]
        key = world.places.state[place].key
        row = world.journal.write(kinds.INQUIRY, world.now, key, (row,), due)
        timer = world.agenda.at(due, Phase.REPORTS, 0, self._silent, place)
        self._ask(INQUIRY, "fact-finding", place, self._staff_work, row)
        self._inquiries[place] = Inquiry(due, people, row, timer)
        world.truth.event("inquiry", place, row)
        world.intelligence.tell(
            "inquiry-due", unit or place, self._told(INQUIRY, TOLD), row,
            values={"place": place, "people": people, "unit": unit}, grade="B2", urgent=True,
        )  # fmt: skip

    def _silent(self, event: At) -> None:
        place: str = event.payload
        world = self._world
        if any(task.place == place for task in world.tasks.active.get("fact-finding", ())):
            return
        inquiry = self._inquiries[place]
        weight = self._silence * (1.0 - math.exp(-inquiry.people))
        world.standing("legitimacy", -weight, (inquiry.row,), "no-inquiry")

    def _find_facts(self, task: Task) -> None:
        """What was found out is said, whatever it is: late it is worth half."""
        world = self._world
        place = task.place
        found = self._inquiries.pop(place, None)
        causes = (task.row,) if found is None else (task.row, found.row)
        late = found is not None and world.now > found.due
        if found is not None:
            found.timer.cancel()
        fault = self._faulty if found is not None else 0.0
        unclear = world.parameters["custody.finding_unclear_share"]
        outcome = world.chance.choose(
            f"{task.name}/finding",
            {FAILING: fault, JUSTIFIED: (1.0 - fault) * (1.0 - unclear), UNCLEAR: (1.0 - fault) * unclear},
            causes=causes,
        )  # fmt: skip
        row = world.journal.write(
            kinds.FINDING, world.now, world.places.state[place].key, (outcome.row,),
            world.journal.name(outcome.outcome), int(late),
        )  # fmt: skip
        worth = self._finding * (world.parameters["custody.late_finding_share"] if late else 1.0)
        if outcome.outcome != UNCLEAR:
            world.standing("legitimacy", worth, (row,), "fact-finding")
        if found is not None:
            backing = {JUSTIFIED: self._fault, FAILING: -self._fault, UNCLEAR: 0.0}[outcome.outcome]
            world.standing("backing", backing, (row,), "fact-finding")
        if outcome.outcome == JUSTIFIED:
            world.initiative.spoken_for(place)
        world.security.looked_into(place, row)
        world.truth.event("finding", place, row)
        world.intelligence.tell(
            "finding", place, (task.seat, "head-of-mission", "spokesperson"), row,
            values={"place": place, "result": outcome.outcome}, grade="A2", urgent=True,
        )  # fmt: skip
