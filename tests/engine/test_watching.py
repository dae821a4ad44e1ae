"""Conditions turn true when the world does, and never because somebody looked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.agenda import Agenda
from sim.engine.ticks import HOUR, Tick
from sim.engine.views import Listener, Listeners, Value, holds, middle
from sim.engine.watching import Watcher
from sim.scenario import tree


class Board:
    """A view whose facts a test pins up."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self.facts: dict[tuple[str, str], Value] = {}
        self.levels: dict[str, float] = {}
        self.predicted: dict[str, Tick] = {}
        self.happened: dict[tuple[str, str], Tick] = {}
        self.listeners = Listeners()
        self.asked = 0

    def pin(self, subject: str, attribute: str, value: Value, row: int = 7) -> None:
        self.facts[subject, attribute] = value
        self.listeners.tell((subject, attribute), row)

    def tell(self, name: str, subject: str, row: int = 9) -> None:
        self.happened.setdefault((name, subject), self.agenda.now)
        self.happened.setdefault((name, ""), self.agenda.now)
        self.listeners.tell(("event", name), row, (subject,))

    def value(self, subject: str, attribute: str) -> Value | None:
        self.asked += 1
        return self.facts.get((subject, attribute))

    def standing(self, name: str) -> float | None:
        return self.levels.get(name)

    def in_state(self, action: str, state: str, unit: str) -> bool:
        return self.facts.get((action, state)) in (unit, "any")

    def first(self, name: str, subject: str) -> Tick | None:
        return self.happened.get((name, subject))

    def predicts(self, leaf: tree.Fact | tree.StandingIs) -> bool:
        return isinstance(leaf, tree.StandingIs)

    def next_change(self, leaf: tree.Fact | tree.StandingIs) -> Tick | None:
        return self.predicted.pop(leaf.of, None) if isinstance(leaf, tree.StandingIs) else None

    def listen(self, key: tree.Key, listener: Listener) -> None:
        self.listeners.add(key, listener)

    def ignore(self, key: tree.Key, listener: Listener) -> None:
        self.listeners.remove(key, listener)


class Armed:
    """A condition under watch, with the ticks at which it turned."""

    def __init__(self, condition: tree.Condition) -> None:
        self.agenda = Agenda()
        self.board = Board(self.agenda)
        self.seen: list[Tick] = []
        self.ceased: list[Tick] = []
        self.watcher = Watcher(
            condition, self.board, self.agenda, {"attacker": "militia"}, 8, 0,
            lambda watcher: self.seen.append(self.agenda.now), lambda watcher: self.ceased.append(self.agenda.now),
        )  # fmt: skip

    def at(self, tick: Tick, call: Callable[..., Any], *args: Any) -> None:
        self.agenda.at(tick, 3, 0, lambda event: call(*args))


CROWD = tree.Fact("base", "people", "above", 100.0)
SHOTS = tree.Event("attack", "town")


def test_a_fact_is_seen_in_the_instant_in_which_it_comes_true() -> None:
    armed = Armed(CROWD)
    armed.watcher.arm()
    armed.at(5, armed.board.pin, "base", "people", 99)
    armed.at(9, armed.board.pin, "base", "people", 101)
    armed.agenda.run(20)
    assert armed.seen == [9]
    assert armed.watcher.causes() == (7,)


def test_what_holds_when_it_is_armed_counts_at_once() -> None:
    armed = Armed(CROWD)
    armed.board.facts["base", "people"] = 500
    armed.watcher.arm()
    armed.agenda.run(1)
    assert armed.seen == [0]


def test_what_was_true_only_between_two_events_of_one_instant_was_never_true() -> None:
    armed = Armed(CROWD)
    armed.watcher.arm()
    armed.at(5, armed.board.pin, "base", "people", 500)
    armed.at(5, armed.board.pin, "base", "people", 0)
    armed.agenda.run(10)
    assert armed.seen == []


def test_an_event_latches_and_a_state_does_not() -> None:
    armed = Armed(tree.All((SHOTS, CROWD)))
    armed.watcher.arm()
    armed.at(1, armed.board.tell, "attack", "town")
    armed.at(2, armed.board.pin, "base", "people", 500)
    armed.at(3, armed.board.pin, "base", "people", 0)
    armed.at(4, armed.board.pin, "base", "people", 500)
    armed.agenda.run(10)
    assert armed.seen == [2, 4]
    assert armed.ceased == [3]


def test_an_event_elsewhere_or_before_arming_does_not_count() -> None:
    armed = Armed(SHOTS)
    armed.board.tell("attack", "town")
    armed.watcher.arm()
    armed.at(5, armed.board.tell, "attack", "village")
    armed.agenda.run(10)
    assert armed.seen == []
    assert [missing.leaf for missing in armed.watcher.missing()] == [SHOTS]


def test_held_asks_for_a_time_without_a_break() -> None:
    armed = Armed(tree.Held(CROWD, 10))
    armed.watcher.arm()
    armed.at(5, armed.board.pin, "base", "people", 500)
    armed.at(12, armed.board.pin, "base", "people", 0)
    armed.at(20, armed.board.pin, "base", "people", 500)
    armed.agenda.run(100)
    assert armed.seen == [30]


def test_a_time_since_the_start_and_a_time_since_an_event() -> None:
    start, since = Armed(tree.After(6 * HOUR)), Armed(tree.After(HOUR, "attack", "town"))
    for armed in (start, since):
        armed.watcher.arm()
        armed.at(30, armed.board.tell, "attack", "town")
        armed.agenda.run(24 * HOUR)
    assert start.seen == [6 * HOUR]
    assert since.seen == [HOUR + 30]


def test_not_is_true_until_the_part_is() -> None:
    armed = Armed(tree.Not(SHOTS))
    armed.watcher.arm()
    armed.at(4, armed.board.tell, "attack", "town")
    armed.agenda.run(10)
    assert armed.seen == [0]
    assert armed.ceased == [4]


def test_a_level_that_drifts_is_looked_at_when_it_was_predicted_to_cross() -> None:
    armed = Armed(tree.StandingIs("consent/capital", "below", 40.0))
    armed.board.levels["consent/capital"] = 41.0
    armed.board.predicted["consent/capital"] = 8
    armed.watcher.arm()
    armed.at(7, armed.board.levels.update, {"consent/capital": 39.0})
    armed.agenda.run(20)
    assert armed.seen == [8]


def test_an_option_of_the_run_is_true_or_false_for_good() -> None:
    assert Armed(tree.OptionIs("attacker", "militia")).watcher.missing()
    yes, no = Armed(tree.OptionIs("attacker", "militia")), Armed(tree.OptionIs("attacker", "others"))
    for armed in (yes, no):
        armed.watcher.arm()
        armed.agenda.run(5)
    assert (yes.seen, no.seen) == ([0], [])


def test_a_disarmed_condition_hears_nothing_more() -> None:
    armed = Armed(tree.Any_((SHOTS, CROWD)))
    armed.watcher.arm()
    armed.watcher.disarm()
    armed.board.pin("base", "people", 500)
    armed.board.tell("attack", "town")
    armed.agenda.run(10)
    assert armed.seen == []
    assert armed.board.listeners.waiting == {}


def test_rearming_forgets_what_had_latched() -> None:
    armed = Armed(SHOTS)
    armed.watcher.arm()
    armed.at(1, armed.board.tell, "attack", "town")
    armed.at(2, armed.watcher.rearm)
    armed.at(3, armed.board.tell, "attack", "town")
    armed.agenda.run(10)
    assert armed.seen == [1, 3]


def test_only_the_leaves_that_listen_for_a_key_are_evaluated() -> None:
    armed = Armed(tree.All(tuple(tree.Fact(f"place-{at}", "people", "above", 1.0) for at in range(60))))
    armed.watcher.arm()
    armed.board.asked = 0
    armed.board.pin("place-7", "people", 5)
    assert armed.board.asked == 1


def test_why_not_yet_names_what_is_false_with_what_is_seen() -> None:
    armed = Armed(tree.All((CROWD, tree.After(6 * HOUR), tree.Not(SHOTS))))
    armed.board.facts["base", "people"] = 40
    armed.watcher.arm()
    missing = {type(each.leaf).__name__: each for each in armed.watcher.missing()}
    assert missing.keys() == {"Fact", "After"}
    assert missing["Fact"].value == 40
    assert missing["After"].expected == 6 * HOUR


@pytest.mark.parametrize(("value", "true"), [((50, 140), False), ((50, 160), True), (101, True), ("many", False)])
def test_a_range_is_compared_by_its_middle(value: Value, true: bool) -> None:
    assert CROWD.holds(middle(value)) is true


FACTS = st.sampled_from(["a", "b", "c"]).map(lambda name: tree.Fact(name, "on", "equals", "yes"))
CONDITIONS = st.recursive(
    FACTS,
    lambda parts: st.one_of(
        st.lists(parts, max_size=3).map(lambda some: tree.All(tuple(some))),
        st.lists(parts, min_size=1, max_size=3).map(lambda some: tree.Any_(tuple(some))),
        parts.map(tree.Not),
    ),
    max_leaves=8,
)


@given(CONDITIONS, st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["yes", "no"])), max_size=12))
def test_a_watched_condition_is_always_what_testing_it_afresh_says(
    condition: tree.Condition, changes: list[tuple[str, str]]
) -> None:
    armed = Armed(condition)
    armed.watcher.arm()
    for subject, word in changes:
        armed.board.pin(subject, "on", word)
        assert armed.watcher.true is holds(condition, armed.board, armed.agenda.now, {})
