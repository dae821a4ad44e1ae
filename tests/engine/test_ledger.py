"""Standings leak back to their base, and every change is the exact sum of its entries."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.journal import Journal, grain
from sim.engine.ledger import HIGHEST, LOWEST, Ledger, Standing
from sim.engine.ticks import DAY, HOUR

LEVEL = st.floats(0.0, 100.0)
HALF_LIFE = st.sampled_from([0, 6 * HOUR, 3 * DAY, 30 * DAY])
MOVES = st.lists(st.tuples(st.integers(0, 5 * DAY), st.floats(-120.0, 120.0)), max_size=12)


def ledger(value: float, base: float, half_life: int) -> tuple[Ledger, Standing, Agenda, Journal]:
    journal, agenda = Journal(), Agenda()
    made = Ledger(journal, agenda)
    standing = made.open("trust", value, base, half_life)
    journal.write(kinds.SCENARIO, 0, journal.name("scenario"), ())
    return made, standing, agenda, journal


def moved(
    value: float, base: float, half_life: int, moves: list[tuple[int, float]]
) -> tuple[Standing, Agenda, Journal]:
    made, standing, agenda, journal = ledger(value, base, half_life)
    # What is entered at the very tick from which a change is counted belongs to what was before it.
    agenda.run(1)
    for wait, amount in moves:
        agenda.run(agenda.now + wait)
        made.enter(standing, amount, (0,), journal.name("somebody"))
    return standing, agenda, journal


@given(LEVEL, LEVEL, HALF_LIFE, MOVES, st.integers(0, 20 * DAY), st.integers(0, 20 * DAY))
def test_the_parts_of_a_change_add_up_to_it_fading_included(
    value: float, base: float, half_life: int, moves: list[tuple[int, float]], earlier: int, later: int
) -> None:
    standing, agenda, _ = moved(value, base, half_life, moves)
    begin, end = agenda.now + min(earlier, later), agenda.now + max(earlier, later)
    change = standing.value_at(end) - standing.value_at(begin)
    assert math.fsum(amount for _, amount in standing.parts(begin, end)) == pytest.approx(change, abs=1e-9)
    whole = standing.start + math.fsum(amount for _, amount in standing.parts(0, end))
    assert whole == pytest.approx(standing.value_at(end), abs=1e-9)


@given(LEVEL, LEVEL, HALF_LIFE, MOVES)
def test_a_standing_stays_within_its_limits_and_the_cut_is_written_down(
    value: float, base: float, half_life: int, moves: list[tuple[int, float]]
) -> None:
    standing, agenda, journal = moved(value, base, half_life, moves)
    assert LOWEST - 1e-6 <= standing.value_at(agenda.now) <= HIGHEST + 1e-6
    rows = [row for row in journal.rows() if row.kind is kinds.LEDGER]
    for row, (_, amount) in zip(rows, moves, strict=True):
        assert row.fields["amount"] + row.fields["cut"] == pytest.approx(amount, abs=1e-6)


@given(LEVEL, LEVEL, st.integers(1, 5))
def test_half_of_the_way_to_the_base_is_gone_after_each_half_life(value: float, base: float, times: int) -> None:
    _, standing, _, _ = ledger(value, base, DAY)
    expected = standing.base + (standing.start - standing.base) / 2**times
    assert standing.value_at(times * DAY) == pytest.approx(expected, abs=1e-9)


def test_a_standing_without_a_half_life_keeps_what_it_was_given() -> None:
    standing, _, _ = moved(40.0, 80.0, 0, [(0, 5.0)])
    assert standing.value_at(400 * DAY) == 45.0
    assert standing.tick_at(60.0, 0) is None


@given(LEVEL, LEVEL, LEVEL.map(grain), st.integers(0, 10 * DAY))
def test_a_crossing_is_the_first_tick_beyond_the_level(value: float, base: float, level: float, now: int) -> None:
    _, standing, _, _ = ledger(value, base, DAY)
    here = standing.value_at(now)
    tick = standing.tick_at(level, now)
    between = (here < level < standing.base) or (standing.base < level < here)
    assert (tick is not None) == between
    if tick is None:
        return
    assume(abs(level - standing.base) > 1e-6)
    side = math.copysign(1.0, here - level)
    assert side * (standing.value_at(tick) - level) <= 1e-9
    assert side * (standing.value_at(tick - 2) - level) >= -1e-9


@given(LEVEL, LEVEL, MOVES, st.lists(st.integers(0, 30 * DAY), max_size=20))
def test_looking_at_a_standing_stores_nothing(
    value: float, base: float, moves: list[tuple[int, float]], looks: list[int]
) -> None:
    standing, agenda, _ = moved(value, base, DAY, moves)
    before = (standing.value, standing.since, len(standing.entries))
    for tick in looks:
        standing.value_at(agenda.now + tick)
        standing.parts(0, agenda.now + tick)
        standing.tick_at(50.0, agenda.now + tick)
    assert (standing.value, standing.since, len(standing.entries)) == before


def test_whoever_asked_hears_of_each_entry() -> None:
    made, standing, _, journal = ledger(50.0, 50.0, 0)
    heard: list[tuple[str, int]] = []
    made.moved = lambda one, row: heard.append((one.id, row))
    row = made.enter(standing, 5.0, (0,), journal.name("somebody"))
    assert heard == [("trust", row)]
    assert made.value("trust") == 55.0
