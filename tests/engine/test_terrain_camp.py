"""Terrain Camp in small numbers: mostly nobody comes; a word beforehand, or to whom it concerns, helps."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pytest

from sim.engine import kinds
from sim.engine.blueprint import compile_scenario
from sim.engine.ticks import HOUR
from sim.engine.world import World
from sim.scenario import load

RUNS = 40
CAMP = "terrain-camp"


class Outcome(NamedTuple):
    attacked: int
    answered: int
    """Attacks on the camp to which a unit of the mission came within four hours."""
    called_off: int
    hurt: int
    """People killed and wounded at the camp."""
    consent: float
    legitimacy: float


@cache
def played(pattern: str) -> Outcome:
    plan = compile_scenario(load("terrain_camp"), pattern)
    attacked = answered = called_off = hurt = 0
    consent = legitimacy = 0.0
    for seed in range(RUNS):
        world = World(plan, seed)
        world.advance(world.end)
        began = came = None
        for row in world.journal.rows():
            if row.kind is kinds.ATTACK and row.fields["place"] == CAMP and began is None:
                began = row
            elif row.kind is kinds.ATTACK_ENDED and began is not None and began.id in row.causes:
                hurt += row.fields["killed"] + row.fields["wounded"]
            elif row.kind is kinds.RESPONSE and began is not None and began.id in row.causes and came is None:
                came = row.tick - began.tick
            elif row.kind is kinds.CALLED_OFF and row.fields["place"] == CAMP:
                called_off += 1
        attacked += began is not None
        answered += came is not None and came <= 4 * HOUR
        measures = world.measure_values()
        consent += (measures["consent_host_end"].value or 0.0) / RUNS
        legitimacy += (measures["legitimacy_end"].value or 0.0) / RUNS
    return Outcome(attacked, answered, called_off, hurt, consent, legitimacy)


def test_the_camp_is_attacked_in_most_runs_and_the_alert_comes_at_once() -> None:
    assert played("historical_shape").attacked > 0.75 * RUNS
    world = World(compile_scenario(load("terrain_camp"), "historical_shape"), 3)
    world.advance(world.end)
    (attack,) = [row for row in world.journal.rows() if row.kind is kinds.ATTACK and row.fields["place"] == CAMP][:1]
    heard = [
        one.delivered
        for one in world.picture("joc").reports
        if one.phrase == "attack-under-way" and one.delivered >= attack.tick
    ]
    assert min(heard) - attack.tick < HOUR / 4


def test_nobody_comes_within_four_hours_more_often_than_not() -> None:
    """P19: a host army close to a large base, contingents that can decline."""
    found = played("historical_shape")
    assert 1.0 - found.answered / found.attacked > 0.5


def test_somebody_comes_more_often_where_the_commanders_were_told_beforehand_and_it_costs_consent() -> None:
    plain, told = played("historical_shape"), played("delegated")
    assert told.answered / told.attacked > plain.answered / plain.attacked + 0.2
    assert told.consent < plain.consent


def test_an_officer_who_knows_whom_to_ring_has_it_called_off_more_often() -> None:
    assert played("liaison_at_the_ministry").called_off > played("historical_shape").called_off


def test_naming_gains_the_people_and_costs_the_gates() -> None:
    plain, named = played("historical_shape"), played("named")
    assert named.legitimacy > plain.legitimacy
    assert named.consent < plain.consent


def test_people_who_were_brought_in_while_it_was_quiet_are_not_there_to_be_hurt() -> None:
    assert played("moved_in").hurt < played("historical_shape").hurt


@pytest.mark.parametrize("pattern", ["historical_shape", "delegated", "liaison_at_the_ministry", "guarded", "named"])
def test_no_pattern_is_free(pattern: str) -> None:
    """No pattern is better than the record on consent, legitimacy and response together."""
    plain, other = played("historical_shape"), played(pattern)
    better = (other.consent > plain.consent, other.legitimacy > plain.legitimacy, other.answered > plain.answered)
    assert not all(better)
