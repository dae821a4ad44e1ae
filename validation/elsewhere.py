"""Bria: two numbers of a case that nothing is calibrated on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.engine.ticks import DAY, from_hours
from sim.errors import MissionError
from validation.runs import Row, blueprint, world

SCENARIO = "validation/bria.yaml"
SITE = "base"


@dataclass(frozen=True)
class Task:
    """Seeds of the case."""

    seeds: tuple[int, ...]
    asked: Mapping[str, Any]


def gathered(task: Task) -> list[Row]:
    """For each seed who is at the base one day and two days after the fighting began."""
    made = []
    blueprint(SCENARIO, "")
    for seed in task.seeds:
        try:
            row = _gathered(seed, task.asked)
        except MissionError as error:
            row = {"failed": str(error)}
        made.append({"seed": seed, **row})
    return made


def _gathered(seed: int, asked: Mapping[str, Any]) -> Row:
    run = world(SCENARIO, "", seed)
    began = from_hours(asked["onset_hours"])
    run.advance(began + DAY)
    first = run.people.at_base
    run.advance(began + 2 * DAY)
    second, displaced = run.people.at_base, run.people.displaced()
    return {
        "share_at_base": second / displaced if displaced else None,
        "there_after_a_day": first / second if second else None,
        "displaced": displaced,
    }
