"""Support to the host state's forces under the due-diligence policy, and what naming and silence cost.

Whoever supports a force answers for it: with an assessment and conditions that is a risk one has taken, without
them a breach of the organization's own policy. What is known and not said is heard as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST
from sim.engine.ticks import Tick, from_hours

if TYPE_CHECKING:
    from sim.doctrine import Response
    from sim.engine.tasks import Task
    from sim.engine.world import World

LOW, MEDIUM, HIGH = "low", "medium", "high"
MITIGATION, PRESENCE = "mitigation", "presence"


class Record:
    """What the mission knows and has done about one counterpart's forces."""

    __slots__ = ("abuses", "assessed", "risk", "spoke", "spoke_at", "support", "taught")

    def __init__(self) -> None:
        self.abuses: list[EventId] = []
        self.assessed: EventId | None = None
        self.risk = ""
        self.support: Task | None = None
        self.taught = 0.0
        self.spoke: EventId | None = None
        self.spoke_at: Tick = -1


class DueDiligence:
    """Support to the host state's forces under the due-diligence policy, and what naming and silence cost."""

    __slots__ = (
        "_abuse_weight", "_assurance_abuse", "_assurance_base", "_assurance_consent", "_assurance_taught",
        "_conditions", "_high", "_medium", "_named_others", "_records", "_silence", "_silence_cost",
        "_tainted_headquarters", "_tainted_humanitarians", "_tainted_legitimacy", "_taught", "_unfounded",
        "_unmitigated", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._abuse_weight = value["due_diligence.risk_per_abuse"]
        self._medium = value["due_diligence.medium_above"]
        self._high = value["due_diligence.high_above"]
        self._tainted_legitimacy = value["due_diligence.tainted_legitimacy"]
        self._tainted_headquarters = value["due_diligence.tainted_headquarters"]
        self._tainted_humanitarians = value["due_diligence.tainted_humanitarians"]
        self._conditions = value["due_diligence.mitigated_share"]
        self._unmitigated = value["due_diligence.assessed_share"]
        self._silence = from_hours(value["due_diligence.silence_hours"])
        self._silence_cost = value["due_diligence.silence_legitimacy"]
        self._unfounded = value["due_diligence.unfounded_cost"]
        self._named_others = value["due_diligence.named_share_others"]
        self._taught = value["due_diligence.taught_restraint"]
        self._assurance_base = value["due_diligence.assurance_base"]
        self._assurance_consent = value["due_diligence.assurance_consent"]
        self._assurance_taught = value["due_diligence.assurance_taught"]
        self._assurance_abuse = value["due_diligence.assurance_per_abuse"]
        self._records: dict[str, Record] = {}

    def begin(self) -> None:
        tasks = self._world.tasks
        tasks.provide("due-diligence", completes=self.assess)
        tasks.provide("host-support", begins=self._support_begins, ends=self._support_ends)
        tasks.provide("rule-of-law", begins=self._present, completes=self._teach)
        tasks.provide("naming", completes=self.name_violations)
        self._records = {spec: Record() for spec in self._world.blueprint.counterparts}
        self._world.truth.provide("risk", self._truth_risk)
        self._world.truth.provide("abuses", self._truth_abuses)

    # What others ask

    def supported(self, counterpart: str) -> bool:
        """Whether the mission supports a counterpart's forces now."""
        record = self._records.get(counterpart)
        return record is not None and record.support is not None

    def taught(self, counterpart: str) -> float:
        """How far work on the rule of law holds a counterpart's forces back, in units of utility."""
        record = self._records.get(counterpart)
        return self._taught * record.taught if record is not None else 0.0

    def assurances(self, counterpart: str) -> float:
        """How far an assurance that those handed over will be treated lawfully can be believed, from 0 to 1."""
        record = self._records.get(counterpart)
        if record is None:
            return 0.0
        believed = self._assurance_base
        believed += self._assurance_consent * self._world.host_state.consent(counterpart) / HIGHEST
        believed += self._assurance_taught * record.taught
        believed -= self._assurance_abuse * len(record.abuses)
        return min(max(believed, 0.0), 1.0)

    def risk(self, counterpart: str) -> str:
        """The level the last assessment came to; nothing where there was none."""
        record = self._records.get(counterpart)
        return record.risk if record is not None else ""

    # The record of the force

    def abused(self, counterpart: str, place: str, people: int, row: EventId) -> None:
        """Forces of a counterpart hurt people: it stands on their record, and on the mission's if it helps them."""
        world = self._world
        record = self._records[counterpart]
        written = world.journal.write(
            kinds.ABUSE, world.now, world.journal.name(counterpart), (row,), world.places.state[place].key, people
        )
        record.abuses.append(written)
        world.measures.count("host_abuses", 1, written)
        world.truth.changed(counterpart, "abuses", written)
        world.truth.event("host-abuse", counterpart, written)
        world.crowds.aggrieved(place, "beating", written)
        if record.support is not None:
            self._tainted(counterpart, record, record.support, written)
        rank = world.blueprint.counterparts[counterpart].rank
        world.agenda.after(self._silence, Phase.REPORTS, rank, self._still_silent, (counterpart, place, written))

    def _tainted(self, counterpart: str, record: Record, support: Task, abuse: EventId) -> None:
        """They did it with the mission's fuel: what was done beforehand decides how much of it is the mission's."""
        world = self._world
        mitigated = record.assessed is not None and MITIGATION in support.options
        share = 1.0
        if not self._in_force(support.response):
            share = self._unmitigated
        elif mitigated:
            share = self._conditions
        elif record.assessed is not None and record.risk != HIGH:
            share = self._unmitigated
        row = world.journal.write(
            kinds.SUPPORT_TAINTED, world.now, world.journal.name(counterpart), (abuse, support.row), int(mitigated)
        )
        world.standing("legitimacy", -share * self._tainted_legitimacy, (row,), "host-support")
        world.standing("headquarters", -share * self._tainted_headquarters, (row,), "host-support")
        world.standing("humanitarians", -share * self._tainted_humanitarians, (row,), "host-support")
        world.intelligence.tell(
            "support-tainted", "headquarters", (support.seat, "head-of-mission", "human-rights"), row,
            values={"counterpart": counterpart}, grade="A1", urgent=True,
        )  # fmt: skip
        if mitigated:
            world.tasks.finish(support, "suspended", (row,))

    def _in_force(self, response: Response) -> bool:
        """Whether the policy that asks for an assessment was in force when this happens."""
        since = response.in_force_from
        return since is None or self._world.blueprint.start.date() >= since

    # Assessment, support, rule of law

    def assess(self, task: Task) -> None:
        """What is known of a force against what one would help it to do."""
        world = self._world
        record = self._records.get(task.target)
        if record is None:
            return
        groups = [force.group.spec for force in world.host_forces.forces.values() if force.counterpart == task.target]
        worst = max((1.0 - spec.respects / HIGHEST for spec in groups), default=0.5)
        score = worst + self._abuse_weight * len(record.abuses)
        record.risk = HIGH if score >= self._high else MEDIUM if score >= self._medium else LOW
        row = record.assessed = world.journal.write(
            kinds.DUE_DILIGENCE, world.now, world.journal.name(task.target), (task.row, *record.abuses[-2:]),
            world.journal.name(record.risk),
        )  # fmt: skip
        world.truth.changed(task.target, "risk", row)
        world.intelligence.tell(
            "due-diligence-done", task.seat, (task.seat, "head-of-mission"), row,
            values={"counterpart": task.target, "level": record.risk}, facts=((task.target, "risk", record.risk),),
            grade="B2",
        )  # fmt: skip

    def _support_begins(self, task: Task) -> None:
        world = self._world
        record = self._records.get(task.target)
        if record is None:
            return
        record.support = task
        consent = world.tasks.effect(task, "consent")
        if MITIGATION in task.options:
            consent *= self._unmitigated
        world.standing(f"consent/{task.target}", consent, (task.row,), task.response.id)
        if record.assessed is None and self._in_force(task.response):
            cost = self._conditions * self._tainted_headquarters
            world.standing("headquarters", -cost, (task.row,), "support-without-assessment")
        world.host_forces.news(task.target, task.row)

    def _support_ends(self, task: Task) -> None:
        world = self._world
        record = self._records.get(task.target)
        if record is None:
            return
        if record.support is task:
            record.support = None
        # What was given and is taken away is missed more than it was valued.
        world.standing(f"consent/{task.target}", -world.tasks.effect(task, "consent"), (task.row,), task.response.id)
        world.host_forces.news(task.target, task.row)

    def _present(self, task: Task) -> None:
        """Judges, prison officers and police trainers are seen, and there is somebody to complain to."""
        world = self._world
        spec = world.blueprint.counterparts.get(task.target)
        if spec is not None:
            world.people.reassure(spec.at, world.tasks.effect(task, "reassurance"), task.row)

    def _teach(self, task: Task) -> None:
        world = self._world
        record = self._records.get(task.target)
        if record is None:
            return
        record.taught += (1.0 - record.taught) * world.tasks.effect(task, "taught")
        world.standing(f"consent/{task.target}", world.tasks.effect(task, "consent"), (task.row,), task.response.id)
        world.standing("legitimacy", world.tasks.effect(task, "legitimacy"), (task.row,), task.response.id)
        world.host_forces.news(task.target, task.row)

    # Naming, and not naming

    def spoke(self, counterpart: str, row: EventId) -> None:
        """The mission said something about it, aloud or in a note: this is not silence."""
        record = self._records.get(counterpart)
        if record is not None:
            record.spoke, record.spoke_at = row, self._world.now

    def name_violations(self, task: Task) -> None:
        """Say in public who did it: that costs consent and gates, and gains those it was done to."""
        world = self._world
        target = task.target
        record = self._records.get(target)
        if record is None:
            return
        known = len(record.abuses) + len(world.host_state.obstruction.violations[target])
        row = world.journal.write(
            kinds.NAMED, world.now, world.journal.name(target), (task.row, *record.abuses[-2:]), known
        )
        self.spoke(target, row)
        if not known:
            world.standing("legitimacy", -self._unfounded, (row,), task.response.id)
            world.standing("headquarters", -self._unfounded, (row,), task.response.id)
        else:
            world.standing("legitimacy", world.tasks.effect(task, "legitimacy"), (row,), task.response.id)
            world.standing("humanitarians", world.tasks.effect(task, "humanitarians"), (row,), task.response.id)
        for counterpart in world.blueprint.counterparts:
            share = 1.0 if counterpart == target else self._named_others
            cost = share * world.tasks.effect(task, "consent")
            world.standing(f"consent/{counterpart}", -cost, (row,), task.response.id)
        for gate in world.blueprint.counterparts[target].gates:
            world.host_state.cleared.pop((target, gate), None)
        world.truth.event("named", target, row)
        world.host_forces.news(target, row)

    def _still_silent(self, event: At) -> None:
        """Some time after an abuse that the mission knows of: has anybody said a word?"""
        counterpart, place, abuse = event.payload
        world = self._world
        record = self._records[counterpart]
        happened = world.now - self._silence
        if record.spoke_at >= happened or not self._known(place):
            return
        row = world.journal.write(
            kinds.SILENCE, world.now, world.journal.name(counterpart), (abuse,), world.places.state[place].key
        )
        world.standing("legitimacy", -self._silence_cost, (row,), "silence")

    def _known(self, place: str) -> bool:
        """Whether the mission has heard that there was violence at a place."""
        world = self._world
        desks = [seat.id for seat in world.blueprint.seats.values() if seat.role in ("joc", "head-of-mission")]
        return any(world.intelligence.knows(desk, place, "violence") for desk in desks)

    def _truth_risk(self, subject: str) -> str | None:
        record = self._records.get(subject)
        return None if record is None else record.risk

    def _truth_abuses(self, subject: str) -> int | None:
        record = self._records.get(subject)
        return None if record is None else len(record.abuses)
