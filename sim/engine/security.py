"""Security of the mission's own people, beside the mission's chain of command (C13-C15).

The security management system covers civilians, individual police, observers and staff officers, not
contingents and formed units. Moving them out makes them safe and the mission blind: the interpreters
are among them (F34). Those who come from the place have their families there, and are not moved like the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import lognormal, share_of
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import from_hours

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.staff_risk import StaffRisk
    from sim.engine.tasks import Task
    from sim.engine.world import World


class Security:
    """Who stays, who goes, and how conduct is dealt with."""

    __slots__ = (
        "_abroad_consent",
        "_afraid_from",
        "_afraid_weight",
        "_attacks",
        "_conceal",
        "_concealed",
        "_conduct_cost",
        "_conducts",
        "_guarded",
        "_harm",
        "_harm_headquarters",
        "_left_behind_trust",
        "_national",
        "_reported", "_sigma",
        "_stay_cost",
        "_stay_share",
        "_surfaced",
        "_surfaces",
        "_world",
        "evacuated",
        "relocated_from",
        "retained",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        value = world.parameters
        self._world = world
        self._conduct_cost = value["security.concealed_misconduct_legitimacy"]
        self._reported = world.parameters["security.reported_share"]
        self._conceal = value["security.concealment_share"]
        self._stay_cost = value["security.relocation_legitimacy"]
        self._national = value["security.national_share"]
        self._stay_share = value["security.nationals_come_to_work_share"]
        self._afraid_from = value["people.fear_threshold"]
        self._afraid_weight = value["security.fear_keeps_home"]
        self._left_behind_trust = value["security.left_behind_trust"]
        self._abroad_consent = value["security.nationals_out_consent"]
        self._harm = value["security.staff_hurt_per_attack"]
        self._guarded = value["security.works_protect"]
        self._harm_headquarters = value["security.staff_hurt_headquarters"]
        self._surfaces = value["security.concealed_surfaces_h"]
        self._sigma = value["command.hop_sigma"]
        self._surfaced = value["security.surfaced_headquarters"]
        self._conducts: dict[str, int] = {}
        self._concealed: dict[str, list[tuple[str, EventId]]] = {}
        self._attacks: dict[str, int] = {}
        self.retained: dict[str, EventId] = {}
        self.relocated_from: dict[str, EventId] = {}
        self.evacuated: dict[str, bool] = {}
        """Places that staff were evacuated from, and whether national staff were taken along."""

    def begin(self) -> None:
        world = self._world
        world.truth.provide("staff", self._staff)
        world.truth.listen(("event", "attack"), _Listener(self))
        world.tasks.provide("staff-evacuation", completes=self._evacuate)

    def _staff(self, place: str) -> str:
        if place in self.evacuated:
            return "evacuated"
        return "relocated" if place in self.relocated_from else "present"

    def covered(self, unit: UnitState) -> bool:
        """Whether the security management system covers a unit's members."""
        if unit.capabilities.get("combat") or unit.capabilities.get("air"):
            return False
        return unit.spec.component in ("civilian", "police", "military")

    def staff_present(self, place: str) -> float:
        """The share of a place's staff, national staff with them, who are there and dare to work, 0 to 1.

        Where internationals are gone, national staff who stayed are alone with their fear and their families.
        """
        if self.evacuated.get(place):
            return 0.0
        gone = place in self.relocated_from or place in self.evacuated
        here = self._national * self._stay_share if gone else 1.0
        now = self._world.agenda.now
        limit = fear = self._afraid_from
        for state in self._world.people.living_at(place):
            felt = state.fear.value_at(now)
            if felt > fear:
                fear = felt
        if fear == limit:
            return here
        afraid = (fear - limit) / (HIGHEST - limit)
        national = 1.0 if gone else self._national
        return here * (1.0 - national * self._afraid_weight * afraid)

    # Leaving

    def relocated(self, task: Task) -> None:
        """Civilians, observers and individual police leave, or essential volunteers stay."""
        world = self._world
        if task.response.id == "retain-essential-staff":
            here = world.journal.name(task.place)
            row = world.journal.write(kinds.RELOCATED, world.now, here, (task.row,), 0, here)
            self.retained[task.place] = row
            self.relocated_from.pop(task.place, None)
            self.evacuated.pop(task.place, None)
            world.truth.changed(task.place, "staff", row)
            return
        refuge = world.blueprint.headquarters
        moved = self._send_off(task, refuge)
        row = world.journal.write(
            kinds.RELOCATED, world.now, world.places.state[task.place].key, (task.row,), moved,
            world.journal.name(refuge),
        )  # fmt: skip
        self.relocated_from[task.place] = row
        world.standing("legitimacy", -self._stay_cost, (row,), task.response.id)
        world.truth.changed(task.place, "staff", row)
        world.intelligence.happened(
            "staff-relocated", task.place, row, values={"place": task.place, "people": moved},
            facts=((task.place, "staff", "relocated"),), to=("head-of-mission", "joc"),
        )  # fmt: skip

    def _send_off(self, task: Task, refuge: str) -> int:
        """Every team of staff at a place leaves for a refuge; return how many people."""
        world = self._world
        moved = 0
        for unit in list(world.forces.at(task.place)):
            if self.covered(unit) and unit.capabilities.get("liaison"):
                moved += unit.own_strength()
                if unit.task is not None:
                    world.tasks.finish(unit.task, "relocated", (task.row,))
                world.forces.move(unit, refuge, f"{task.name}/{unit.id}", (task.row,), lambda _: None)
        return moved

    def _evacuate(self, task: Task) -> None:
        """Out of the area, agencies too. National staff are left with their families, or taken and missed by them."""
        world = self._world
        place = task.place
        along = "with-nationals" in task.options
        moved = self._send_off(task, world.blueprint.headquarters)
        nationals = share_of(moved, self._national, world.chance.draw(f"{task.name}/nationals"))
        row = world.journal.write(
            kinds.STAFF_EVACUATED, world.now, world.places.state[place].key, (task.row,),
            moved if along else moved - nationals, nationals if along else 0,
        )  # fmt: skip
        self.evacuated[place] = along
        self.retained.pop(place, None)
        world.standing("legitimacy", -2 * self._stay_cost, (row,), task.response.id)
        world.standing("humanitarians", world.tasks.effect(task, "humanitarians"), (row,), task.response.id)
        for state in world.people.living_at(place):
            if not along:
                world.ledger.enter(state.trust, -self._left_behind_trust, (row,), world.journal.name("left-behind"))
        if along:
            for counterpart in world.blueprint.counterparts:
                world.standing(f"consent/{counterpart}", -self._abroad_consent, (row,), task.response.id)
        else:
            world.crowds.aggrieved(place, "left-behind", row)
        world.truth.changed(place, "staff", row)
        world.truth.event("staff-evacuated", place, row)
        world.intelligence.happened(
            "staff-evacuated", place, row, values={"place": place, "people": moved},
            facts=((place, "staff", "evacuated"),), to=("head-of-mission", "joc", "rc-hc", "deputy-rc-hc"),
        )  # fmt: skip

    # Harm to staff

    def hurt(self, place: str, people: int, row: EventId) -> int:
        """So many staff at a place are hurt, never more than are there; return how many."""
        world = self._world
        left = people
        for unit in world.forces.at(place):
            if left > 0 and self.covered(unit):
                struck = min(left, unit.own_strength())
                unit.strength -= struck
                unit.wounded += struck
                left -= struck
        hurt = people - left
        if hurt:
            written = world.journal.write(kinds.STAFF_HURT, world.now, world.places.state[place].key, (row,), hurt)
            world.measures.count("staff_hurt", hurt, written)
            world.standing("headquarters", -self._blame(place) * self._harm_headquarters, (written,), "staff-hurt")
            world.intelligence.happened(
                "staff-hurt", place, written, values={"place": place, "people": hurt}, urgent=True,
                to=("head-of-mission", "security-adviser"),
            )  # fmt: skip
        return hurt

    def _blame(self, place: str) -> float:
        """Whoever signed that the risk was worth it is asked; whoever was never asked is asked why not."""
        risk: StaffRisk = self._world.staff_risk
        return 1.0 if risk.allows(place) and place in risk.criticality else 2.0

    def attacked(self, place: str, row: EventId) -> None:
        """Armed men attack a place: staff who are there may be hit, less behind works and with soldiers."""
        world = self._world
        if place not in world.blueprint.places:
            return
        staff = [unit for unit in world.forces.at(place) if self.covered(unit) and unit.own_strength()]
        if not staff:
            return
        number = self._attacks[place] = self._attacks.get(place, 0) + 1
        outer = world.sites.cover(place)[1]
        site = world.sites.state.get(place)
        works = site.works if site is not None else 0.0
        odds = self._harm * (1.0 - outer) * (1.0 - self._guarded * works)
        if world.chance.draw(f"staff/{place}", number) < odds:
            self.hurt(place, 1, row)

    # Conduct

    def conduct(self, unit: str, row: EventId, *, place: str = "") -> None:
        """An allegation: reported through the channel, or concealed and known all the same.

        Args:
            place: where people depend on the unit; they do not forget what was done to them there.
        """
        world = self._world
        count = self._conducts[unit] = self._conducts.get(unit, 0) + 1
        conceal = self._conceal
        outcome = world.chance.choose(
            f"conduct/{unit}#{count}", {"concealed": conceal, "reported": 1.0 - conceal}, causes=(row,)
        )
        written = world.journal.write(
            kinds.CONDUCT, world.now, world.journal.name(unit), (outcome.row,), world.journal.name(outcome.outcome)
        )
        weight = 1.0 if outcome.outcome == "concealed" else self._reported
        cost = self._conduct_cost * weight
        world.standing("legitimacy", -cost, (written,), "conduct")
        world.measures.count("exploitation_allegations", 1, written)
        if outcome.outcome == "reported":
            world.intelligence.tell(
                "allegation", unit, ("head-of-mission", "force-commander", "police-commissioner"), written,
                values={"unit": unit, "place": place}, grade="B3", urgent=True,
            )  # fmt: skip
        if place and outcome.outcome == "concealed":
            name = f"conduct/{unit}/surfaces"
            wait = from_hours(lognormal(world.chance.draw(name, count), self._surfaces, self._sigma))
            self._concealed.setdefault(place, []).append((unit, written))
            world.agenda.after(wait, Phase.REPORTS, 0, self._comes_out, (place, unit, written))
        if place:
            world.crowds.aggrieved(place, "conduct", written, weight)
            world.manpower.misconduct(place, written)

    def looked_into(self, place: str, row: EventId) -> int:
        """Somebody went and asked: what was concealed there is told after all; return how many cases."""
        cases = self._concealed.pop(place, [])
        for unit, concealed in cases:
            self._told(unit, "uncovered", self._conduct_cost * self._reported, (row, concealed))
        return len(cases)

    def _comes_out(self, event: At) -> None:
        """Nobody asked, and it is in the papers: those who looked away answer for it with headquarters."""
        place, unit, concealed = event.payload
        cases = self._concealed.get(place, [])
        if (unit, concealed) in cases:
            cases.remove((unit, concealed))
            row = self._told(unit, "surfaced", -self._conduct_cost * self._reported, (concealed,))
            self._world.standing("headquarters", -self._surfaced, (row,), "conduct")

    def _told(self, unit: str, how: str, legitimacy: float, causes: tuple[EventId, ...]) -> EventId:
        world = self._world
        row = world.journal.write(kinds.CONDUCT, world.now, world.journal.name(unit), causes, world.journal.name(how))
        world.standing("legitimacy", legitimacy, (row,), "conduct")
        world.intelligence.tell(
            "allegation", unit, ("head-of-mission", "force-commander", "police-commissioner"), row,
            values={"unit": unit, "place": ""}, grade="A2", urgent=True,
        )  # fmt: skip
        return row


class _Listener:
    """Tells security of attacks as the truth has them."""

    __slots__ = ("_security",)

    def __init__(self, security: Security) -> None:
        self._security = security

    def hear(self, row: EventId, name: str, subjects: tuple[str, ...]) -> None:
        for place in subjects:
            self._security.attacked(place, row)
