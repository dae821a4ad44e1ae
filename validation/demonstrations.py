"""P16, P19 and P20: what the mechanisms do where the probabilities are ours. Shown, not counted as validation.

Each is asked of the journal of a run, so that a scenario has to offer a place, a group or a pattern and nothing more.
What is undefined in a run (no attack ever came) is left out of its share and counted beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.engine.journal import Row as JournalRow
from sim.engine.ticks import from_hours
from sim.engine.world import World
from sim.errors import MissionError
from validation.runs import Row, blueprint, world

DEPTH = 8
"""Steps back along causes: from an arrival to the departure, from a report to the attack."""


@dataclass(frozen=True)
class Task:
    """Seeds of one pattern of a scenario."""

    case: str
    scenario: str
    pattern: str
    seeds: tuple[int, ...]
    asked: Mapping[str, Any]
    """What the bands say of this case: ids of places, hours."""


def shown(task: Task) -> list[Row]:
    """What is asked of each run; a run that cannot be finished says so."""
    made = []
    # A scenario that cannot be compiled is no run that failed.
    blueprint(task.scenario, task.pattern)
    for seed in task.seeds:
        try:
            run = world(task.scenario, task.pattern, seed)
            run.advance(run.end)
            row = _CASES[task.case](run, task.asked)
        except MissionError as error:
            row = {"failed": str(error)}
        made.append({"seed": seed, **row})
    return made


def bambari(run: World, asked: Mapping[str, Any]) -> Row:
    """Whether an assault reached the town, how often a line was tested, and what a test cost those who tried."""
    crossed = list(_named(run, "line-crossed"))
    within = from_hours(asked["hit_within_hours"])
    hit = sum(
        row.fields["killed"] + row.fields["wounded"]
        for row in _named(run, "air-action-ended", "contact-ended")
        if any(test.subject == _struck(run, row) and test.tick <= row.tick < test.tick + within for test in crossed)
    )
    return {
        "reached": any(_is_assault(run, row, asked) for row in _named(run, "column-arrived")),
        "tests": len(crossed),
        "hit_per_test": hit / len(crossed) if crossed else None,
    }


def _struck(run: World, row: JournalRow) -> str:
    """The group that peacekeepers fired on; nobody where two groups fought each other."""
    for cause in row.causes:
        before = run.journal.row(cause)
        if before.kind.name == "air-action":
            return str(before.fields["group"])
        if before.fields.get("against") in run.forces.units:
            return row.subject
    return ""


def _is_assault(run: World, row: JournalRow, asked: Mapping[str, Any]) -> bool:
    """An arrival in the town of a column that set out to take it: the purpose stands in the row that sent it."""
    if row.fields.get("place") != asked["town"]:
        return False
    before = (run.journal.row(event) for event in _back(run, row.id))
    left = next((each for each in before if each.kind.name == "column-left"), None)
    return left is not None and left.fields["purpose"] == "assault"


def compound(run: World, asked: Mapping[str, Any]) -> Row:
    """Whether any peacekeeper came in the first hours of the host army's attack on people in a compound."""
    within, place = from_hours(asked["within_hours"]), asked["place"]
    army = {id_ for id_, group in run.blueprint.groups.items() if group.kind == "host-army"}
    attacks = (row for row in _named(run, "attack") if row.fields["place"] == place and row.subject in army)
    attack = next(attacks, None)
    if attack is None:
        return {"no_response": None}
    answered = any(
        attack.tick <= row.tick < attack.tick + within
        and (attack.id in _back(run, row.id) if row.kind.name == "response" else row.fields["place"] == place)
        and row.subject in run.forces.units
        for row in _named(run, "response", "arrived")
    )
    return {"no_response": not answered}


def near_and_blind(run: World, asked: Mapping[str, Any]) -> Row:
    """Whether anybody of the mission was told of the killings in the first hours.

    Shots that somebody heard and people who arrive are no report of killings: the record had both.
    """
    within = from_hours(asked["within_hours"])
    attacks = [row for row in _named(run, "attack") if row.fields["place"] == asked["town"]]
    if not attacks:
        return {"told": None}
    began, ids = attacks[0].tick, frozenset(row.id for row in attacks)
    mission = {id_ for id_, seat in run.blueprint.seats.items() if seat.level in {"mission", "sector", "site"}}
    told = any(
        tick < began + within and seat in mission
        for row in _named(run, "report")
        if row.fields["phrase"] in asked["phrases"] and _descends(run, row, ids)
        for seat, tick in row.fields["to"].items()
    )
    return {"told": told}


def _named(run: World, *names: str) -> Iterator[JournalRow]:
    journal = run.journal
    return (journal.row(event) for event in range(journal.count) if journal.kind(event).name in names)


def _back(run: World, event: int) -> Iterator[int]:
    """Causes, nearest first, each once."""
    layer, seen = [event], {event}
    for _ in range(DEPTH):
        after = []
        for each in layer:
            for cause in run.journal.causes(each):
                if cause not in seen:
                    seen.add(cause)
                    after.append(cause)
                    yield cause
        layer = after


def _descends(run: World, row: JournalRow, ancestors: frozenset[int]) -> bool:
    return any(cause in ancestors for cause in _back(run, row.id))


_CASES: dict[str, Callable[[World, Mapping[str, Any]], Row]] = {
    "P16": bambari,
    "P19": compound,
    "P20": near_and_blind,
}
