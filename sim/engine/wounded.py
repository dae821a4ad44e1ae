"""The level-1 post of a site: who waits for a doctor, who waits for a flight, and who cannot wait (F26, F27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.chance import exponential, lognormal, share_of
from sim.engine.journal import EventId
from sim.engine.ticks import HOUR, Tick, from_hours

if TYPE_CHECKING:
    from sim.engine.world import World


class Patient:
    """One wounded person. A critical one has a time of his own, which care stretches."""

    __slots__ = ("critical", "death", "due", "row", "since", "treated")

    def __init__(self, critical: bool, row: EventId) -> None:
        self.critical = critical
        self.row = row
        self.treated = False
        self.due: Tick = 0
        self.since: Tick = 0
        self.death: At | None = None


class AidPost:
    """Treats one patient after another, the critical first, and holds them until somebody flies them out."""

    __slots__ = (
        "_arrivals",
        "_busy",
        "_care_mean",
        "_critical_share",
        "_medic_hours",
        "_number",
        "_overfull",
        "_served",
        "_service_sigma",
        "_treat_hours",
        "_treated_reported",
        "_untreated_mean",
        "_waiting_reported",
        "_world",
        "arrived",
        "beds",
        "died",
        "evacuated",
        "holding",
        "key",
        "place",
        "queue",
        "rank",
        "report_first",
        "treated",
    )

    def __init__(self, world: World, place: str, key: int, rank: int, beds: int) -> None:
        value = world.parameters
        self._world = world
        self.place = place
        self.key = key
        self.rank = rank
        self.beds = beds
        self._critical_share = value["wounded.critical_share"]
        self._treat_hours = value["wounded.treatment_h"]
        self._service_sigma = value["wounded.treatment_sigma"]
        self._medic_hours = value["wounded.medics_equal"]
        self._untreated_mean = from_hours(value["wounded.critical_untreated_h"])
        self._care_mean = from_hours(value["wounded.critical_treated_h"])
        self._overfull = value["wounded.overfull_factor"]
        self.report_first = round(value["wounded.report_first"])
        self.queue: list[Patient] = []
        self.holding: list[Patient] = []
        self.arrived = 0
        self.treated = 0
        self.evacuated = 0
        self.died = 0
        self._busy: At | None = None
        self._arrivals = 0
        self._number = 0
        self._served = 0
        self._waiting_reported = 0
        self._treated_reported = 0

    def untreated(self) -> int:
        """Wounded whom no doctor has seen."""
        return len(self.queue)

    def waiting(self) -> int:
        """Wounded who need evacuation and have not left."""
        return len(self.holding) + sum(1 for patient in self.queue if patient.critical)

    def arrive(self, wounded: int, cause: EventId) -> EventId:
        """Wounded are brought in."""
        world = self._world
        draw = world.chance.draw
        critical = share_of(wounded, self._critical_share, draw(f"{self.place}/critical", self._arrivals))
        self._arrivals += 1
        row = world.journal.write(kinds.WOUNDED, world.now, self.key, (cause,), wounded, critical)
        self.arrived += wounded
        for number in range(wounded):
            patient = Patient(number < critical, row)
            if patient.critical:
                left = exponential(draw(f"{self.place}/holds-on", self._number), self._untreated_mean)
                self._number += 1
                self._fate(patient, round(left))
                self.queue.insert(sum(1 for other in self.queue if other.critical), patient)
            else:
                self.queue.append(patient)
        self._serve()
        self._tell(row)
        return row

    def take(self, seats: int, cause: EventId) -> int:
        """Evacuate up to so many, those who cannot stay first; return how many left."""
        gone = self.holding[:seats]
        del self.holding[:seats]
        waiting = [patient for patient in self.queue if patient.critical][: seats - len(gone)]
        for patient in waiting:
            self.queue.remove(patient)
        gone += waiting
        for patient in gone:
            if patient.death is not None:
                patient.death.cancel()
        self.evacuated += len(gone)
        if gone:
            self._changed(cause)
            self._waiting_reported = min(self._waiting_reported, self.untreated() + self.waiting())
            if self._busy is None and self.queue:
                self._serve()
        return len(gone)

    def _fate(self, patient: Patient, left: Tick) -> None:
        agenda = self._world.agenda
        patient.since = agenda.now
        patient.due = agenda.now + max(1, left)
        patient.death = agenda.at(patient.due, Phase.PEOPLE, self.rank, self._dies, patient)

    def _serve(self) -> None:
        if self._busy is not None or not self.queue:
            return
        world = self._world
        medics = 0.0
        for unit in world.forces.at(self.place):
            medics += world.forces.capability(unit, "medical")
        hours = self._treat_hours / (1.0 + medics / self._medic_hours)
        if len(self.holding) >= self.beds:
            hours *= self._overfull
        uniform = world.chance.draw(f"{self.place}/treated", self._served)
        self._served += 1
        length = lognormal(uniform, hours, self._service_sigma)
        self._busy = world.agenda.after(max(1, round(length * HOUR)), Phase.PEOPLE, self.rank, self._seen)

    def _seen(self, event: At) -> None:
        self._busy = None
        if not self.queue:
            return
        world = self._world
        patient = self.queue.pop(0)
        self.treated += 1
        row = world.journal.write(kinds.TREATED, world.now, self.key, (patient.row,), 1, self.key)
        patient.row = row
        patient.treated = True
        if patient.critical:
            assert patient.death is not None
            patient.death.cancel()
            # What time was left is stretched, never drawn again.
            left = (patient.due - world.now) * (self._care_mean / self._untreated_mean)
            self._fate(patient, round(left))
            self.holding.append(patient)
        world.measures.count("wounded_treated", 1, row)
        self._changed(row)
        if self.treated >= max(self.report_first, 2 * self._treated_reported):
            self._treated_reported = self.treated
            world.intelligence.happened(
                "wounded-treated",
                self.place,
                row,
                values={"place": self.place, "people": self.treated},
                facts=[(self.place, "wounded", self.waiting()), (self.place, "untreated", self.untreated())],
            )
        self._serve()

    def _dies(self, event: At) -> None:
        patient: Patient = event.payload
        (self.holding if patient.treated else self.queue).remove(patient)
        self.died += 1
        patient.death = None
        self._world.people.die(self.place, 1, patient.row)
        self._changed(patient.row)

    def _changed(self, row: EventId) -> None:
        truth = self._world.truth
        truth.changed(self.place, "wounded", row)
        truth.changed(self.place, "untreated", row)

    def _tell(self, row: EventId) -> None:
        self._changed(row)
        waiting = self.untreated() + len(self.holding)
        if waiting >= max(self.report_first, 2 * self._waiting_reported):
            self._waiting_reported = waiting
            self._world.intelligence.happened(
                "wounded-waiting",
                self.place,
                row,
                values={"place": self.place, "people": waiting, "critical": self.waiting()},
                facts=[(self.place, "wounded", self.waiting()), (self.place, "untreated", self.untreated())],
                urgent=self.waiting() > self.beds,
            )
