"""A world of the information mechanisms alone, with the rest of the mission as plain stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sim.doctrine import load_doctrine
from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.blueprint import (
    DecisionSpec,
    InformationSpec,
    InjectSpec,
    OptionSpec,
    SeatSpec,
    StandingOrderSpec,
    StepSpec,
)
from sim.engine.chance import Chance
from sim.engine.decisions import Decisions
from sim.engine.injects import Injects
from sim.engine.inputs import Answer, Input, Receipt
from sim.engine.intelligence import Intelligence
from sim.engine.journal import Journal
from sim.engine.ledger import Ledger
from sim.engine.measures import Measures
from sim.engine.policy import Policy
from sim.engine.procedure import Procedure
from sim.engine.ticks import DAY, HOUR, MINUTE, Tick
from sim.engine.truth import Truth
from sim.scenario import tree
from sim.scenario.values import fixed

SEATS = {
    "head": "head-of-mission",
    "chief": "chief-of-staff",
    "joc": "joc",
    "jmac": "jmac",
    "police": "police-commissioner",
    "commander": "team-site-commander",
}


class SmallWorld:
    """What information needs of a world: time, journal, luck, standings, and whoever is asked for a fact."""

    def __init__(self, **parts: Any) -> None:
        doctrine = load_doctrine()
        self.parameters: Mapping[str, float] = {
            **{name: one.value for name, one in doctrine.parameters.items()},
            **parts.get("parameters", {}),
        }
        self.blueprint = SimpleNamespace(
            name="small",
            start=datetime(2014, 3, 5, 6, 0),
            duration=15 * DAY,
            marks=parts.get("marks", ()),
            headquarters="town",
            options=parts.get("options", {}),
            seats={
                id_: SeatSpec(
                    id_, rank, role, id_.title(), "site" if id_ == "commander" else "mission",
                    "base" if id_ == "commander" else "", "", True,
                )
                for rank, (id_, role) in enumerate(SEATS.items())
            },
            routes={},
            places={id_: SimpleNamespace(id=id_, site=object() if id_ == "base" else None) for id_ in ("base", "town")},
            units={}, groups={"riders": object()}, communities={}, counterparts={"capital": object()},
            information={one.id: one for one in parts.get("information", ())},
            injects={one.id: one for one in parts.get("injects", ())},
            decisions={one.id: one for one in parts.get("decisions", ())},
            procedure=tuple(parts.get("procedure", ())),
            standing_orders=tuple(parts.get("standing_orders", ())),
            benchmarks=parts.get("benchmarks", {}),
            standings={},
            doctrine=doctrine,
            reading=SimpleNamespace(names={"base": "Team Site", "town": "the town", "riders": "the riders"}),
        )  # fmt: skip
        self.end: Tick = self.blueprint.duration
        self.horizon: Tick = parts.get("horizon", self.end)
        self.keeps_journal = True
        self.agenda = Agenda()
        self.journal = Journal()
        self.chance = Chance(parts.get("seed", 1), self.journal, self.agenda)
        self.ledger = Ledger(self.journal, self.agenda)
        self.ledger.moved = lambda standing, row: self.truth.standing_changed(standing.id, row)
        self.issued: list[tuple[Tick, Input, str]] = []
        self.wanted: list[tuple[Tick, str, str]] = []
        self.done: list[tuple[Any, ...]] = []
        self.there = [SimpleNamespace(spec=SimpleNamespace(languages=1.0))]
        self.forces = SimpleNamespace(
            at=lambda place: self.there,
            understanding=lambda place: max((unit.spec.languages for unit in self.there), default=-1.0),
        )
        self.command = SimpleNamespace(tasks={}, absent=self._note("absent"), is_absent=lambda seat: False)
        self.caveats = SimpleNamespace(objections={}, limit=self._note("limit"))
        self.support = SimpleNamespace(dust=self._note("dust"))
        self.host_state = SimpleNamespace(press=self._note("press"))
        self.security = SimpleNamespace(conduct=self._note("conduct"))
        self.networks = SimpleNamespace(
            voice=lambda place: None, interpreters=lambda place: 0.0, courage=lambda place: 1.0,
            coverage=lambda place: 0.0, protects=lambda place: 0.0, alerted=self._note("alerted"),
        )  # fmt: skip
        self.rumours = SimpleNamespace(known=self._note("known"), spread=self._note("spread"))
        self.assessments = SimpleNamespace(heard=self._note("told"), open_files=list)
        self.tasks = SimpleNamespace(lasting=lambda response, place="": [])
        self.groups = SimpleNamespace(rumoured=self._note("rumoured"))
        self.people = SimpleNamespace(
            home=lambda: 900, population=1_010, dead=10, displaced_peak=400, displaced_peak_tick=2 * HOUR,
            displaced_peak_row=0, at_base_peak=300, at_base_peak_tick=3 * HOUR, at_base_peak_row=0,
            at_base_share_peak=0.75, shock=self._note("shock"), rumour=self._note("rumour"),
            living_at=lambda place: [],
        )  # fmt: skip
        self.sites = SimpleNamespace(litres_least=lambda: None, density_peak=lambda: 0.0)
        self.truth = Truth(self)
        self.initiative = SimpleNamespace(decided=lambda touches, row: None)
        self.measures = Measures(self)
        self.intelligence = Intelligence(self)
        self.policy = Policy(self)
        self.injects = Injects(self)
        self.decisions = Decisions(self)
        self.procedure = Procedure(self)
        self.beginning = self.journal.write(kinds.SCENARIO, 0, self.journal.name("scenario"), ())
        for mechanism in (
            self.intelligence, self.measures, self.policy, self.injects, self.decisions, self.procedure,
        ):  # fmt: skip
            mechanism.begin()

    @property
    def now(self) -> Tick:
        return self.agenda.now

    def run(self, to: Tick) -> None:
        self.agenda.run(to)

    def at(self, tick: Tick, call: Callable[[], object]) -> None:
        """Have something done in the middle of a run."""
        self.agenda.at(tick, 3, 0, lambda event: call())

    def row(self, subject: str = "something", *causes: int) -> int:
        return self.journal.write(kinds.CALENDAR, self.now, self.journal.name(subject), causes)

    def issue(self, entry: Input, causes: tuple[int, ...], rule: str) -> Receipt:
        self.issued.append((self.now, entry, rule))
        row = self.journal.write(kinds.POLICY, self.now, self.journal.name(entry.seat), causes, self.journal.name(rule))
        if isinstance(entry, Answer):
            self.decisions.answer(entry, row)
        return Receipt(True, self.now, 0)

    def want_stop(self, seat: str, about: str) -> None:
        self.wanted.append((self.now, seat, about))

    def rows(self, kind: kinds.Kind) -> list[Any]:
        return [row for row in self.journal.rows() if row.kind is kind]

    def _note(self, name: str) -> Callable[..., int]:
        def note(*values: Any) -> int:
            self.done.append((name, *values))
            return 0

        return note


def source(id_: str = "traders", rank: int = 0, **given: Any) -> InformationSpec:
    values: dict[str, Any] = {
        "kind": "traders", "places": ("town",), "detects": 1.0, "delay": fixed(30 * MINUTE), "reliability": "C",
        "to": ("joc",), "error": 0.0, "at_risk": False,
    }  # fmt: skip
    return InformationSpec(id_, rank, **{**values, **given})


def inject(id_: str = "call", rank: int = 0, **given: Any) -> InjectSpec:
    values: dict[str, Any] = {
        "title": "A call", "storyline": "", "at": None, "when": None, "pool": False, "delay": None,
        "repeat": False, "sender": "elder", "to": ("joc",), "means": "phone", "text": "They come tonight.",
        "grade": "C3", "urgent": False, "objective": "", "facts": (), "effects": (),
    }  # fmt: skip
    return InjectSpec(id_, rank, **{**values, **given})


def decision(
    id_: str = "gate",
    rank: int = 0,
    when: tree.Condition = tree.ALWAYS,
    options: Mapping[str, Iterable[Input]] | None = None,
    **given: Any,
) -> DecisionSpec:
    made = {
        name: OptionSpec(name, name.title(), "", tuple(do), {})
        for name, do in (options or {"open": (), "hold": ()}).items()
    }
    values: dict[str, Any] = {"to": "head", "within": 2 * HOUR, "otherwise": "hold", **given}
    return DecisionSpec(
        id_, rank, "Open or hold?", "", when, values["to"], values["within"], made, values["otherwise"], (), ()
    )


def rule(id_: str, when: tree.Condition, do: Iterable[Input], rank: int = 0, **given: Any) -> StandingOrderSpec:
    return StandingOrderSpec(
        id_, rank, given.get("seat", "head"), when, tuple(do), given.get("within"), given.get("repeat", 0)
    )


def step(id_: str, evidence: tree.Condition, within: Tick = HOUR) -> StepSpec:
    return StepSpec(id_, id_.title(), "head", within, evidence)
