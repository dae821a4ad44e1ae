"""A question opens on what its seat knows, and silence is an answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sim.engine import kinds
from sim.engine.inputs import Answer, Levers, Order
from sim.engine.ticks import DAY, HOUR, MINUTE
from sim.scenario import tree
from small_world import SmallWorld, decision

OPEN = Order("head", "open-gate", place="base")
CROWD = tree.Fact("base", "people", "above", 100.0)


def asked(**given: Any) -> SmallWorld:
    world = SmallWorld(decisions=[decision(options={"open": (OPEN,), "hold": ()}, **given)])
    world.run(1)
    return world


def state(world: SmallWorld, seat: str = "head") -> tuple[str, str]:
    (found,) = world.decisions.of(seat, world.now)
    return found.state, found.option


def test_it_opens_when_its_seat_has_learned_of_it_and_not_when_it_is_so() -> None:
    world = SmallWorld(decisions=[decision(when=CROWD)])
    world.truth.provide("people", lambda place: 900)
    world.truth.changed("base", "people", world.row())
    world.intelligence.tell("count", "site", ("head",), world.row(), facts=(("base", "people", 900),), delay=3 * HOUR)
    world.run(DAY)
    (found,) = world.decisions.of("head", world.now)
    assert (found.opened, found.due) == (3 * HOUR, 5 * HOUR)
    assert world.decisions.of("head", 3 * HOUR - 1) == ()


def test_silence_is_what_the_commander_on_the_spot_does() -> None:
    world = asked(otherwise="open")
    world.run(DAY)
    assert state(world) == ("expired", "open")
    assert world.issued == [(2 * HOUR, OPEN, "decision/gate")]
    assert world.measures.value("decisions_expired").value == 1


def test_an_answer_does_what_its_option_says() -> None:
    world = asked()
    assert world.decisions.refusal(Answer("head", "gate", "open")) == ""
    world.decisions.answer(Answer("head", "gate", "open"), world.row("input"))
    world.run(DAY)
    assert state(world) == ("answered", "open")
    assert [entry for _, entry, _ in world.issued] == [OPEN]
    assert world.measures.value("decisions_taken").value == 1
    assert world.measures.value("decisions_expired").value == 0


def test_an_order_that_does_the_same_answers_it_and_is_not_given_twice() -> None:
    world = asked()
    world.decisions.matched(Order("head", "open-gate", place="town"), world.row("input"))
    assert state(world)[0] == "open"
    row = world.row("input")
    world.decisions.matched(Order("head", "open-gate", place="base", hours=6.0, text="Now."), row)
    assert state(world) == ("answered", "open")
    assert world.issued == []
    assert row in world.rows(kinds.DECISION_ANSWERED)[0].causes


def test_what_is_no_answer_is_refused_with_the_reason() -> None:
    world = asked()
    assert "none of its options" in world.decisions.refusal(Answer("head", "gate", "pray"))
    assert "before this seat" in world.decisions.refusal(Answer("police", "gate", "open"))
    assert "before this seat" in world.decisions.refusal(Answer("head", "road", "open"))
    world.decisions.answer(Answer("head", "gate", "hold"), world.row())
    assert "answered already: hold" in world.decisions.refusal(Answer("head", "gate", "open"))


def test_it_stops_the_clock_as_it_opens_and_before_it_closes() -> None:
    world = asked()
    world.run(DAY)
    near = world.parameters["decisions.near_minutes"] * MINUTE
    assert world.wanted == [(0, "head", "gate"), (2 * HOUR - near, "head", "gate")]


def test_the_picture_of_then_shows_it_open() -> None:
    world = asked()
    world.run(DAY)
    (then,) = world.decisions.of("head", HOUR)
    assert (then.state, then.option) == ("open", "")


def test_a_question_that_hangs_on_a_standing_is_opened_by_the_truth() -> None:
    world = SmallWorld(decisions=[decision(when=tree.StandingIs("consent/capital", "below", 40.0))])
    standing = world.ledger.open("consent/capital", 50.0)
    world.at(HOUR, lambda: world.ledger.enter(standing, -20.0, (world.row(),), 0))
    world.run(DAY)
    (found,) = world.decisions.of("head", world.now)
    assert found.opened == HOUR


def test_levers_written_for_a_unit_go_to_the_conversation_with_it() -> None:
    insist = Levers("head", "fpu-3/1", ("insist",))
    world = SmallWorld(decisions=[decision(options={"insist": (insist,), "drop": ()}, otherwise="insist")])
    for name, phase in (("objection/old", "refused"), ("objection/new", "objecting")):
        world.caveats.objections[name] = SimpleNamespace(unit=SimpleNamespace(id="fpu-3/1"), state=phase)
    world.run(DAY)
    assert [entry.objection for _, entry, _ in world.issued] == ["objection/new"]
