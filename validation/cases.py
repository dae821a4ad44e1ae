"""Saraf Umra, run as the public record lets it be measured: the parts of P15, the pairs of P14.

A run that cannot be finished gives a row that says so; it is counted and printed, never silently left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.engine import inputs, kinds
from sim.engine.ticks import DAY, from_hours, to_hours
from sim.engine.world import World
from sim.errors import MissionError
from validation.runs import Row, rows_of, world

SCENARIO = "saraf_umra"
SITE = "team-site"
PLATOON = "fpu-3/1"


@dataclass(frozen=True)
class Task:
    """Seeds of one set of assumptions."""

    seeds: tuple[int, ...]
    bands: Mapping[str, Any]
    values: Mapping[str, float] | None = None
    pairs: bool = False
    """Also the same histories without the undeclared caveat (P14)."""


def histories(task: Task) -> list[Row]:
    """For each seed the reconstruction, its twin with the agreement forced, and where asked the one without caveat."""
    made = []
    for seed in task.seeds:
        try:
            row = reconstruct("historical", seed, task.bands, task.values)
            row["home_share"] = returning(seed, task.bands, task.values)
            if task.pairs:
                other = reconstruct("no_caveat", seed, task.bands, task.values)
                row["without_caveat"] = {name: other[name] for name in ("platoon_h", "civilians_killed")}
        except MissionError as error:
            row = {"failed": str(error)}
        made.append({"seed": seed, **row})
    return made


def reconstruct(pattern: str, seed: int, bands: Mapping[str, Any], values: Mapping[str, float] | None = None) -> Row:
    """One run of a pattern to the end of the exercise."""
    run = world(SCENARIO, pattern, seed, values)
    run.advance(run.end)
    measures = run.measure_values()
    names = ("at_base_peak", "at_base_share_peak", "wounded_treated", "civilians_killed")
    row: Row = {name: measures[name].value for name in names}
    row["attack_on_site"] = mass_attack(run, from_hours(bands["T_hours"]) + DAY)
    row["first_reinforcement_h"] = None
    row["platoon_h"] = None
    for event in rows_of(run, kinds.ARRIVED):
        if event.fields["place"] != SITE:
            continue
        if event.subject == PLATOON and row["platoon_h"] is None:
            row["platoon_h"] = to_hours(event.tick)
        unit = run.forces.units[event.subject]
        armed = unit.capabilities.get("combat") or unit.capabilities.get("public-order")
        if row["first_reinforcement_h"] is None and armed and unit.home != SITE:
            row["first_reinforcement_h"] = to_hours(event.tick)
    return row


def mass_attack(run: World, after: int) -> bool:
    """Whether an attack on the site after a tick hurt ten people or more."""
    attacks = {row.id for row in rows_of(run, kinds.ATTACK) if row.fields["place"] == SITE and row.tick >= after}
    return any(
        row.fields["killed"] + row.fields["wounded"] >= 10 and attacks.intersection(row.causes)
        for row in rows_of(run, kinds.ATTACK_ENDED)
    )


def returning(seed: int, bands: Mapping[str, Any], values: Mapping[str, float] | None = None) -> float | None:
    """Who is home by T + 11 days where the agreement is signed at T + 5 days, whatever the talks brought."""
    run = world(SCENARIO, "historical", seed, values)
    run.apply(inputs.SkipInject("control", "elders-will-meet"))
    run.advance(from_hours(bands["T_hours"]) + round(bands["agreement_after_T_days"] * DAY))
    displaced = run.people.displaced()
    run.apply(inputs.FireInject("control", "agreement-reached"))
    run.advance(from_hours(bands["T_hours"]) + round(bands["home_after_T_days"] * DAY))
    peak = max(displaced, run.people.displaced_peak)
    return 1.0 - run.people.displaced() / peak if peak else None


def usable(rows: Sequence[Row]) -> list[Row]:
    """Those that could be run to their end."""
    return [row for row in rows if "failed" not in row]


def part(name: str, row: Row, bands: Mapping[str, Any]) -> float:
    """One part of P15 or P14 in one history; not a number where the history leaves it undefined."""
    value = _PARTS[name](row, bands)
    return math.nan if value is None else float(value)


def _reinforcement_days(row: Row, bands: Mapping[str, Any]) -> float:
    hours = row["first_reinforcement_h"]
    # One that never came counts with the end of the exercise: leaving it out would reward never coming.
    return float((bands["end_hours"] if hours is None else hours) - bands["T_hours"]) / 24.0


def _earlier_hours(row: Row, bands: Mapping[str, Any]) -> float:
    end = bands["P14"]["horizon_hours"]
    with_, without = (end if each is None else each for each in (row["platoon_h"], row["without_caveat"]["platoon_h"]))
    return float(with_ - without)


def _more_killed(row: Row, bands: Mapping[str, Any]) -> float:
    above = bands["P14"]["killed_above"]
    return float(row["without_caveat"]["civilians_killed"] > above) - float(row["civilians_killed"] > above)


_PARTS: dict[str, Any] = {
    "peak-at-base": lambda row, bands: row["at_base_peak"],
    "share-at-base": lambda row, bands: row["at_base_share_peak"],
    "reinforcement-days": _reinforcement_days,
    "home-share": lambda row, bands: row["home_share"],
    "wounded-treated": lambda row, bands: row["wounded_treated"],
    "no-attack-on-site": lambda row, bands: not row["attack_on_site"],
    "earlier-hours": _earlier_hours,
    "more-killed-share": _more_killed,
}
