"""Units: the part and the whole, the way, the losses, and what a move costs where it starts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import kinds
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows


def moved(world: World, unit: str, place: str) -> None:
    world.forces.move(world.forces.units[unit], place, f"test/{unit}", (world.beginning,), lambda row: None)


def test_a_platoon_is_within_its_unit_until_it_leaves_and_then_the_unit_is_weaker_by_it() -> None:
    world = mission()
    whole, part = world.forces.units["fpu"], world.forces.units["fpu/1"]
    assert part.within
    assert not part.present
    before = world.forces.capability(whole, "public-order")
    moved(world, "fpu/1", "base")
    assert whole.own_strength() == 140 - 32
    assert world.forces.capability(whole, "public-order") == pytest.approx(before * (140 - 32) / 140)
    world.advance(DAY)
    assert [unit.id for unit in world.forces.at("base") if unit.id.startswith("fpu")] == ["fpu/1"]
    moved(world, "fpu/1", "post")
    world.advance(2 * DAY)
    assert part.within
    assert whole.own_strength() == 140
    assert part not in world.forces.at("post")


def test_parts_that_stayed_within_ride_with_the_whole_and_a_part_met_on_the_way_joins_it() -> None:
    world = mission()
    moved(world, "fpu/1", "base")
    world.advance(DAY)
    moved(world, "fpu", "base")
    riding = world.forces.units["fpu/2"]
    assert riding.place == ""
    assert world.forces.settles(riding) == world.forces.units["fpu"].arrives
    world.advance(2 * DAY)
    assert riding.place == "base"
    assert world.forces.units["fpu/1"].within
    assert [unit.id for unit in world.forces.at("base")].count("fpu/1") == 0
    assert world.forces.units["fpu"].own_strength() == 140


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["fpu", "fpu/1"]), st.integers(0, 60), st.integers(0, 60)), max_size=6),
    st.booleans(),
)
def test_heads_are_neither_made_nor_lost_between_the_part_and_the_whole(
    losses: list[tuple[str, int, int]], first: bool
) -> None:
    world = mission()
    whole, part = world.forces.units["fpu"], world.forces.units["fpu/1"]
    if first:
        moved(world, "fpu/1", "base")
    for unit, killed, wounded in losses:
        if unit == "fpu/1" and not first:
            continue
        world.forces.lose(world.forces.units[unit], killed, wounded, (world.beginning,))
    if not first:
        moved(world, "fpu/1", "base")
    lost = whole.killed + whole.wounded + part.killed + part.wounded
    assert whole.own_strength() + part.strength == 140 - lost
    assert whole.own_strength() >= 0
    assert part.strength >= 0


def test_a_way_takes_its_road_hours_with_friction_and_an_aircraft_flies_straight() -> None:
    world = mission()
    hours = world.forces.hours_to(world.forces.units["company-1"], "depot")
    assert hours == pytest.approx(20 / world.parameters["movement.track_dry_kmh"])
    air = world.forces.hours_to(world.forces.units["helicopter"], "base")
    assert air == pytest.approx(
        world.places.straight_km("capital-base", "base") / world.parameters["movement.helicopter_kmh"]
    )
    moved(world, "helicopter", "base")
    assert world.forces.units["helicopter"].arrives == round(air * HOUR)


def test_friction_is_of_the_journey_and_leaves_the_median_alone() -> None:
    plain = mission(movement__friction_sigma=0.0)
    moved(plain, "company-1", "depot")
    exact = plain.forces.units["company-1"].arrives
    ways = []
    for seed in range(60):
        world = mission(seed=seed)
        moved(world, "company-1", "depot")
        ways.append(world.forces.units["company-1"].arrives)
    assert len(set(ways)) == 60
    assert sorted(ways)[30] == pytest.approx(exact, rel=0.15)


def test_an_origin_left_is_exposed_by_the_share_of_those_who_went_until_they_are_back() -> None:
    world = mission(("threat_per_day: 0.5, ", ""))
    gone = world.forces.available(world.forces.units["company-2"])
    left = world.forces.available(world.forces.units["fpu"])
    moved(world, "company-2", "base")
    (stripped,) = rows(world, kinds.STRIPPED)
    assert stripped.fields["place"] == "post"
    assert stripped.fields["share"] == pytest.approx(gone / (gone + left), abs=1e-5)
    world.advance(10 * HOUR)
    first = world.measure_values()["origin_exposed_hours"].value
    world.advance(20 * HOUR)
    second = world.measure_values()["origin_exposed_hours"].value
    assert first is not None
    assert second is not None
    assert second - first == pytest.approx(10 * gone / (gone + left), rel=1e-3)
    moved(world, "company-2", "post")
    world.advance(3 * DAY)
    home = world.measure_values()["origin_exposed_hours"].value
    world.advance(5 * DAY)
    assert world.measure_values()["origin_exposed_hours"].value == home


def test_a_place_that_two_units_left_is_exposed_by_both_and_covered_by_each_that_returns() -> None:
    world = mission(("threat_per_day: 0.5, ", ""), ("at: depot, under: [sector]}", "at: post, protects: post}"))
    moved(world, "company-2", "base")
    moved(world, "company-3", "base")
    first, second = (row.fields["share"] for row in rows(world, kinds.STRIPPED))
    assert first == pytest.approx(60 / (60 + 60 + 56), abs=1e-5)
    assert second == pytest.approx(120 / (60 + 60 + 56), abs=1e-5)
    world.advance(DAY)
    moved(world, "company-2", "post")
    world.advance(2 * DAY)
    before = world.measure_values()["origin_exposed_hours"].value
    world.advance(2 * DAY + 10 * HOUR)
    after = world.measure_values()["origin_exposed_hours"].value
    assert before is not None
    assert after is not None
    assert after - before == pytest.approx(10 * first, rel=1e-3)


def test_an_exposed_origin_can_be_attacked_and_one_that_is_guarded_is_not() -> None:
    def attacks(leaves: bool) -> int:
        found = 0
        for seed in range(6):
            world = mission(("threat_per_day: 0.5", "threat_per_day: 2.0"), seed=seed)
            if leaves:
                moved(world, "company-2", "base")
            world.advance(5 * DAY)
            found += len([row for row in rows(world, kinds.ATTACK) if row.fields["place"] == "post"])
        return found

    assert attacks(leaves=False) == 0
    assert attacks(leaves=True) > 5


def test_who_stands_at_a_place_is_listed_in_the_order_of_the_scenario() -> None:
    world = mission()
    moved(world, "company-3", "base")
    moved(world, "company-2", "base")
    world.advance(3 * DAY)
    here = [unit.id for unit in world.forces.at("base")]
    assert here == [unit for unit in world.blueprint.units if unit in here]
    assert {"company-2", "company-3"} <= set(here)


def test_routine_patrols_come_by_day_at_their_rate() -> None:
    world = mission(hours=10 * 24)
    patrols = rows(world, kinds.ROUTINE_PATROL, "company-1")
    assert all(not world.places.is_night(row.tick) for row in patrols)
    expected = 150 * world.parameters["forces.patrols_per_head_day"] * 10 / 2
    assert abs(len(patrols) - expected) < 4 * expected**0.5


def test_a_posture_changes_how_many_can_be_put_to_a_task() -> None:
    world = mission()
    unit = world.forces.units["company-1"]
    found = []
    for posture in ("routine", "high-readiness", "defend-base"):
        world.forces.set_posture(unit, posture, (world.beginning,))
        found.append(world.forces.available(unit) / 150)
    assert found == [
        world.parameters[f"forces.available_{posture}_share"]
        for posture in ("routine", "high_readiness", "defend_base")
    ]


def test_an_order_reaches_the_unit_where_it_stops() -> None:
    world = mission()
    moved(world, "company-3", "base")
    ref = order(world, "visible-patrol", "company-3", "base")
    world.advance(DAY)
    (arrived,) = rows(world, kinds.ARRIVED, "company-3")
    (preparing,) = rows(world, kinds.TASK_PREPARING, ref)
    assert preparing.tick >= arrived.tick
    assert len([row for row in rows(world, kinds.HOP, ref) if row.fields["at"] == "company-3"]) == 1


def test_what_is_understood_at_a_place_comes_and_goes_with_those_who_speak() -> None:
    world = mission()
    understanding = world.forces.understanding
    assert (understanding("base"), understanding("town"), understanding("depot")) == (0.9, -1.0, 0.5)
    moved(world, "interpreters", "town")
    assert (understanding("base"), understanding("town")) == (0.5, -1.0)
    world.advance(DAY)
    assert understanding("town") == 0.9
    moved(world, "interpreters", "depot")
    world.advance(3 * DAY)
    assert (understanding("town"), understanding("depot")) == (-1.0, 0.9)
