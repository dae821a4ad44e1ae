"""The runs behind the page: seeded, in two processes, each a plain row of numbers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any

from sim.engine import inputs
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.ticks import DAY, HOUR, from_hours, to_hours
from sim.engine.world import StopWhen, World
from sim.scenario import load

SCENARIO = "saraf_umra"
SITE = "team-site"
PLATOON = "fpu-3/1"

Row = dict[str, Any]


@cache
def blueprint(pattern: str) -> Blueprint:
    return compile_scenario(load(SCENARIO), pattern)


def many(job: Any, tasks: Iterable[Any]) -> list[Row]:
    """Run a job over its tasks on all cores; the order of results is the order of tasks."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(job, tasks, chunksize=5))


def reconstruct(task: tuple[str, int, float]) -> Row:
    """One run of a pattern to the end of the exercise.

    Args:
        task: pattern, seed, and T in hours.
    """
    pattern, seed, t_hours = task
    world = World(blueprint(pattern), seed)
    world.advance(world.end)
    measures = world.measure_values()
    row: Row = {name: value.value for name, value in measures.items()}
    row["attack_on_site"] = _mass_attack(world, from_hours(t_hours) + DAY)
    row["first_reinforcement_h"] = None
    row["platoon_h"] = None
    for event in world.journal.rows():
        if event.kind.name == "arrived" and event.fields["place"] == SITE:
            if event.subject == PLATOON and row["platoon_h"] is None:
                row["platoon_h"] = to_hours(event.tick)
            unit = world.forces.units[event.subject]
            armed = unit.capabilities.get("combat") or unit.capabilities.get("public-order")
            if row["first_reinforcement_h"] is None and armed and unit.home != SITE:
                row["first_reinforcement_h"] = to_hours(event.tick)
    row["peacekeepers_harmed"] = (row["peacekeepers_killed"] or 0) + (row["peacekeepers_wounded"] or 0)
    return row


def _mass_attack(world: World, after: int) -> bool:
    """Whether an attack on the site after a tick hurt ten people or more."""
    attacks = {
        row.id
        for row in world.journal.rows()
        if row.kind.name == "attack" and row.fields["place"] == SITE and row.tick >= after
    }
    return any(
        row.kind.name == "attack-ended"
        and row.fields["killed"] + row.fields["wounded"] >= 10
        and attacks.intersection(row.causes)
        for row in world.journal.rows()
    )


def returning(task: tuple[int, float, float, float]) -> Row:
    """A run in which the agreement is signed at T + 5 days, whatever the talks brought: who is home by T + 11 days."""
    seed, t_hours, agreed_days, home_days = task
    world = World(blueprint("historical"), seed)
    for inject in ("elders-will-meet",):
        world.apply(inputs.SkipInject("control", inject))
    world.advance(from_hours(t_hours) + round(agreed_days * DAY))
    displaced = world.people.displaced()
    world.apply(inputs.FireInject("control", "agreement-reached"))
    world.advance(from_hours(t_hours) + round(home_days * DAY))
    peak = max(displaced, world.people.displaced_peak)
    return {"home_share": 1.0 - world.people.displaced() / peak if peak else None}


def answered(task: tuple[str, str, int]) -> Row:
    """A run in which one decision is answered in one way as soon as it is put."""
    decision, option, seed = task
    world = World(blueprint("historical"), seed)
    seat = world.blueprint.decisions[decision].to
    asked = False
    while world.now < world.end:
        world.advance(world.end, StopWhen() if asked else StopWhen(frozenset({seat})))
        if not asked and any(one.spec.id == decision for one in world.decisions.open()):
            world.apply(inputs.Answer(seat, decision, option))
            asked = True
    row: Row = {name: value.value for name, value in world.measure_values().items()}
    row["peacekeepers_harmed"] = (row["peacekeepers_killed"] or 0) + (row["peacekeepers_wounded"] or 0)
    row["asked"] = asked
    return row


__all__ = ["HOUR", "answered", "blueprint", "many", "reconstruct", "returning"]
