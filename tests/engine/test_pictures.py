"""A seat knows what has been delivered to it, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sim.engine.pictures import Leaf, day_and_hour, title
from sim.engine.ticks import DAY, HOUR, MINUTE
from small_world import SmallWorld


def told(world: Any, seat: str = "head", **given: Any) -> None:
    given.setdefault("grade", "B2")
    world.intelligence.tell(given.pop("phrase", "note"), given.pop("sender", "base"), (seat,), world.row(), **given)


def test_nothing_is_known_before_it_is_delivered() -> None:
    world = SmallWorld()
    told(world, facts=(("base", "people", 900),), delay=HOUR)
    world.run(HOUR - 1)
    assert ("base", "people") not in world.intelligence.picture("head").facts
    world.run(HOUR)
    assert world.intelligence.picture("head").facts["base", "people"] == Leaf(900, 0, 2, "B2")
    assert ("base", "people") not in world.intelligence.picture("chief").facts


def test_every_seat_numbers_its_own_reports_without_gaps_by_delivery() -> None:
    world = SmallWorld()
    told(world, phrase="slow", delay=3 * HOUR)
    told(world, phrase="other", seat="chief")
    told(world, phrase="quick", delay=HOUR)
    world.run(2 * HOUR)
    early = [(report.number, report.phrase) for report in world.intelligence.picture("head").reports]
    world.run(4 * HOUR)
    late = [(report.number, report.phrase) for report in world.intelligence.picture("head").reports]
    assert early == [(1, "hand-over"), (2, "quick")]
    assert late == [*early, (3, "slow")]


def test_every_leaf_names_a_report_that_was_delivered() -> None:
    world = SmallWorld()
    for hour in range(1, 9):
        told(world, facts=(("base", "people", 100 * hour), ("town", "violence", "quiet")), delay=hour * HOUR)
    world.run(5 * HOUR)
    picture = world.intelligence.picture("head")
    delivered = {report.number: report for report in picture.reports}
    assert picture.facts
    for leaf in picture.facts.values():
        assert delivered[leaf.report].delivered <= world.now
        assert leaf.as_of <= world.now


def test_fresh_counts_of_two_sources_make_one_range() -> None:
    world = SmallWorld()
    told(world, sender="site", facts=(("base", "people", (3_000, 5_000)),))
    told(world, sender="radio", facts=(("base", "people", (8_000, 10_000)),), grade="C3")
    world.run(1)
    leaf = world.intelligence.picture("head").facts["base", "people"]
    assert (leaf.value, leaf.grade) == ((3_000, 10_000), "B2")


def test_a_later_count_takes_the_place_of_old_ones() -> None:
    world = SmallWorld()
    told(world, sender="radio", facts=(("base", "people", 9_000),))
    world.at(DAY, lambda: told(world, sender="site", facts=(("base", "people", 400),)))
    world.run(DAY + 1)
    assert world.intelligence.picture("head").facts["base", "people"].value == 400


def test_of_two_fresh_words_the_better_grade_is_believed() -> None:
    world = SmallWorld()
    told(world, sender="site", facts=(("town", "violence", "quiet"),), grade="A2")
    told(world, sender="radio", facts=(("town", "violence", "fighting"),), grade="D4")
    world.run(1)
    assert world.intelligence.picture("head").facts["town", "violence"].value == "quiet"


def test_an_old_report_that_comes_late_does_not_undo_newer_ones() -> None:
    world = SmallWorld()
    told(world, sender="site", facts=(("town", "violence", "quiet"),), delay=12 * HOUR)
    world.at(10 * HOUR, lambda: told(world, sender="site", facts=(("town", "violence", "fighting"),)))
    world.run(13 * HOUR)
    assert world.intelligence.picture("head").facts["town", "violence"].value == "fighting"


def test_a_picture_as_of_then_is_what_the_picture_was() -> None:
    world = SmallWorld()
    for hour in range(1, 6):
        told(world, facts=(("base", "people", 100 * hour),), delay=hour * HOUR)
    world.run(2 * HOUR + 1)
    then = world.intelligence.picture("head")
    world.run(8 * HOUR)
    again = world.intelligence.picture("head", 2 * HOUR + 1)
    assert (again.facts, again.reports) == (then.facts, then.reports)


def test_looking_changes_nothing() -> None:
    looked, left = SmallWorld(), SmallWorld()
    for world in (looked, left):
        told(world, facts=(("base", "people", 900),), delay=HOUR)
        for hour in range(1, 5):
            world.run(hour * HOUR)
            if world is looked:
                world.intelligence.picture("head")
                world.intelligence.why("head", "base", "people")
                world.measures.values()
    assert looked.journal.digest() == left.journal.digest()


def test_an_urgent_report_stops_the_clock_for_a_seat_that_is_watched() -> None:
    world = SmallWorld()
    told(world, phrase="early", urgent=True, delay=HOUR, sender="chief")
    world.intelligence.watch(frozenset({"head"}))
    told(world, phrase="later", urgent=True, delay=2 * HOUR, sender="chief")
    told(world, phrase="calm", delay=3 * HOUR)
    told(world, phrase="elsewhere", urgent=True, seat="police", delay=HOUR, sender="chief")
    world.run(4 * HOUR)
    assert world.wanted == [(HOUR, "head", "early"), (2 * HOUR, "head", "later")]


def test_a_copy_does_not_stop_the_clock_for_somebody_who_has_read_the_first() -> None:
    world = SmallWorld()
    message = {"phrase": "flash", "sender": "base", "values": {}, "facts": (), "grade": "A1", "urgent": True}
    world.intelligence.send(**message, row=world.row(), to={"head": HOUR, "chief": 2 * HOUR})
    world.run(HOUR + 1)
    # As after opening a file again: the first copy came while nobody was watching for it.
    world.intelligence.watch(frozenset({"head", "chief"}))
    world.run(3 * HOUR)
    assert world.wanted == []
    world.intelligence.send(**message, row=world.row(), to={"head": 4 * HOUR, "chief": 5 * HOUR})
    world.run(6 * HOUR)
    assert world.wanted == [(4 * HOUR, "head", "flash")]


def test_what_repeats_an_urgent_report_waits_to_be_read() -> None:
    world = SmallWorld()
    world.intelligence.watch(frozenset({"head"}))
    for hour in (1, 2, 3, 5):
        told(world, phrase="shots", urgent=True, delay=hour * HOUR, sender="chief", values={"place": "town"})
    told(world, phrase="shots", urgent=True, delay=2 * HOUR, sender="chief", values={"place": "base"})
    told(world, phrase="flood", urgent=True, delay=3 * HOUR, sender="chief", values={"place": "town"})
    world.run(6 * HOUR)
    assert [(tick // HOUR, phrase) for tick, _, phrase in world.wanted] == [
        (1, "shots"), (2, "shots"), (3, "flood"), (5, "shots"),
    ]  # fmt: skip


def test_why_is_answered_from_the_seats_own_reports() -> None:
    world = SmallWorld()
    told(world, sender="site", facts=(("base", "people", (3_000, 5_000)),))
    told(world, seat="chief", sender="radio", facts=(("base", "people", 9_000),))
    world.run(1)
    lines = world.intelligence.why("head", "base", "people")
    text = "\n".join(lines)
    assert "Team Site, people: 3,000 to 5,000, as of D+0 06:00, B2." in text
    assert "report 2" in text
    assert "Nobody else has confirmed it" in text
    assert "9,000" not in text
    assert world.intelligence.why("head", "riders", "intent") == (
        "No report to this seat says anything about intent of the riders.",
    )


def test_a_task_is_known_to_who_gave_it_and_to_who_heard_of_it() -> None:
    world = SmallWorld()
    response = SimpleNamespace(id="patrol")
    world.command.tasks["order/police/patrol#1"] = SimpleNamespace(
        name="order/police/patrol#1", kind="order", seat="police", to="", response=response, unit=None,
        place="town", asked="town", created=0, text="",
    )  # fmt: skip
    values = {"task": "order/police/patrol#1", "action": "patrol", "unit": "fpu-3"}
    facts = (("order/police/patrol#1", "state", "under way"),)
    told(world, seat="police", phrase="order-began", values=values, facts=facts, delay=HOUR)
    world.run(1)
    (sent,) = world.intelligence.picture("police").tasks
    world.run(2 * HOUR)
    (began,) = world.intelligence.picture("police").tasks
    assert (sent.state, began.state) == ("sent", "under way")
    assert world.intelligence.picture("head").tasks == ()
    assert world.intelligence.pictures.desks["police"].in_state("patrol", "executing", "fpu-3")
    assert not world.intelligence.pictures.desks["police"].in_state("patrol", "executing", "fpu-4")


def test_a_conversation_with_a_contingent_is_put_together_from_its_reports() -> None:
    world = SmallWorld()
    world.caveats.objections["objection/fpu/whole"] = SimpleNamespace(
        unit=SimpleNamespace(id="fpu"), seat="police", asked=False, levers=["limit-time"]
    )
    about = {"objection": "objection/fpu/whole", "unit": "fpu"}
    told(world, seat="police", phrase="unit-objects", values=about, text="The unit is not split.",
         facts=(("objection/fpu/whole", "state", "objecting"),))  # fmt: skip
    told(world, seat="police", phrase="needs-stated", values=about, text="For how long?", delay=HOUR)
    world.run(1)
    (early,) = world.intelligence.picture("police").objections
    world.run(2 * HOUR)
    (late,) = world.intelligence.picture("police").objections
    assert (early.needs, late.needs) == ("", "For how long?")
    assert [line[3] for line in late.lines] == ["The unit is not split.", "For how long?"]
    assert world.intelligence.picture("jmac").objections == ()


def test_days_and_hours_are_said_as_people_say_them() -> None:
    start = SmallWorld().blueprint.start
    assert day_and_hour(start, 0) == "D+0 06:00"
    assert day_and_hour(start, DAY + 20 * MINUTE) == "D+1 06:20"
    assert day_and_hour(start, 18 * HOUR) == "D+1 00:00"


def test_a_report_without_its_values_still_has_a_heading() -> None:
    world = SmallWorld()
    told(world, phrase="patrol-report", values={})
    told(world, phrase="never-heard-of", values={"place": "base"})
    world.run(1)
    _, patrol, unknown = world.intelligence.picture("head").reports
    assert title(world, patrol)
    assert title(world, unknown) == "never heard of"
