"""Events of the exercise come when they are due, when their condition holds, or when control says so."""

from __future__ import annotations

from typing import Any

import pytest

from sim.engine import kinds
from sim.engine.blueprint import EffectSpec
from sim.engine.inputs import AddInject, SpeakAs
from sim.engine.ticks import DAY, HOUR
from sim.scenario import tree
from sim.scenario.values import Distribution, fixed
from small_world import SmallWorld, inject

CROWD = tree.Fact("base", "people", "above", 100.0)


def fired(world: SmallWorld) -> list[tuple[int, str]]:
    return [(row.tick, row.subject) for row in world.rows(kinds.INJECT)]


def crowded(**given: Any) -> tuple[SmallWorld, Any]:
    world = SmallWorld(injects=[inject(when=CROWD, **given)])
    people = {"base": 0}
    world.truth.provide("people", people.get)

    def come(many: int) -> None:
        people["base"] = many
        world.truth.changed("base", "people", world.row("crowd"))

    return world, come


def test_a_timed_inject_comes_at_a_time_drawn_at_its_birth() -> None:
    spread = Distribution("uniform", (float(HOUR), float(5 * HOUR)))
    first, second = (SmallWorld(seed=4, injects=[inject(at=spread), *more]) for more in ([], [inject("other", 1)]))
    for world in (first, second):
        world.run(DAY)
    assert fired(first) == fired(second)
    assert HOUR <= fired(first)[0][0] <= 5 * HOUR


def test_a_conditional_inject_comes_when_the_truth_is_so_and_once_only() -> None:
    world, come = crowded()
    world.at(HOUR, lambda: come(500))
    world.at(2 * HOUR, lambda: come(0))
    world.at(3 * HOUR, lambda: come(500))
    world.run(DAY)
    assert fired(world) == [(HOUR, "inject/call")]
    row = world.rows(kinds.INJECT)[0]
    assert [world.journal.row(cause).subject for cause in row.causes] == ["crowd"]


def test_one_that_repeats_comes_again() -> None:
    world, come = crowded(repeat=True)
    for hour in range(1, 7):
        world.at(hour * HOUR, lambda hour=hour: come(500 if hour % 2 else 0))
    world.run(DAY)
    assert [tick for tick, _ in fired(world)] == [HOUR, 3 * HOUR, 5 * HOUR]


def test_a_delay_passes_between_the_condition_and_the_event() -> None:
    world, come = crowded(delay=fixed(2 * HOUR))
    world.at(HOUR, lambda: come(500))
    world.run(2 * HOUR)
    assert world.injects.injects["call"].due == 3 * HOUR
    world.run(DAY)
    assert [tick for tick, _ in fired(world)] == [3 * HOUR]


def test_one_of_the_pool_waits_for_control() -> None:
    world = SmallWorld(injects=[inject(pool=True)])
    world.run(DAY)
    assert fired(world) == []
    world.injects.fire("call", world.row())
    assert [tick for tick, _ in fired(world)] == [DAY]


def test_control_holds_one_back_and_lets_it_go() -> None:
    world, come = crowded()
    world.injects.toggle_hold("call", world.row())
    world.at(HOUR, lambda: come(500))
    world.run(2 * HOUR)
    assert (fired(world), world.injects.injects["call"].state) == ([], "held")
    world.injects.toggle_hold("call", world.row())
    assert [tick for tick, _ in fired(world)] == [2 * HOUR]


def test_one_that_was_dropped_stays_dropped() -> None:
    world = SmallWorld(injects=[inject(at=fixed(HOUR))])
    world.injects.skip("call", world.row())
    world.run(DAY)
    world.injects.fire("call", world.row())
    assert fired(world) == []
    assert len(world.rows(kinds.INJECT_SKIPPED)) == 1


def test_what_it_says_reaches_its_seats_with_its_facts_and_words() -> None:
    world = SmallWorld(injects=[inject(at=fixed(HOUR), to=("joc",), facts=(("town", "tension", 60),), urgent=True)])
    world.run(2 * HOUR)
    picture = world.intelligence.picture("joc")
    assert (picture.reports[-1].phrase, picture.reports[-1].text) == ("inject:call", "They come tonight.")
    assert picture.facts["town", "tension"].value == 60


@pytest.mark.parametrize(
    ("effect", "done"),
    [
        (EffectSpec("absent", {"seat": "head", "hours": fixed(6 * HOUR)}), ("absent", "head", 6 * HOUR)),
        (EffectSpec("dust", {"ticks": 3 * HOUR}), ("dust", 3 * HOUR)),
        (EffectSpec("pressure", {"counterpart": "capital", "demand": "entry"}), ("press", "capital", "entry")),
        (EffectSpec("fear", {"place": "base", "amount": 0.3}), ("shock", "base", 0.3)),
        (EffectSpec("conduct", {"unit": "company-1"}), ("conduct", "company-1")),
        (EffectSpec("limit", {"unit": "fpu-3/1", "hours": -12.0}), ("limit", "fpu-3/1", -12.0)),
    ],
)
def test_what_it_does_is_done_by_the_mechanism_with_the_inject_as_its_cause(
    effect: EffectSpec, done: tuple[Any, ...]
) -> None:
    world = SmallWorld(injects=[inject(at=fixed(HOUR), effects=(effect,))])
    world.run(DAY)
    assert world.done == [(*done, world.rows(kinds.INJECT)[0].id)]


def test_a_standing_is_moved_through_the_ledger() -> None:
    effect = EffectSpec("standing", {"of": "legitimacy", "amount": -5.0})
    world = SmallWorld(injects=[inject(at=fixed(HOUR), effects=(effect,))])
    world.ledger.open("legitimacy", 50.0)
    world.run(DAY)
    assert world.ledger.value("legitimacy") == 45.0


@pytest.mark.parametrize("true", [0.0, 1.0])
def test_a_rumour_frightens_and_is_sometimes_true(true: float) -> None:
    effect = EffectSpec("rumour", {"place": "base", "true_with": true, "within": fixed(9 * HOUR)})
    world = SmallWorld(injects=[inject(at=fixed(HOUR), effects=(effect,))])
    world.run(DAY)
    told, known, planned = world.done
    assert told[:3] == ("rumour", "base", bool(true))
    assert known[:3] == ("known", "base", bool(true))
    assert planned[:4] == ("rumoured", "base", bool(true), 9 * HOUR)
    assert world.rows(kinds.CHOICE)[0].fields["odds"] == {"true": true, "false": 1.0 - true}


def test_control_improvises_and_speaks_as_an_outside_actor() -> None:
    world = SmallWorld()
    world.injects.add(AddInject("control", "extra", "minister", ("head",), text="I want figures."), world.row())
    world.injects.spoken(SpeakAs("control", "elder", ("head",), "promised", "calm", "You have my word."), world.row())
    world.run(1)
    added, spoken = world.intelligence.picture("head").reports[-2:]
    assert (added.phrase, added.sender, added.text) == ("inject:extra", "minister", "I want figures.")
    assert (spoken.phrase, dict(spoken.values)["verb"]) == ("spoken", "promised")
    assert "I want figures." not in world.journal.names


def test_control_sees_why_one_has_not_come_yet() -> None:
    world, come = crowded()
    come(40)
    (missing,) = world.injects.why_not_yet("call")
    assert (missing.leaf, missing.value) == (CROWD, 40)
