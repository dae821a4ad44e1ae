"""A rehearsal as something to be run many times: who plays stands where a comparison has its patterns."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sim.engine.blueprint import Blueprint, StandingOrderSpec
from sim.engine.inputs import Answer
from sim.engine.world import StopWhen, World
from sim.errors import MissionError
from sim.experiment.model import Column, Reading, RunFailed, Spec, Stage
from sim.experiment.rehearsing import observing
from sim.experiment.rehearsing.catalogue import Player
from sim.experiment.rehearsing.players import play
from sim.experiment.scenario_model import ScenarioModel
from sim.scenario.variants import BASE

if TYPE_CHECKING:
    from sim.scenario import Scenario

FORCED: Final = "decision:"


@dataclass(frozen=True, slots=True)
class Forced:
    """A decision that is answered in one way, whoever would have answered it otherwise."""

    decision: str
    option: str

    @property
    def pattern(self) -> str:
        """How it is called among the patterns of a rehearsal."""
        return f"{FORCED}{self.decision}={self.option}"


class RehearsalModel:
    """Runs of a scenario under several players, and with each answer to each decision.

    Its patterns are the ids of the players, and for each forced answer `Forced.pattern`: there nobody holds a seat, and
    the decision is answered as soon as it is put.
    """

    def __init__(
        self,
        scenario: Scenario,
        players: Sequence[Player],
        *,
        forced: Iterable[Forced] = (),
        pattern: str = BASE,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """Compile everything that a run may need.

        Args:
            pattern: of the scenario; ``base`` is the scenario without one.
            options: choices of the scenario.

        Raises:
            MissionError: for a pattern or option that there is not.
        """
        compiled = ScenarioModel(scenario, [pattern], options=options)
        self._init(compiled.blueprint(pattern), compiled.identity, players, forced)

    @classmethod
    def of_blueprint(
        cls, blueprint: Blueprint, identity: Mapping[str, str], players: Sequence[Player], forced: Iterable[Forced] = ()
    ) -> RehearsalModel:
        """A rehearsal of something compiled already."""
        made = cls.__new__(cls)
        made._init(blueprint, identity, players, forced)
        return made

    def _init(
        self, blueprint: Blueprint, identity: Mapping[str, str], players: Sequence[Player], forced: Iterable[Forced]
    ) -> None:
        self.blueprint = blueprint
        self._players = {player.id: player for player in players}
        self._forced = {each.pattern: each for each in forced}
        self._decided = {
            each.pattern: dataclasses.replace(
                blueprint, standing_orders=tuple(_answering(each, spec) for spec in blueprint.standing_orders)
            )
            for each in self._forced.values()
        }
        self._columns = tuple(observing.columns(blueprint))
        self._keep = observing.can_be_absent(blueprint)
        habits = repr(sorted(self._players.items())).encode()
        self._identity = {
            **identity,
            "scenario_pattern": blueprint.pattern or BASE,
            "scenario_options": ", ".join(f"{name}={choice}" for name, choice in sorted(blueprint.options.items())),
            "players_hash": sha256(habits).hexdigest()[:16],
        }

    @property
    def identity(self) -> Mapping[str, str]:
        """Scenario, doctrine, model version, pattern, options and the players' habits."""
        return self._identity

    @property
    def columns(self) -> tuple[Column, ...]:
        """See `sim.experiment.rehearsing.observing`."""
        return self._columns

    @property
    def patterns(self) -> tuple[str, ...]:
        """The players, then the forced answers."""
        return (*self._players, *self._forced)

    def begin(self) -> None:
        """Keep what never changes out of the way of the garbage collector."""
        gc.freeze()

    def run(self, spec: Spec) -> Reading:
        """Play a scenario to its scored end.

        Raises:
            RunFailed: with how far it had come.
        """
        forced = self._forced.get(spec.pattern)
        try:
            blueprint = self.blueprint if forced is None else self._decided[spec.pattern]
            world = World(blueprint, spec.seed, keep_journal=self._keep)
        except Exception as error:
            raise RunFailed(Stage.SETTING_UP, error) from error
        if forced is None:
            play(world, self._players[spec.pattern], spec.seed)
        else:
            answer(world, forced)
        try:
            return Reading(tuple(observing.values(world)), world.digest())
        except MissionError:
            raise
        except Exception as error:
            raise RunFailed(Stage.READING, error) from error


def answer(world: World, forced: Forced) -> None:
    """Run a world to its scored end with nobody at a seat, and answer one decision as soon as it is put."""
    seat = world.blueprint.decisions[forced.decision].to
    state = world.decisions.decisions[forced.decision]
    while state.state == "armed" and world.now < world.end:
        world.advance(world.end, StopWhen(frozenset({seat})))
    if state.state == "open":
        world.apply(Answer(seat, forced.decision, forced.option))
    world.advance(world.end)


def every_answer(blueprint: Blueprint) -> Iterator[Forced]:
    """Each option of each decision."""
    for decision in blueprint.decisions.values():
        for option in decision.options:
            yield Forced(decision.id, option)


def _answering(forced: Forced, spec: StandingOrderSpec) -> StandingOrderSpec:
    """A standing order that would answer the decision answers it as forced: it may be quicker than anybody outside."""
    return dataclasses.replace(
        spec,
        do=tuple(
            dataclasses.replace(entry, option=forced.option)
            if isinstance(entry, Answer) and entry.decision == forced.decision
            else entry
            for entry in spec.do
        ),
    )
