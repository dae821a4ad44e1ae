"""From a request to an exercise that can be played: the scenario read and compiled, the file made or opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.doctrine import doctrine_from, source_texts
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.world import World
from sim.exercise.record import Origin, Record, create, open_record

if TYPE_CHECKING:
    from sim.scenario import Scenario


def origin_of(
    scenario: Scenario, blueprint: Blueprint, seed: int, parameters: Mapping[str, float] | None = None
) -> Origin:
    """What an exercise file keeps of a scenario, so that it needs nothing beside it."""
    return Origin(
        scenario=scenario.name,
        source=scenario.source_text,
        pattern=blueprint.pattern,
        seed=seed,
        options=blueprint.options,
        parameters=parameters or {},
        doctrine=source_texts(),
    )


def blueprint_of(origin: Origin) -> Blueprint:
    """Compile the scenario that an exercise file holds.

    Raises:
        ScenarioError: when its text is no scenario any more, as after tampering.
    """
    # pydantic is 150 ms, which only those pay who make or go on with a game.
    from sim.scenario import load_text

    scenario = load_text(origin.source, origin.scenario, variants=False)
    # Read twice only where it has changed since: 50 ms.
    changed = bool(origin.doctrine) and dict(origin.doctrine) != source_texts()
    doctrine = doctrine_from(origin.doctrine) if changed else None
    return compile_scenario(scenario, origin.pattern or None, origin.options, doctrine=doctrine)


def world_of(origin: Origin) -> World:
    """The world of an exercise file, before its first input."""
    return World(blueprint_of(origin), origin.seed, parameters=origin.parameters)


def begin(path: Path, new: Mapping[str, Any]) -> tuple[Record, Blueprint]:
    """Make the file of a new game.

    Args:
        new: ``scenario`` (a name or a path), ``seed``, and if wanted ``pattern`` and ``options``.
    """
    from sim.scenario import library, load, load_text
    from sim.scenario.shipped import shipped

    name = str(new["scenario"])
    # Every pattern of a shipped scenario was checked before it was shipped: 150 ms saved at each start.
    scenario = load_text(shipped(name)[1].decode("utf-8"), name, variants=False) if name in library() else load(name)
    blueprint = compile_scenario(scenario, new.get("pattern"), new.get("options") or {})
    return create(path, origin_of(scenario, blueprint, int(new["seed"]))), blueprint


def go_on(path: Path) -> tuple[Record, Blueprint]:
    """Open the file of a game."""
    record = open_record(path)
    try:
        return record, blueprint_of(record.origin)
    except BaseException:
        record.close()
        raise


def playable_seats(blueprint: Blueprint) -> tuple[str, ...]:
    """The seats a person may hold."""
    return tuple(seat.id for seat in blueprint.seats.values() if seat.playable)


def leadership_team(blueprint: Blueprint) -> tuple[str, ...]:
    """The seats of the leadership team: sectors and sites are played by policies unless somebody takes them."""
    return tuple(seat.id for seat in blueprint.seats.values() if seat.playable and seat.level == "mission")
