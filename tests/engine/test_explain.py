"""A measure is taken apart into events, and every event goes back to a beginning."""

from __future__ import annotations

import math

import pytest

from sim.engine import kinds
from sim.engine.blueprint import compile_scenario
from sim.engine.ending import ending
from sim.engine.explain import Unexplained, explain, roots
from sim.engine.measures import COUNTS
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from sim.scenario import load
from small_world import SmallWorld


def ordered(world: SmallWorld) -> int:
    name = world.journal.name
    return world.journal.write(
        kinds.INPUT, world.now, name("head"), (), name("order"), 1, name("company-1"), name("patrol")
    )


def test_parts_add_up_to_the_value_and_name_their_events() -> None:
    world = SmallWorld()
    for hour, amount in ((2, 3.0), (5, 4.0)):
        world.at(
            hour * HOUR,
            lambda amount=amount: world.measures.count("civilians_killed", amount, world.row("base", world.beginning)),
        )
    world.run(DAY)
    found = explain(world, "civilians_killed")
    assert math.fsum(part.amount for part in found.parts) == found.value == 7.0
    assert [part.text for part in found.parts] == ["D+0 08:00 calendar: Team Site", "D+0 11:00 calendar: Team Site"]
    assert found.parts[0].chain == ("D+0 06:00 The situation as the exercise found it.",)


def test_an_outcome_is_followed_back_to_a_players_input() -> None:
    world = SmallWorld()

    def act() -> None:
        order = ordered(world)
        step = world.row("on the way", order)
        world.measures.count("peacekeepers_wounded", 2.0, world.row("fight", step))

    world.at(HOUR, act)
    world.run(DAY)
    found = explain(world, "peacekeepers_wounded")
    assert found.roots == {"input": 1.0}
    way, beginning = found.parts[0].chain
    assert "calendar" in way
    assert "decides" in beginning


def test_an_event_with_several_causes_shares_its_weight_among_them() -> None:
    world = SmallWorld()
    both = world.row("fight", ordered(world), world.row("dawn"), world.beginning)
    later = world.row("loss", both, world.beginning)
    assert roots(world, both) == pytest.approx({"input": 1 / 3, "calendar": 1 / 3, "scenario": 1 / 3})
    assert roots(world, later) == pytest.approx({"input": 1 / 6, "calendar": 1 / 6, "scenario": 2 / 3})


def test_a_chain_of_ten_thousand_events_is_followed_to_its_end() -> None:
    world = SmallWorld()
    row = ordered(world)
    for _ in range(10_000):
        row = world.row("next", row)
    assert roots(world, row) == {"input": 1.0}


def test_a_row_without_cause_or_root_is_said_to_be_unknown() -> None:
    world = SmallWorld()
    row = world.journal.write(kinds.REACHED, 0, world.journal.name("party"), (), 0, 5)
    assert roots(world, row) == {"unknown": 1.0}


def test_a_standing_begins_somewhere_and_is_moved_from_there() -> None:
    world = SmallWorld()
    standing = world.ledger.open("legitimacy", 60.0)
    world.at(HOUR, lambda: world.ledger.enter(standing, -15.0, (ordered(world),), world.journal.name("patrol")))
    world.run(DAY)
    found = explain(world, "legitimacy_end")
    assert found.value == 45.0
    assert [part.amount for part in found.parts] == [60.0, -15.0]
    assert found.roots == {"scenario": 0.8, "input": 0.2}


def test_explaining_changes_nothing() -> None:
    world = SmallWorld()
    world.measures.count("civilians_killed", 1.0, world.row())
    before = world.journal.digest()
    for name in world.measures.names():
        explain(world, name)
    assert world.journal.digest() == before


def test_what_cannot_be_explained_says_why() -> None:
    world = SmallWorld()
    with pytest.raises(Unexplained, match=r"'happiness' is no measure\. Known: civilians_killed"):
        explain(world, "happiness")
    world.keeps_journal = False
    with pytest.raises(Unexplained, match="keep_journal=True"):
        explain(world, "civilians_killed")


@pytest.fixture(scope="module")
def saraf_umra() -> World:
    world = World(compile_scenario(load("saraf_umra"), "historical"), 7)
    world.advance(world.horizon)
    return world


def test_every_measure_of_a_run_goes_back_to_beginnings(saraf_umra: World) -> None:
    for name, measure in saraf_umra.measure_values().items():
        found = explain(saraf_umra, name)
        assert found.value == measure.value
        if measure.value:
            assert found.parts, name
            assert math.fsum(found.roots.values()) == pytest.approx(1.0), name
            assert "unknown" not in found.roots, name
        if name in COUNTS or name in ("legitimacy_end", "consent_host_end", "credibility_min_end"):
            assert math.fsum(part.amount for part in found.parts) == measure.value, name


def test_the_end_tells_the_story_the_numbers_and_the_causes(saraf_umra: World) -> None:
    told = ending(saraf_umra)
    catalogue = saraf_umra.blueprint.doctrine.measures
    assert told.question.endswith("?")
    asked = [catalogue[name].label for name in saraf_umra.blueprint.reading.measures]
    assert [label for label, _, _ in told.numbers][: len(asked)] == asked
    happened = {spec.label for name, spec in catalogue.items() if saraf_umra.measures.values()[name].value}
    assert happened <= {label for label, _, _ in told.numbers}
    assert any("arrives at" in text for _, text in told.story)
    assert any("Decided:" in text for _, text in told.story)
    assert any("D+30" in label for label, _, _ in told.numbers)
    assert all(lines for _, lines in told.causes)
