"""Cohorts that leave a group for good, and whether anybody receives them."""

from __future__ import annotations

from sim.engine import kinds
from sim.engine.world import World
from small_campaign import campaign, group, hours, order, rows

INSIDE = ("process: outside", "process: inside")


def supported(world: World, *options: str, days: float = 30.0) -> World:
    order(world, "support-ddr", target="holders", seat="deputy-political", options=options)
    return hours(world, 24.0 * days)


def test_fighters_of_a_group_inside_the_process_leave_while_somebody_supports_it() -> None:
    world = campaign(INSIDE)
    before = group(world, "holders").strength
    supported(world)
    cohorts = rows(world, kinds.COHORT, "holders")
    assert cohorts
    assert group(world, "holders").strength < before
    assert world.measures.value("fighters_demobilised").value == sum(row.fields["received"] for row in cohorts)


def test_nobody_leaves_a_group_that_has_agreed_to_nothing() -> None:
    world = supported(campaign())
    assert not rows(world, kinds.COHORT)
    assert "nobody-disarms" in [row.fields["phrase"] for row in rows(world, kinds.REPORT)]


def test_a_group_that_agreed_to_disarm_gives_more_than_one_that_stands_inside_the_process() -> None:
    inside, agreed = campaign(INSIDE), campaign()
    talk = agreed.bargaining.conversations["holders"]
    agreed.bargaining.agree(talk, ("disarm", "accountability-kept"), agreed.beginning)
    left = []
    for world in (inside, agreed):
        supported(world)
        left.append(sum(row.fields["fighters"] for row in rows(world, kinds.COHORT)))
    assert left[1] > left[0]


def test_who_is_not_received_goes_back_to_what_he_knows() -> None:
    few, many = campaign(INSIDE, ddr__reception_per_cohort=2.0), campaign(INSIDE, ddr__reception_per_cohort=200.0)
    for world in (few, many):
        supported(world, "reception")
    assert group(few, "holders").strength > group(many, "holders").strength
    assert few.ledger.value("legitimacy") < many.ledger.value("legitimacy")


def test_it_ends_when_the_support_ends() -> None:
    world = campaign(INSIDE)
    order(world, "support-ddr", target="holders", seat="deputy-political", hours=24.0 * 6)
    hours(world, 24.0 * 12)
    before = len(rows(world, kinds.COHORT))
    hours(world, 24.0 * 30)
    assert len(rows(world, kinds.COHORT)) == before
