"""Empty seats follow their standing orders, on what they know."""

from __future__ import annotations

from sim.engine import kinds
from sim.engine.inputs import Answer, Order
from sim.engine.ticks import DAY, HOUR
from sim.scenario import tree
from sim.scenario.values import fixed
from small_world import SmallWorld, decision, rule

CROWD = tree.Fact("base", "people", "above", 100.0)
PATROL = Order("head", "patrol", "company-1", "town")


def learns(world: SmallWorld, tick: int, people: int, seat: str = "head") -> None:
    def tell() -> None:
        world.intelligence.tell("count", "site", (seat,), world.row("count"), facts=(("base", "people", people),))

    world.at(tick, tell)


def given(world: SmallWorld) -> list[int]:
    return [tick for tick, _, _ in world.issued]


def test_an_order_follows_what_the_seat_has_learned_within_the_time_it_takes() -> None:
    world = SmallWorld(standing_orders=[rule("go", CROWD, [PATROL], within=fixed(HOUR))])
    learns(world, HOUR, 500)
    world.run(DAY)
    assert world.issued == [(2 * HOUR, PATROL, "rule/go")]
    (row,) = world.rows(kinds.POLICY)
    assert world.journal.kind(row.causes[0]) is kinds.REPORT


def test_what_another_seat_knows_moves_nothing() -> None:
    world = SmallWorld(standing_orders=[rule("go", CROWD, [PATROL])])
    world.truth.provide("people", lambda place: 900)
    learns(world, HOUR, 500, "police")
    world.run(DAY)
    assert world.issued == []


def test_a_seat_that_a_person_takes_stops_its_policy_and_one_given_back_goes_on() -> None:
    world = SmallWorld(standing_orders=[rule("go", CROWD, [PATROL])])
    world.policy.hold("head", True, world.row())
    learns(world, HOUR, 500)
    world.run(5 * HOUR)
    assert world.issued == []
    assert world.policy.held("head")
    world.policy.hold("head", False, world.row())
    world.run(DAY)
    assert given(world) == [5 * HOUR]


def test_an_order_in_preparation_is_not_given_once_a_person_sits_there() -> None:
    world = SmallWorld(standing_orders=[rule("go", CROWD, [PATROL], within=fixed(4 * HOUR))])
    learns(world, HOUR, 500)
    world.run(2 * HOUR)
    world.policy.hold("head", True, world.row())
    world.run(DAY)
    assert world.issued == []


def test_it_is_given_once_unless_it_repeats_and_then_no_sooner_than_it_may() -> None:
    once = SmallWorld(standing_orders=[rule("go", CROWD, [PATROL])])
    often = SmallWorld(standing_orders=[rule("go", CROWD, [PATROL], repeat=6 * HOUR)])
    for world in (once, often):
        learns(world, HOUR, 500)
        learns(world, 2 * HOUR, 600)
        learns(world, 20 * HOUR, 5)
        world.run(2 * DAY)
    assert given(once) == [HOUR]
    assert given(often) == [HOUR, 7 * HOUR, 13 * HOUR, 19 * HOUR]


def test_a_question_to_an_empty_seat_is_answered_by_the_first_standing_order_that_holds() -> None:
    world = SmallWorld(
        decisions=[decision()],
        standing_orders=[
            rule("never", CROWD, [Answer("head", "gate", "hold")]),
            rule("always", tree.ALWAYS, [Answer("head", "gate", "open")], 1, within=fixed(HOUR)),
            rule("also", tree.ALWAYS, [Answer("head", "gate", "hold")], 2),
        ],
    )
    world.run(DAY)
    (found,) = world.decisions.of("head", world.now)
    assert (found.state, found.option) == ("answered", "open")
    assert given(world) == [HOUR]


def test_a_question_to_a_person_waits_for_the_person() -> None:
    world = SmallWorld(
        decisions=[decision(when=CROWD)],
        standing_orders=[rule("always", tree.ALWAYS, [Answer("head", "gate", "open")])],
    )
    world.policy.hold("head", True, world.row())
    learns(world, HOUR, 500)
    world.run(DAY)
    (found,) = world.decisions.of("head", world.now)
    assert found.state == "expired"


def test_an_answer_whose_condition_comes_true_while_the_question_is_open_is_given() -> None:
    world = SmallWorld(decisions=[decision()], standing_orders=[rule("late", CROWD, [Answer("head", "gate", "open")])])
    learns(world, HOUR, 500)
    world.run(DAY)
    assert given(world) == [HOUR]
