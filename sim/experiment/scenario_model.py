"""A scenario as something to be run many times: compiled once, run in any process, read by the column."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.measures import MeasureValue
from sim.engine.ticks import Tick, to_hours
from sim.engine.world import World
from sim.errors import MissionError
from sim.experiment.faults import UnknownMeasure, UnknownPattern
from sim.experiment.model import Column, Kind, Reading, RunFailed, Spec, Stage, Value
from sim.experiment.settings import AS_WRITTEN, Setting, with_caveats
from sim.scenario.variants import all_patterns, own_pattern
from sim.versions import MODEL_VERSION

if TYPE_CHECKING:
    from sim.doctrine import MeasureSpec
    from sim.scenario import Scenario

MOMENTS: Final = 48
"""Into how many steps a run is cut where a measure is followed over time."""
KILLED_AT: Final = "killed_at/"
SERIES: Final = "series/"


class ScenarioModel:
    """Runs of a scenario under several patterns, settings and sets of assumptions."""

    def __init__(
        self,
        scenario: Scenario,
        patterns: Sequence[str],
        *,
        options: Mapping[str, str] | None = None,
        settings: Sequence[Setting] = (AS_WRITTEN,),
        draws: Sequence[Mapping[str, float]] = ({},),
        series: Iterable[str] = (),
    ) -> None:
        """Compile everything that a run may need.

        Args:
            patterns: of the scenario; ``base`` is the scenario without one.
            options: choices that hold in every run.
            settings: by design point, what is varied on purpose.
            draws: by draw, values of constants that replace the doctrine's.
            series: measures to follow over time.

        Raises:
            MissionError: for a pattern, option, caveat or measure that there is not.
        """
        known = all_patterns(scenario.patterns)
        for pattern in patterns:
            if pattern not in known:
                raise UnknownPattern(pattern, known)
        self._scenario_hash = sha256(scenario.source_text.encode()).hexdigest()[:16]
        self._options = dict(options or {})
        self._settings = tuple(settings)
        self._draws = tuple(dict(draw) for draw in draws)
        self._blueprints = {
            (pattern, point): blueprint
            for pattern in patterns
            for point, blueprint in enumerate(_compiled(scenario, pattern, options or {}, self._settings))
        }
        first = self._blueprints[(patterns[0], 0)]
        catalogue = first.doctrine.measures
        self._series = tuple(series)
        for name in self._series:
            if name not in catalogue:
                raise UnknownMeasure(name, list(catalogue))
        self._measures = tuple(catalogue.values())
        self._places = tuple(sorted({place for blueprint in self._blueprints.values() for place in blueprint.places}))
        self._columns = tuple(self._described())
        self._doctrine_hash = _doctrine_hash()

    @property
    def identity(self) -> Mapping[str, str]:
        """Scenario, its options, doctrine and model version: with the spec and the design they decide a result."""
        return {
            "scenario_hash": self._scenario_hash,
            "options": ", ".join(f"{name}={choice}" for name, choice in sorted(self._options.items())),
            "doctrine_hash": self._doctrine_hash,
            "model_version": str(MODEL_VERSION),
        }

    @property
    def columns(self) -> tuple[Column, ...]:
        """Each measure with what it is made of, the killed by place, and the series."""
        return self._columns

    @property
    def hours(self) -> tuple[float, ...]:
        """The hours at which series are read, since the start."""
        return tuple(to_hours(tick) for tick in _moments(next(iter(self._blueprints.values())).duration))

    def blueprint(self, pattern: str, point: int = 0) -> Blueprint:
        """What a run of a pattern at a design point is made of."""
        return self._blueprints[(pattern, point)]

    def begin(self) -> None:
        """Keep what never changes out of the way of the garbage collector."""
        gc.freeze()

    def run(self, spec: Spec) -> Reading:
        """Make a run to its scored end, every seat played by its policy.

        Raises:
            RunFailed: with how far it had come.
        """
        try:
            world = World(
                self._blueprints[(spec.pattern, spec.point)],
                spec.seed,
                parameters={**self._draws[spec.draw], **self._settings[spec.point].parameters},
            )
        except Exception as error:
            raise RunFailed(Stage.SETTING_UP, error) from error
        series: dict[str, list[float]] = {name: [] for name in self._series}
        if self._series:
            for tick in _moments(world.end):
                world.advance(tick)
                for name, line in series.items():
                    line.append(_or_nan(world.measures.value(name).value))
        world.advance(world.end)
        try:
            return Reading(tuple(self._values(world, series)), world.digest())
        except MissionError:
            raise
        except Exception as error:
            raise RunFailed(Stage.READING, error) from error

    def _described(self) -> Iterator[Column]:
        for spec in self._measures:
            yield from columns_of(spec)
        for place in self._places:
            yield Column(f"{KILLED_AT}{place}", Kind.COUNT)
        for name in self._series:
            yield Column(f"{SERIES}{name}", Kind.SERIES)

    def _values(self, world: World, series: Mapping[str, Sequence[float]]) -> Iterator[Value]:
        found = world.measure_values()
        for spec in self._measures:
            yield from _values_of(spec, found[spec.id])
        killed = _killed_by_place(world)
        for place in self._places:
            yield killed.get(place, 0)
        for name in self._series:
            yield tuple(series[name])


def _compiled(
    scenario: Scenario, pattern: str, options: Mapping[str, str], settings: Sequence[Setting]
) -> Iterator[Blueprint]:
    named = own_pattern(pattern, scenario.patterns)
    plain: dict[tuple[tuple[str, str], ...], Blueprint] = {}
    for setting in settings:
        chosen = tuple(sorted({**options, **setting.options}.items()))
        if chosen not in plain:
            plain[chosen] = compile_scenario(scenario, named, dict(chosen))
        yield with_caveats(plain[chosen], setting.caveats) if setting.caveats else plain[chosen]


def columns_of(spec: MeasureSpec) -> Iterator[Column]:
    """A measure's own column, and those that say what it is made of."""
    yield Column(spec.id, Kind.COUNT if spec.whole else Kind.AMOUNT)
    if spec.denominator:
        yield Column(f"{spec.id}.numerator", Kind.AMOUNT)
        yield Column(f"{spec.id}.denominator", Kind.AMOUNT)
    if spec.may_not_happen:
        yield Column(f"{spec.id}.censored", Kind.FLAG)
        yield Column(f"{spec.id}.horizon", Kind.AMOUNT)


def _values_of(spec: MeasureSpec, found: MeasureValue) -> Iterator[Value]:
    yield round(found.value) if spec.whole and found.value is not None else found.value
    if spec.denominator:
        yield found.numerator
        yield found.denominator
    if spec.may_not_happen:
        yield found.censored
        # Nothing began where nothing was watched, and then it could not have happened either.
        yield to_hours(found.end - found.start) if found.censored else None


def _killed_by_place(world: World) -> dict[str, int]:
    killed: dict[str, int] = {}
    for part in world.measures.contributions("civilians_killed"):
        place = world.journal.row(part.row).subject.removeprefix("place/")
        killed[place] = killed.get(place, 0) + round(part.amount)
    return killed


def _moments(end: Tick) -> list[Tick]:
    return [end * step // MOMENTS for step in range(1, MOMENTS + 1)]


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _doctrine_hash() -> str:
    from sim.doctrine import source_texts

    mixed = sha256()
    for name, text in sorted(source_texts().items()):
        mixed.update(f"{name}\0{text}\0".encode())
    return mixed.hexdigest()[:16]
