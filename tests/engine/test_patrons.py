"""Patrons: what moves them, what they move, and what asking costs."""

from __future__ import annotations

import pytest

from sim.engine import kinds
from sim.engine.world import World
from small_campaign import campaign, group, hours, order, rows

WILLING = ("listens: 60", "listens: 100")


def asked(world: World, *options: str, times: int = 1) -> World:
    for _ in range(times):
        order(world, "engage-patron", target="trader", options=options)
        hours(world, 60.0)
    return world


def outcomes(world: World) -> list[str]:
    return [row.fields["outcome"] for row in rows(world, kinds.PATRON_ANSWERED)]


def test_a_patron_who_speaks_moves_the_group_he_has_leverage_over() -> None:
    world = asked(campaign(WILLING))
    assert outcomes(world) == ["agrees"]
    assert world.patrons.pressure("holders") > 0.0
    assert world.groups.persuasion(group(world, "holders")) > 0.0
    assert world.patrons.pressure("comers") == 0.0
    without = campaign(WILLING)
    assert world.bargaining.pressure(group(world, "holders"), "town") > without.bargaining.pressure(
        group(without, "holders"), "town"
    )


def test_his_word_fades() -> None:
    world = asked(campaign(WILLING))
    level = world.patrons.pressure("holders")
    hours(world, world.parameters["patrons.word_half_life_hours"])
    assert world.patrons.pressure("holders") == pytest.approx(level / 2)


def test_who_does_not_listen_agrees_less_often() -> None:
    def agreed(listens: int) -> int:
        pair = ("listens: 60", f"listens: {listens}")
        return sum(outcomes(asked(campaign(pair, seed=seed))) == ["agrees"] for seed in range(30))

    assert agreed(10) < agreed(50) < agreed(90)


def test_every_favour_uses_him_up_and_a_refusal_more() -> None:
    world = asked(campaign(("listens: 60", "listens: 50")), times=3)
    assert world.patrons.readiness("trader") < 50.0
    assert world.truth.value("trader", "readiness") == world.patrons.readiness("trader")


def test_an_offer_and_a_push_both_move_him_and_both_cost() -> None:
    def agreed(*options: str) -> int:
        pair = ("listens: 60", "listens: 20")
        return sum(outcomes(asked(campaign(pair, seed=seed), *options)) == ["agrees"] for seed in range(40))

    assert agreed("offer-role") > agreed()
    plain, offered = asked(campaign()), asked(campaign(), "offer-role")
    assert offered.ledger.value("legitimacy") < plain.ledger.value("legitimacy")


def test_it_takes_a_leader_hours() -> None:
    world = campaign()
    order(world, "engage-patron", target="trader")
    hours(world, 1.0)
    assert not outcomes(world)
