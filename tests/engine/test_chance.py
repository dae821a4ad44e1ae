"""One door for chance: names, not order, make the luck; inversions follow their laws; control rules once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.chance import Chance, exponential, lognormal, pick, poisson, share_of
from sim.engine.journal import Journal

UNIT = st.floats(1e-9, 1 - 1e-9)
NAMES = st.text(min_size=1, max_size=12)


def chance(seed: int = 1) -> tuple[Chance, Journal]:
    journal = Journal()
    made = Chance(seed, journal, Agenda())
    journal.write(kinds.SCENARIO, 0, journal.name("scenario"), ())
    return made, journal


@given(st.integers(-(2**63), 2**63), NAMES, st.integers(0, 1000))
def test_a_draw_depends_on_seed_name_and_ordinal_alone(seed: int, name: str, ordinal: int) -> None:
    one, _ = chance(seed)
    other, _ = chance(seed)
    for disturbance in range(3):
        other.draw("somebody else", disturbance)
        other.stream("somebody else")()
    assert one.draw(name, ordinal) == other.draw(name, ordinal)
    assert 0.0 < one.draw(name, ordinal) < 1.0


def test_draws_of_other_names_ordinals_and_seeds_differ() -> None:
    one, other = chance(1)[0], chance(2)[0]
    assert len({one.draw("a"), one.draw("a", 1), one.draw("b"), other.draw("a")}) == 4


def test_a_stream_is_not_shifted_by_another_and_goes_on_where_it_was() -> None:
    alone, _ = chance()
    mixed, _ = chance()
    expected = [alone.stream("owner")() for _ in range(200)]
    found = []
    for _ in range(200):
        mixed.stream("other")()
        found.append(mixed.stream("owner")())
    assert found == expected
    assert len(set(expected)) == 200


@given(UNIT, st.floats(0.01, 1e6))
def test_an_exponential_waiting_time_gives_its_uniform_back(uniform: float, mean: float) -> None:
    wait = exponential(uniform, mean)
    assert -math.expm1(-wait / mean) == pytest.approx(uniform, rel=1e-9)


@given(UNIT, st.floats(0.01, 1e4), st.floats(0.0, 2.0))
def test_a_lognormal_quantity_gives_its_uniform_back(uniform: float, median: float, sigma: float) -> None:
    found = lognormal(uniform, median, sigma)
    if sigma < 1e-3:
        assert found == pytest.approx(median, rel=1e-2)
    else:
        z = math.log(found / median) / sigma
        assert 0.5 * math.erfc(-z / math.sqrt(2)) == pytest.approx(uniform, rel=1e-6, abs=1e-9)


@given(UNIT, st.floats(0.0, 60.0))
def test_a_poisson_count_is_the_first_at_which_the_law_reaches_the_uniform(uniform: float, mean: float) -> None:
    count = poisson(uniform, mean)

    def up_to(number: int) -> float:
        if mean == 0.0:
            return 1.0
        return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(number + 1))

    assert up_to(count) >= uniform - 1e-9
    if count:
        assert up_to(count - 1) <= uniform + 1e-9


@given(st.integers(0, 10_000), st.floats(0.0, 1.0))
def test_a_share_is_a_whole_number_with_the_right_mean(count: int, share: float) -> None:
    steps = 400
    found = [share_of(count, share, (step + 0.5) / steps) for step in range(steps)]
    assert sum(found) / steps == pytest.approx(count * share, abs=2 / steps)
    assert min(found) >= 0
    assert max(found) <= count


@given(st.lists(st.floats(0.0, 50.0), min_size=2, max_size=5), UNIT, UNIT)
def test_a_pick_goes_through_the_outcomes_in_their_order_and_never_takes_an_impossible_one(
    weights: list[float], one: float, other: float
) -> None:
    odds = {str(number): weight for number, weight in enumerate(weights)}
    if math.fsum(weights) == 0.0:
        return
    low, high = (pick(odds, uniform) for uniform in sorted((one, other)))
    assert int(low) <= int(high)
    assert odds[low] > 0.0
    assert odds[high] > 0.0


def test_a_branch_leaves_its_odds_its_luck_and_its_circumstances() -> None:
    made, journal = chance()
    choice = made.choose("gate/opens#1", {"yes": 0.25, "no": 0.75}, causes=(0,), terms={"fear": 40.0})
    row = journal.row(choice.row)
    assert row.kind is kinds.CHOICE
    assert row.subject == "gate/opens#1"
    assert row.fields["odds"] == {"yes": 0.25, "no": 0.75}
    assert row.fields["terms"] == {"fear": 40.0}
    assert row.fields["uniform"] == made.raw("gate/opens#1")
    assert row.fields["outcome"] == choice.outcome == pick({"yes": 0.25, "no": 0.75}, made.draw("gate/opens#1"))


def test_the_branch_of_a_name_has_the_frequency_of_its_odds() -> None:
    made, _ = chance()
    found = sum(
        made.choose(f"branch#{number}", {"a": 0.3, "b": 0.7}, causes=(0,)).outcome == "a" for number in range(2_000)
    )
    assert abs(found - 600) < 4 * math.sqrt(2_000 * 0.21)


def test_a_ruling_of_control_is_honoured_once_and_named_as_a_cause() -> None:
    made, journal = chance()
    free = made.choose("branch", {"a": 0.5, "b": 0.5}, causes=(0,))
    other = "b" if free.outcome == "a" else "a"
    ruling = journal.write(kinds.INPUT, 0, journal.name("control"), (), 0, 1, 0, 0)
    made.rule("branch", other, ruling)
    ruled = made.choose("branch", {"a": 0.5, "b": 0.5}, causes=(0,))
    assert ruled.outcome == other
    assert journal.row(ruled.row).causes == (0, ruling)
    again = made.choose("branch", {"a": 0.5, "b": 0.5}, causes=(0,))
    assert again.outcome == free.outcome
    assert ruling not in journal.row(again.row).causes


def test_a_ruling_for_what_cannot_come_out_is_not_followed() -> None:
    made, _ = chance()
    made.rule("branch", "c", 0)
    choice = made.choose("branch", {"a": 1.0}, causes=(0,))
    assert choice.outcome == "a"
