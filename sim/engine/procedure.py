"""The mission's own crisis procedure: each step timed against its standard, from the moment the mission knew.

The clock starts with the first urgent report that reaches a seat of the leadership or the operations centre; each step
is done when its evidence is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.engine import kinds
from sim.engine.agenda import Phase
from sim.engine.blueprint import StepSpec
from sim.engine.inputs import Submit
from sim.engine.journal import EventId, fixed
from sim.engine.ticks import Tick
from sim.engine.watching import Watcher

if TYPE_CHECKING:
    from sim.engine.world import World


DEPUTIES: Final = (
    "deputy-political", "deputy-rc-hc", "chief-of-staff", "force-commander", "police-commissioner", "mission-support",
)  # fmt: skip
"""Roles that act for an absent principal, the first that the mission has and that is there."""


@dataclass(slots=True)
class StepState:
    """A step: when its clock started, when it was done, and how late that was."""

    spec: StepSpec
    key: int
    rank: int
    watcher: Watcher | None = None
    done: Tick | None = None
    late: Tick = 0
    row: EventId = -1


class Procedure:
    """The steps, in the order in which they are written."""

    __slots__ = ("_tolerance", "_weight", "_world", "started", "steps")

    def __init__(self, world: World) -> None:
        self._world = world
        self._tolerance = world.parameters["procedure.figure_tolerance_share"]
        self._weight = world.parameters["procedure.wrong_figure_confidence"]
        self.started: Tick | None = None
        self.steps = [
            StepState(spec, world.journal.name(f"procedure/{spec.id}"), rank)
            for rank, spec in enumerate(world.blueprint.procedure)
        ]

    def begin(self) -> None:
        world = self._world
        for step in self.steps:
            step.watcher = Watcher(
                step.spec.evidence, world.truth, world.agenda, world.blueprint.options, Phase.INJECTS, step.rank,
                self._evident(step),
            )  # fmt: skip
            step.watcher.arm()

    def submitted(self, entry: Submit, row: EventId) -> None:
        """A product was handed in. Figures are held against the truth, as headquarters will in the end (design §5)."""
        world = self._world
        world.truth.event("submitted", entry.product, row)
        for figure, amount in entry.figures:
            written = world.journal.write(
                kinds.FIGURE, world.now, world.journal.name(entry.seat), (row,),
                world.journal.name(entry.to), world.journal.name(figure), fixed(amount),
            )  # fmt: skip
            true = world.truth.value(entry.about or "mission", figure)
            confidence = world.ledger.standings.get(entry.to)
            if isinstance(true, int | float) and confidence is not None:
                wrong = abs(amount - true) > self._tolerance * max(true, 1.0)
                if wrong:
                    world.ledger.enter(confidence, -self._weight, (written,), world.journal.name("wrong-figure"))
        world.intelligence.tell(
            "product", entry.seat, (entry.to,), row,
            values={"product": entry.product, "about": entry.about}, grade="B2", text=entry.text,
        )  # fmt: skip

    def deputy(self, seat: str) -> str:
        """Who acts for a seat whose holder is away: its deputies in the order of the mission, if they are there.

        Empty where the holder is there, or where nobody is left to act.
        """
        world = self._world
        if not world.command.is_absent(seat):
            return ""
        for role in DEPUTIES:
            for other in world.blueprint.seats.values():
                if other.role == role and other.id != seat and not world.command.is_absent(other.id):
                    return other.id
        return ""

    def acts_as(self, seat: str, role: str) -> bool:
        """Whether a seat acts now for an absent one of a role, and so may do what that one may."""
        return any(
            other.role == role and self.deputy(other.id) == seat for other in self._world.blueprint.seats.values()
        )

    def stands_in(self, seat: str, row: EventId) -> str:
        """Have the officer-in-charge act for an absent principal, and let the mission know who it is."""
        world = self._world
        acting = self.deputy(seat)
        if acting:
            name = world.journal.name
            world.journal.write(kinds.ACTING, world.now, name(seat), (row,), name(acting))
            world.intelligence.tell(
                "principal-absent", acting, (acting, "chief-of-staff", "joc"), row,
                values={"seat": seat, "acting": acting}, grade="A1",
            )  # fmt: skip
        return acting

    def _known(self) -> Tick | None:
        """When the mission first heard something urgent."""
        if self.started is None:
            self.started = self._world.intelligence.first_flash()
        return self.started

    def _evident(self, step: StepState) -> Callable[[Watcher], None]:
        def evident(watcher: Watcher) -> None:
            world = self._world
            watcher.disarm()
            started = self._known()
            step.done = world.now
            step.late = max(0, world.now - started - step.spec.within) if started is not None else 0
            step.row = world.journal.write(
                kinds.PROCEDURE_STEP, world.now, step.key, watcher.causes() or (world.beginning,),
                world.journal.name(step.spec.id), step.late,
            )  # fmt: skip
            world.truth.event("procedure-step", step.spec.id, step.row)
            self.stands_in(step.spec.owner, step.row)

        return evident
