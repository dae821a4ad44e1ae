"""A run without people: every seat is played by its policy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.measures import MeasureValue
from sim.engine.ticks import Tick, from_hours, to_days, to_hours
from sim.engine.world import World
from sim.errors import MissionError
from sim.scenario.variants import own_pattern
from sim.versions import MODEL_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from sim.engine.differ import Difference
    from sim.scenario import Scenario

DEFAULT_SEED: Final = 1


class CannotRun(MissionError):
    """A run that was asked for and makes no sense."""

    title = "This run is not possible"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measure at the end of a run, with what a reader needs to judge it.

    ``value`` is ``None`` when the measure is undefined, such as a share over nothing. ``start`` and
    ``end`` are hours since the scenario's start. ``worthwhile`` is the smallest difference worth
    acting on, in the measure's unit. ``censored`` says that what is measured had not happened by ``end``.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    start: float
    end: float
    unit: str
    direction: str
    worthwhile: float | None
    censored: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "from": self.start,
            "to": self.end,
            "unit": self.unit,
            "direction": self.direction,
            "worthwhile": self.worthwhile,
            "censored": self.censored,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What a headless run leaves behind. ``world`` is the world itself, for those who want its journal."""

    scenario: str
    pattern: str
    seed: int
    engine: int
    until: float
    measures: Mapping[str, Outcome]
    epilogue: Mapping[str, Mapping[str, Outcome]]
    digest: str
    world: World = field(repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """The object that ``mlt run --format json`` prints."""
        data: dict[str, Any] = {
            "scenario": self.scenario,
            "pattern": self.pattern or None,
            "seed": self.seed,
            "engine": self.engine,
            "until": self.until,
            "measures": {name: outcome.as_dict() for name, outcome in self.measures.items()},
        }
        if self.epilogue:
            data["epilogue"] = {
                mark: {name: outcome.as_dict() for name, outcome in measures.items()}
                for mark, measures in self.epilogue.items()
            }
        data["digest"] = self.digest
        return data


def run(
    scenario: Scenario | str | Path,
    *,
    seed: int = DEFAULT_SEED,
    pattern: str | None = None,
    until: float | None = None,
    options: Mapping[str, str] | None = None,
) -> Result:
    """Run a scenario with every seat played by its policy.

    Args:
        scenario: a loaded scenario, the name of a shipped one, or a scenario file.
        seed: any whole number; 0 is a seed like any other.
        pattern: a deployment pattern of the scenario; its default when left out.
        until: hours to run; to the end of the epilogue when left out.
        options: values of the scenario's options by name.

    Raises:
        MissionError: for a scenario, pattern, option or time that makes no sense.
    """
    world = World(compile_for(scenario, pattern=pattern, options=options), seed)
    to = _last_tick(world, until)
    world.advance(to)
    return Result(
        scenario=world.blueprint.name,
        pattern=world.pattern,
        seed=seed,
        engine=MODEL_VERSION,
        until=to_hours(to),
        measures=_outcomes(world, world.measure_values()),
        epilogue={
            f"D+{to_days(mark):g}": _outcomes(world, values) for mark, values in world.measures.epilogue().items()
        },
        digest=world.digest(),
        world=world,
    )


def difference(
    scenario: Scenario | str | Path,
    patterns: tuple[str, str],
    *,
    seed: int = DEFAULT_SEED,
    options: Mapping[str, str] | None = None,
    measures: Iterable[str] = (),
) -> Difference:
    """Run a scenario with two patterns and the same luck, to its scored end, and find where the runs part.

    Args:
        patterns: two patterns of the scenario; ``base`` is the scenario without one.
        measures: the ones to trace; every measure that differs if left out.

    Raises:
        MissionError: for a scenario, pattern, option or measure that does not exist.
    """
    # Only a comparison reads two journals whole.
    from sim.engine.differ import differ

    if isinstance(scenario, str | PathLike):
        from sim.scenario import load

        scenario = load(scenario)
    worlds = []
    for pattern in patterns:
        named = own_pattern(pattern, scenario.patterns)
        world = World(compile_for(scenario, pattern=named, options=options), seed)
        world.advance(world.end)
        worlds.append(world)
    return differ(worlds[0], worlds[1], tuple(measures))


def compile_for(
    scenario: Scenario | str | Path, *, pattern: str | None = None, options: Mapping[str, str] | None = None
) -> Blueprint:
    """Load a scenario where needed and compile it."""
    if isinstance(scenario, str | PathLike):
        # pydantic is 150 ms, and a loaded scenario has paid for it already
        from sim.scenario import load

        scenario = load(scenario)
    return compile_scenario(scenario, pattern, options or {})


def check_measures(scenario: Scenario, names: Iterable[str]) -> None:
    """Look whether measures exist, before a run is made for them.

    Raises:
        CannotRun: when there is no such measure.
    """
    wanted = list(names)
    if not wanted:
        return
    known = list(compile_for(scenario).doctrine.measures)
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise CannotRun(f"'{name:.60}' is no measure that can be explained. {hint}Measures: {', '.join(known)}.")


def write_journal(result: Result, path: Path) -> None:
    """Write every event of a run, one JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for row in result.world.journal.rows():
            event = {
                "id": row.id,
                "tick": row.tick,
                "kind": row.kind.name,
                "subject": row.subject,
                "causes": row.causes,
                "fields": row.fields,
            }
            file.write(json.dumps(event, allow_nan=False) + "\n")


def _last_tick(world: World, until: float | None) -> Tick:
    if until is None:
        return world.horizon
    longest = to_hours(world.horizon)
    if not 0 < until <= longest:
        raise CannotRun(
            f"It cannot run until hour {until:g}: the scenario lasts {longest:g} hours, its epilogue included. "
            f"Name an hour above 0 and up to {longest:g}, or leave it out."
        )
    return from_hours(until)


def _outcomes(world: World, values: Mapping[str, MeasureValue]) -> dict[str, Outcome]:
    catalogue = world.blueprint.doctrine.measures
    outcomes = {}
    for name in world.blueprint.reading.first(values):
        found, about = values[name], catalogue[name]
        outcomes[name] = Outcome(
            value=found.value,
            numerator=found.numerator,
            denominator=found.denominator,
            start=to_hours(found.start),
            end=to_hours(found.end),
            unit=about.unit,
            direction=about.direction,
            worthwhile=about.worthwhile,
            censored=found.censored,
        )
    return outcomes
