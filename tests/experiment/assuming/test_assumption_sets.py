"""Sets of assumptions: what is drawn, by what, and that luck is not shared between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.doctrine import load_doctrine
from sim.doctrine.draws import CalibratedDraws, calibrated_draws, calibrated_ids, is_swept
from sim.experiment.assuming.draws import BLOCK, MOST_PAIRS, Over, assumption_sets, replication_of, set_by_scenario
from sim.experiment.faults import BadDesign
from sim.experiment.scenario_model import ScenarioModel
from sim.experiment.seeds import seed_of
from sim.scenario import load

PARAMETERS = load_doctrine().parameters
CALIBRATED = calibrated_ids(PARAMETERS)


@pytest.mark.parametrize("over", list(Over))
def test_a_draw_changes_everything_that_is_not_verified_and_keeps_to_its_range(over: Over) -> None:
    sets = assumption_sets(PARAMETERS, 20, 0, over=over)
    assert set(sets.ids) == {id_ for id_, parameter in PARAMETERS.items() if is_swept(parameter)}
    for draw in sets.values:
        assert tuple(sorted(draw)) == sets.ids
        assert all(PARAMETERS[id_].range[0] <= value <= PARAMETERS[id_].range[1] for id_, value in draw.items())


@pytest.mark.parametrize("over", list(Over))
def test_what_a_scenario_sets_itself_is_not_drawn(over: Over) -> None:
    own = {"people.fear_return", "groups.minutes_raid"}
    sets = assumption_sets(PARAMETERS, 4, 0, over=over, own=own)
    assert not own & set(sets.ids)
    assert all(not own & set(draw) for draw in sets.values)


def test_the_constants_that_a_scenario_sets_are_found() -> None:
    model = ScenarioModel(load("terrain_camp"), ["base"])
    assert set_by_scenario([model.blueprint("base")]) == {"people.shock_km", "groups.minutes_raid"}
    assert set_by_scenario([ScenarioModel(load("bambari"), ["base"]).blueprint("base")]) == frozenset()


@pytest.mark.parametrize("over", list(Over))
def test_draws_that_are_added_leave_those_before_as_they_were(over: Over) -> None:
    few = assumption_sets(PARAMETERS, BLOCK // 2, 3, over=over)
    many = assumption_sets(PARAMETERS, 2 * BLOCK + 7, 3, over=over)
    assert many.values[: len(few.values)] == few.values
    assert few.values != assumption_sets(PARAMETERS, BLOCK // 2, 4, over=over).values
    assert few.by_draw[0] == {}
    assert few.by_draw[1:] == few.values


def test_a_whole_block_has_one_draw_in_every_slice_of_every_range() -> None:
    shares = assumption_sets(PARAMETERS, BLOCK, 0).shares(PARAMETERS)
    assert shares.shape == (BLOCK, len([1 for one in PARAMETERS.values() if is_swept(one)]))
    for column in shares.T[:50]:
        assert sorted(int(BLOCK * share) for share in column) == list(range(BLOCK))


def test_calibrated_constants_come_together_each_vector_once_before_any_comes_again() -> None:
    vectors = CalibratedDraws(
        CALIBRATED, tuple(tuple(PARAMETERS[id_].range[end] for id_ in CALIBRATED) for end in (0, 1))
    )
    sets = assumption_sets(PARAMETERS, 6, 0, over=Over.CALIBRATED, vectors=vectors)
    taken = [tuple(draw[id_] for id_ in CALIBRATED) for draw in sets.values]
    for pair in (taken[:2], taken[2:4], taken[4:]):
        assert set(pair) == set(vectors.vectors)


def test_the_shipped_vectors_are_those_that_are_drawn() -> None:
    shipped = set(calibrated_draws().vectors)
    sets = assumption_sets(PARAMETERS, len(shipped), 0, over=Over.CALIBRATED)
    assert {tuple(draw[id_] for id_ in calibrated_draws().ids) for draw in sets.values} == shipped


def test_sets_that_say_nothing_are_refused() -> None:
    with pytest.raises(BadDesign, match="at least 2"):
        assumption_sets(PARAMETERS, 1, 0)
    with pytest.raises(BadDesign, match="left to be drawn"):
        assumption_sets({}, 10, 0)
    with pytest.raises(BadDesign, match="shipped"):
        assumption_sets(PARAMETERS, 10, 0, over=Over.CALIBRATED, vectors=CalibratedDraws())


PAIRS = st.tuples(st.integers(1, 100_000), st.integers(0, MOST_PAIRS - 1))


@given(PAIRS, PAIRS)
def test_no_replication_belongs_to_two_draws(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (replication_of(*one) == replication_of(*other)) == (one == other)
    own, others = (seed_of(0, draw, replication_of(draw, pair)) for draw, pair in (one, other))
    assert (own == others) == (one == other)


def test_more_pairs_than_there_is_room_for_are_refused() -> None:
    with pytest.raises(BadDesign, match="1,000,000 pairs"):
        replication_of(1, MOST_PAIRS)
