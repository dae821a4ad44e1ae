"""The truth is read from its owners and told as it happens."""

from __future__ import annotations

from sim.engine.ticks import HOUR
from sim.scenario import tree
from small_world import SmallWorld


class Ear:
    def __init__(self) -> None:
        self.heard: list[tuple[int, str, tuple[str, ...]]] = []

    def hear(self, row: int, name: str, subjects: tuple[str, ...]) -> None:
        self.heard.append((row, name, subjects))


def test_two_mechanisms_answer_for_one_attribute_of_their_own_subjects() -> None:
    truth = SmallWorld().truth
    truth.provide("people", lambda subject: 500 if subject == "base" else None)
    truth.provide("people", lambda subject: 70 if subject == "town" else None)
    assert [truth.value(place, "people") for place in ("base", "town", "sea")] == [500, 70, None]
    assert truth.value("base", "colour") is None


def test_only_who_listens_for_a_key_is_told() -> None:
    truth, ear = SmallWorld().truth, Ear()
    truth.listen(("base", "people"), ear)
    truth.changed("base", "people", 3)
    truth.changed("base", "water", 4)
    truth.changed("town", "people", 5)
    truth.ignore(("base", "people"), ear)
    truth.changed("base", "people", 6)
    assert ear.heard == [(3, "people", ())]


def test_an_objection_is_heard_as_a_refusal_too() -> None:
    truth, ear = SmallWorld().truth, Ear()
    truth.listen(("event", "unit-refused"), ear)
    truth.event("objection", "fpu-3/1", 8)
    assert ear.heard == [(8, "unit-refused", ("fpu-3/1",))]
    assert truth.first("unit-refused", "fpu-3/1") == 0
    assert truth.first("unit-refused", "fpu-4") is None


def test_a_task_executes_until_it_ends_and_has_ended_for_good() -> None:
    truth = SmallWorld().truth
    truth.task("patrol", "company-1", "executing", 1)
    assert truth.in_state("patrol", "executing", "")
    assert not truth.in_state("patrol", "executing", "company-2")
    truth.task("patrol", "company-1", "done", 2)
    assert not truth.in_state("patrol", "executing", "")
    assert truth.in_state("patrol", "done", "company-1")
    truth.task("patrol", "company-2", "refused", 3)
    assert truth.first("unit-refused", "company-2") == 0


def test_a_fading_standing_says_when_it_will_cross_by_itself() -> None:
    world = SmallWorld()
    world.ledger.open("consent/capital", 60.0, 20.0, 24 * HOUR)
    leaf = tree.StandingIs("consent/capital", "below", 40.0)
    crossing = world.truth.next_change(leaf)
    assert crossing == 24 * HOUR
    assert world.truth.next_change(tree.StandingIs("consent/capital", "below", 10.0)) is None


def test_a_mechanism_can_predict_its_own_values() -> None:
    truth = SmallWorld().truth
    truth.provide("water", lambda subject: 5.0, lambda subject, level: 77 if level == 3.0 else None)
    assert truth.next_change(tree.Fact("base", "water", "below", 3.0)) == 77
    assert truth.next_change(tree.Fact("base", "people", "below", 3.0)) is None


def test_the_report_that_follows_an_event_carries_its_names() -> None:
    truth = SmallWorld().truth
    truth.event("objection", "fpu-3/1", 8)
    assert truth.told_of(8) == (("objection", "unit-refused"), ("fpu-3/1", "fpu-3/1"))
    truth.event("attack", "town", 9)
    assert truth.told_of(8) == ((), ())
