"""Events of the exercise: timed, conditional, or kept in a pool until control fires them.

An inject says something to seats, and may do something to the world. Every chance in it is keyed by its own id, so
that firing one by hand moves nobody else's luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.engine import kinds
from sim.engine.agenda import At, Phase
from sim.engine.blueprint import InjectSpec
from sim.engine.inputs import AddInject, SpeakAs
from sim.engine.journal import MOST_CAUSES, EventId
from sim.engine.ticks import Tick
from sim.engine.watching import Missing, Watcher

if TYPE_CHECKING:
    from sim.engine.world import World

OVER: Final = ("fired", "skipped")


@dataclass(slots=True)
class InjectState:
    """Where an inject stands: waiting, armed, due, held, fired or skipped."""

    spec: InjectSpec
    key: int
    state: str = "waiting"
    due: Tick | None = None
    fired: int = 0
    latest: EventId = -1
    watcher: Watcher | None = None
    timer: At | None = None
    held: bool = False
    causes: tuple[EventId, ...] = ()


class Injects:
    """The list of events, and control's hand on it."""

    __slots__ = ("_effects", "_world", "injects")

    def __init__(self, world: World) -> None:
        self._world = world
        self.injects = {
            spec.id: InjectState(spec, world.journal.name(f"inject/{spec.id}"))
            for spec in world.blueprint.injects.values()
        }
        self._effects: dict[str, Callable[[InjectState, Mapping[str, Any], EventId], None]] = {
            "rumour": self._rumour,
            "standing": self._standing,
            "absent": self._absent,
            "dust": self._dust,
            "pressure": self._pressure,
            "fear": self._fear,
            "conduct": self._conduct,
            "limit": self._limit,
            "agreement": self._agreement,
            "disinformation": self._disinformation,
            "obstruct": self._obstruct,
            "crowd": self._crowd,
            "column": self._column,
            "unserviceable": self._unserviceable,
            "mine": self._mine,
        }

    def begin(self) -> None:
        for inject in self.injects.values():
            self._begin(inject)

    def fire(self, inject: str, row: EventId) -> None:
        """Control fires an inject now, armed or not; one that was dropped stays dropped."""
        found = self.injects[inject]
        if found.state != "skipped":
            self._fire(found, (row,))

    def toggle_hold(self, inject: str, row: EventId) -> None:
        """Control holds an inject back, or lets go of it; one that came due meanwhile is fired then."""
        found = self.injects[inject]
        found.held = not found.held
        if not found.held and found.state == "held":
            self._fire(found, (*found.causes[1 - MOST_CAUSES :], row))

    def skip(self, inject: str, row: EventId) -> None:
        """Control drops an inject for good; one that was fired already stays fired."""
        found = self.injects[inject]
        if found.state not in OVER:
            self._stop(found)
            found.state = "skipped"
            self._world.journal.write(kinds.INJECT_SKIPPED, self._world.now, found.key, (row,))

    def add(self, entry: AddInject, row: EventId) -> None:
        """Control improvises: a message from an outside actor to seats."""
        world = self._world
        written = world.journal.write(kinds.INJECT, world.now, world.journal.name(f"inject/{entry.inject}"), (row,))
        world.truth.event("inject", entry.inject, written)
        world.intelligence.tell(
            f"inject:{entry.inject}", entry.sender, entry.to, written, grade="C3", urgent=True, text=entry.text
        )

    def spoken(self, entry: SpeakAs, row: EventId) -> EventId:
        """Control spoke as an outside actor; what counts is the verb."""
        world = self._world
        name = world.journal.name
        spoken = world.journal.write(
            kinds.SPOKEN, world.now, name(entry.speaker), (row,), name(entry.verb), name(entry.about)
        )
        world.truth.event("spoken", entry.speaker, spoken)
        world.intelligence.tell(
            "spoken", entry.speaker, entry.to, spoken,
            values={"verb": entry.verb, "about": entry.about}, grade="A2", urgent=True, text=entry.text,
        )  # fmt: skip
        return spoken

    def why_not_yet(self, inject: str) -> tuple[Missing, ...]:
        """For control: the parts of an armed inject's condition that are not true yet."""
        watcher = self.injects[inject].watcher
        return watcher.missing() if watcher is not None else ()

    def _begin(self, inject: InjectState) -> None:
        spec = inject.spec
        if spec.at is not None:
            tick = spec.at.ticks(self._world.chance.draw(f"inject/{spec.id}/at"))
            inject.due = tick
            inject.timer = self._world.agenda.at(tick, Phase.INJECTS, spec.rank, self._timed, inject)
        elif spec.when is not None:
            self._arm(inject)

    def _arm(self, inject: InjectState) -> None:
        world = self._world
        spec = inject.spec
        assert spec.when is not None
        inject.state = "armed"
        inject.due = None
        inject.watcher = Watcher(
            spec.when, world.truth, world.agenda, world.blueprint.options, Phase.INJECTS, spec.rank,
            lambda watcher: self._came_true(inject, watcher),
        )  # fmt: skip
        inject.watcher.arm()

    def _timed(self, event: At) -> None:
        inject: InjectState = event.payload
        inject.timer = None
        if inject.spec.when is not None:
            self._arm(inject)
        else:
            self._due(inject, ())

    def _came_true(self, inject: InjectState, watcher: Watcher) -> None:
        spec = inject.spec
        causes = watcher.causes()
        if spec.delay is None:
            self._due(inject, causes)
            return
        world = self._world
        delay = spec.delay.ticks(world.chance.draw(f"inject/{spec.id}/delay", inject.fired))
        inject.state, inject.due = "due", world.now + delay
        inject.causes = causes
        inject.timer = world.agenda.after(delay, Phase.INJECTS, spec.rank, self._delayed, inject)

    def _delayed(self, event: At) -> None:
        inject: InjectState = event.payload
        inject.timer = None
        self._due(inject, inject.causes)

    def _due(self, inject: InjectState, causes: tuple[EventId, ...]) -> None:
        if inject.held:
            inject.state, inject.causes = "held", causes
        elif inject.state not in OVER or inject.spec.repeat:
            self._fire(inject, causes)

    def _stop(self, inject: InjectState) -> None:
        if inject.timer is not None:
            inject.timer.cancel()
            inject.timer = None
        if inject.watcher is not None:
            inject.watcher.disarm()

    def _fire(self, inject: InjectState, causes: tuple[EventId, ...]) -> None:
        world = self._world
        spec = inject.spec
        inject.state, inject.held = "fired", False
        inject.fired += 1
        if inject.timer is not None:
            inject.timer.cancel()
            inject.timer = None
        row = world.journal.write(kinds.INJECT, world.now, inject.key, causes[-MOST_CAUSES:])
        inject.latest = row
        world.truth.event("inject", spec.id, row)
        world.intelligence.tell(
            f"inject:{spec.id}", spec.sender, spec.to, row,
            facts=spec.facts, grade=spec.grade, urgent=spec.urgent, text=spec.text, topic=spec.storyline,
        )  # fmt: skip
        for effect in spec.effects:
            self._effects[effect.kind](inject, effect.values, row)
        if inject.watcher is not None:
            if spec.repeat:
                inject.watcher.rearm()
            else:
                inject.watcher.disarm()

    # What an inject does

    def _rumour(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        """Talk of an attack frightens whether true or not; if it is true, the attack comes within a time."""
        world = self._world
        name = f"inject/{inject.spec.id}/rumour"
        odds = float(values["true_with"])
        told = world.chance.choose(name, {"true": odds, "false": 1.0 - odds}, causes=(row,), ordinal=inject.fired)
        place = str(values["place"])
        true = told.outcome == "true"
        rumour = world.people.rumour(place, true, told.row)
        within = values["within"].ticks(world.chance.draw(f"{name}/within", inject.fired))
        world.rumours.known(place, true, rumour)
        world.groups.rumoured(place, true, within, rumour)

    def _standing(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        world = self._world
        standing = world.ledger.standings[str(values["of"])]
        world.ledger.enter(standing, float(values["amount"]), (row,), inject.key)

    def _absent(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        world = self._world
        length = values["hours"].ticks(world.chance.draw(f"inject/{inject.spec.id}/absent", inject.fired))
        world.command.absent(str(values["seat"]), length, row)

    def _dust(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        self._world.support.dust(int(values["ticks"]), row)

    def _pressure(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        self._world.host_state.press(str(values["counterpart"]), str(values["demand"]), row)

    def _fear(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        self._world.people.shock(str(values["place"]), float(values["amount"]), row)

    def _disinformation(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        self._world.rumours.spread(str(values["place"]), str(values["about"]), float(values["reach"]), row)

    def _conduct(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        self._world.security.conduct(str(values["unit"]), row)

    def _limit(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        self._world.caveats.limit(str(values["unit"]), float(values["hours"]), row)

    def _agreement(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        clauses = tuple(str(clause) for clause in values["clauses"])
        self._world.talks.force_agreement(str(values["hostility"]), clauses, row)

    def _obstruct(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        length = values["hours"].ticks(self._world.chance.draw(f"inject/{inject.spec.id}/obstruct", inject.fired))
        self._world.host_state.obstruction.shuts(str(values["counterpart"]), str(values["gate"]), length, row)

    def _crowd(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        people = round(values["people"].at(self._world.chance.draw(f"inject/{inject.spec.id}/crowd", inject.fired)))
        self._world.crowds.gather(str(values["place"]), people, str(values["against"]), row)

    def _column(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        self._world.columns.ordered(
            str(values["group"]), str(values["toward"]), float(values["share"]), row, str(values["start"])
        )

    def _unserviceable(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        world = self._world
        length = values["hours"].ticks(world.chance.draw(f"inject/{inject.spec.id}/unserviceable", inject.fired))
        world.support.unserviceable(world.forces.units[str(values["unit"])], length, row)

    def _mine(self, inject: InjectState, values: Mapping[str, Any], row: EventId) -> None:
        ends = tuple(str(place) for place in values["between"])
        for route in self._world.places.routes.values():
            if ends in ((route.spec.a, route.spec.b), (route.spec.b, route.spec.a)):
                self._world.mines.found(route.id, float(values["share"]), row)
