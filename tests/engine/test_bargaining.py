"""Terms with one group: who agrees to what, what presses it, and what comes of it afterwards."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.world import World
from small_campaign import campaign, group, hours, order, rows, share

INSIDE = ("process: outside", "process: inside")
PROFIT = ("process: outside", "process: profit")
TOTAL = ("talks: 55\n    process: outside", "talks: 5\n    process: outside")
GO = ("departure", "families-protected", "no-escort", "receiving-area-warned", "accountability-kept")


def talked(world: World, *terms: str, rounds: int = 1, seat: str = "head-of-mission") -> World:
    for _ in range(rounds):
        order(world, "negotiate-with-group", target="holders", options=terms, seat=seat)
        hours(world, 80.0)
    return world


def settled(world: World) -> bool:
    return bool(rows(world, kinds.TERMS_AGREED, "holders"))


def odds(world: World, *terms: str) -> dict[str, float]:
    talk = world.bargaining.conversations["holders"]
    talk.place = "town"
    return world.bargaining.odds(talk, terms)[0]


# Who answers how


def test_those_inside_the_process_settle_more_often_than_those_outside_and_total_spoilers_refuse() -> None:
    inside, outside, total = (
        share([talked(campaign(*pairs, seed=seed), "accountability-kept") for seed in range(24)], settled)
        for pairs in ((INSIDE,), (), (TOTAL,))
    )
    assert total < 0.1
    assert total < outside < inside


def test_who_lives_off_the_war_names_a_price_and_tests_what_it_can_take() -> None:
    bargained, tested = 0, 0
    for seed in range(12):
        world = talked(campaign(PROFIT, seed=seed), "accountability-kept", rounds=2)
        bargained += any(row.fields["stage"] == "offered" for row in rows(world, kinds.BARGAINED, "holders"))
        tested += any("/test#" in row.subject for row in rows(world, kinds.CHOICE))
        assert world.bargaining.conversations["holders"].demand > 0.0
    assert bargained
    assert tested
    assert not any(
        "/test#" in row.subject for row in rows(talked(campaign(), "accountability-kept", rounds=2), kinds.CHOICE)
    )


def test_a_price_paid_costs_legitimacy_and_the_next_one_asks_for_more() -> None:
    world = campaign(PROFIT)
    talk = world.bargaining.conversations["holders"]
    before = world.ledger.value("legitimacy")
    talk.demand = 2.0
    world.bargaining.agree(talk, ("accountability-kept",), world.beginning)
    assert world.ledger.value("legitimacy") < before
    assert world.bargaining.precedents == 1


# What presses it, and what is on the table


def test_what_presses_a_group_makes_it_readier() -> None:
    plain = odds(campaign(), "departure")["agrees"]
    lost = campaign()
    group(lost, "holders").strength //= 3
    warned = campaign()
    for _ in range(3):
        warned.deterrence.heard("holders", warned.beginning)
    patron = campaign(("listens: 60", "listens: 100"))
    order(patron, "engage-patron", target="trader")
    hours(patron, 60.0)
    hungry = campaign(("aims: {town: 3}", "aims: {town: 3}\n    supply_days: 10"))
    hungry.manpower.supplied(group(hungry, "holders"), -10.0, hungry.beginning)
    for world in (lost, warned, patron, hungry):
        assert odds(world, "departure")["agrees"] > plain


@pytest.mark.parametrize("term", ["departure", "disarm", "no-escort", "receiving-area-warned", "accountability-kept"])
def test_what_is_asked_of_it_makes_it_less_ready(term: str) -> None:
    world = campaign()
    assert odds(world, term)["agrees"] < odds(world)["agrees"]


def test_protection_for_its_families_makes_it_readier() -> None:
    world = campaign()
    assert odds(world, "departure", "families-protected")["agrees"] > odds(world, "departure")["agrees"]


def test_two_seats_with_two_sets_of_terms_within_a_day_undo_each_other() -> None:
    world = campaign()
    order(world, "negotiate-with-group", target="holders", options=("departure",))
    order(world, "negotiate-with-group", target="holders", options=("disarm",), seat="deputy-political")
    hours(world, 80.0)
    ends = sorted(row.tick for row in rows(world, kinds.TASK_DONE) if row.fields["action"] == "negotiate-with-group")
    apart = ends[1] - ends[0]
    assert bool(rows(world, kinds.CONTRADICTION)) == (apart < world.bargaining._window)


def test_the_same_terms_from_two_seats_are_one_voice() -> None:
    world = campaign()
    for seat in ("head-of-mission", "deputy-political"):
        order(world, "negotiate-with-group", target="holders", options=("departure",), seat=seat)
    hours(world, 80.0)
    assert not rows(world, kinds.CONTRADICTION)


# What comes of it


def left(*terms: str, days: float = 8.0, seed: int = 1, **parameters: float) -> World:
    """The group has agreed, whatever it thought."""
    world = campaign(seed=seed, departures__keeps_floor=1.0, departures__families_behind_share=0.0, **parameters)
    world.bargaining.agree(world.bargaining.conversations["holders"], terms, world.beginning)
    return hours(world, 24.0 * days)


def test_a_group_that_agreed_to_leave_goes_and_lives_off_others() -> None:
    world = left(*GO)
    holders = group(world, "holders")
    stages = [row.fields["stage"] for row in rows(world, kinds.BARGAINED, "holders")]
    assert stages == ["agreed", "leaving", "left"]
    assert rows(world, kinds.COLUMN_LEFT, "holders")[0].fields["purpose"] == "depart"
    assert "town" not in holders.places
    assert holders.guest == holders.at
    assert world.truth.value("holders", "terms") == "left"


def test_harm_moves_with_those_who_move_and_less_where_people_were_warned() -> None:
    harm = {}
    for warned in (True, False):
        terms = tuple(term for term in GO if warned or term != "receiving-area-warned")
        harm[warned] = sum(
            len(rows(left(*terms, days=50, seed=seed, groups__living_off_per_day=1.0), kinds.GROUP_ACTED, "holders"))
            for seed in range(6)
        )
    assert 0 < harm[True] < harm[False]


def test_each_term_left_out_has_its_price() -> None:
    whole = left(*GO).ledger.value("legitimacy")
    for term in ("no-escort", "receiving-area-warned", "accountability-kept"):
        assert left(*(each for each in GO if each != term)).ledger.value("legitimacy") < whole, term


def test_families_left_behind_pay_for_it() -> None:
    protected, behind = left(*GO), left(*(term for term in GO if term != "families-protected"))
    assert not rows(protected, kinds.HARM)
    assert rows(behind, kinds.HARM)


def test_a_word_may_be_broken() -> None:
    worlds = []
    for seed in range(20):
        world = campaign(seed=seed, departures__keeps_floor=0.1)
        world.bargaining.agree(world.bargaining.conversations["holders"], ("departure",), world.beginning)
        worlds.append(hours(world, 24.0 * 6))
    assert 0.0 < share(worlds, lambda world: bool(rows(world, kinds.TERMS_BROKEN, "holders"))) < 1.0


def test_a_group_under_its_command_takes_the_same_terms_or_goes_its_own_way() -> None:
    found = {
        world.bargaining.stage("juniors") == "none"
        for world in (left("accountability-kept", days=0.1, seed=seed) for seed in range(12))
    }
    assert found == {True, False}


def test_a_group_may_ask_for_talks_itself() -> None:
    world = campaign()
    world.bargaining.opened(group(world, "holders"), world.beginning)
    assert world.truth.value("holders", "terms") == "talking"
    assert "group-asks-for-talks" in [row.fields["phrase"] for row in rows(world, kinds.REPORT)]


def test_looking_at_terms_changes_nothing() -> None:
    world = talked(campaign(), "departure")
    before = world.digest()
    odds(world, "departure")
    world.bargaining.pressure(group(world, "holders"), "town")
    world.truth.value("holders", "terms")
    assert world.digest() == before
