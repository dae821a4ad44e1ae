"""What happens is noticed by somebody or by nobody, late, roughly and with a grade."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.engine import kinds
from sim.engine.inputs import Submit
from sim.engine.ticks import DAY, HOUR, MINUTE
from sim.scenario.values import fixed
from small_world import SmallWorld, source


def reports(world: Any, seat: str) -> list[str]:
    return [report.phrase for report in world.intelligence.picture(seat).reports if report.phrase != "hand-over"]


def happens(world: Any, **given: Any) -> None:
    facts = given.pop("facts", (("town", "violence", "fighting"),))
    world.intelligence.happened(given.pop("phrase", "clash"), "town", world.row("fight"), facts=facts, **given)


def test_a_report_is_one_row_that_holds_its_times_of_delivery() -> None:
    world = SmallWorld(information=[source()])
    before = len(world.rows(kinds.REPORT))
    happens(world, urgent=True)
    row = world.rows(kinds.REPORT)[before]
    assert len(world.rows(kinds.REPORT)) == before + 1
    assert row.subject == "traders"
    assert row.fields["to"]["joc"] == 30 * MINUTE
    world.run(HOUR)
    assert reports(world, "joc") == ["clash"]


def test_what_nobody_notices_is_in_the_journal_and_in_no_picture() -> None:
    world = SmallWorld(information=[source(detects=0.0), source("far", 1, places=("base",))])
    happens(world)
    world.run(DAY)
    assert [row.fields["source"] for row in world.rows(kinds.UNNOTICED)] == ["town"]
    assert all(reports(world, seat) == [] for seat in world.blueprint.seats)


def test_urgent_news_passes_through_the_centre_at_once_and_the_rest_waits_for_the_summary() -> None:
    world = SmallWorld(information=[source()])
    happens(world, phrase="shots", urgent=True)
    happens(world, phrase="stalls-shut", facts=(("town", "market", "shut"),))
    world.run(2 * HOUR)
    assert reports(world, "joc") == ["shots", "stalls-shut"]
    assert reports(world, "head") == ["shots"]
    world.run(9 * HOUR)
    assert reports(world, "head") == ["shots", "situation-summary"]
    assert world.intelligence.picture("head").facts["town", "market"].value == "shut"


def test_a_summary_repeats_nothing() -> None:
    world = SmallWorld(information=[source()])
    for day in range(3):
        world.at(day * DAY + 1, lambda: happens(world))
    world.run(4 * DAY)
    assert reports(world, "police").count("situation-summary") == 1


def test_a_centre_with_few_officers_passes_ordinary_news_on_later_but_not_flashes() -> None:
    def after(demands: int) -> tuple[int, int]:
        world = SmallWorld(information=[source()])
        for _ in range(demands):
            world.intelligence.demanded("headquarters", world.row())
        happens(world)
        world.run(7 * HOUR)
        world.at(7 * HOUR, lambda: happens(world, phrase="shots", urgent=True))
        world.run(4 * DAY)
        got = {report.phrase: report.delivered for report in world.intelligence.picture("head").reports}
        return got["situation-summary"], got["shots"]

    idle, busy = after(0), after(60)
    assert busy[0] > idle[0]
    assert busy[1] == idle[1]


def test_loud_things_are_noticed_where_quiet_ones_are_not() -> None:
    def noticed(loud: float) -> int:
        world = SmallWorld(information=[source(detects=0.2)])
        for at in range(300):
            happens(world, loud=loud, name=f"fight/{at}")
        return 300 - len(world.rows(kinds.UNNOTICED))

    assert noticed(0.2) < noticed(1.0) < noticed(4.0)


@pytest.mark.parametrize(("languages", "low", "high"), [(0.0, 0.0, 0.4), (1.0, 0.7, 1.0)])
def test_without_an_interpreter_a_base_near_by_is_blind(languages: float, low: float, high: float) -> None:
    missed = 0
    for seed in range(200):
        world = SmallWorld(seed=seed, information=[source(kind="presence", detects=0.9, reliability="A")])
        world.there = [SimpleNamespace(spec=SimpleNamespace(languages=languages))]
        happens(world, phrase="attack-over")
        missed += len(world.rows(kinds.UNNOTICED))
    assert low <= 1 - missed / 200 <= high


def test_our_own_people_see_nothing_where_nobody_is() -> None:
    world = SmallWorld(information=[source(kind="patrol")])
    world.there = []
    happens(world)
    assert len(world.rows(kinds.UNNOTICED)) == 1


def test_counts_come_as_ranges_about_a_guess_and_words_as_they_are() -> None:
    inside = 0
    for seed in range(60):
        world = SmallWorld(seed=seed, information=[source(error=0.4)])
        happens(world, facts=(("town", "people", 4_000), ("town", "violence", "fighting")))
        world.run(HOUR)
        facts = world.intelligence.picture("joc").facts
        low, high = facts["town", "people"].value
        assert low < high
        inside += low <= 4_000 <= high
        assert facts["town", "violence"].value == "fighting"
    # A range of one standard deviation each way holds the truth in about two of three cases.
    assert 28 <= inside <= 54


def test_a_second_independent_voice_raises_the_grade() -> None:
    world = SmallWorld(information=[source(), source("elders", 1, delay=fixed(HOUR)), source("third", 2)])
    happens(world)
    world.run(2 * HOUR)
    grades = [report.grade for report in world.intelligence.picture("joc").reports if report.phrase == "clash"]
    assert grades == ["C3", "C2"]


def test_the_commander_on_the_spot_learns_at_once_what_happens_around_him() -> None:
    world = SmallWorld()
    world.intelligence.happened("gate-open", "base", world.row(), facts=(("base", "gate", "open"),))
    world.run(11 * MINUTE)
    assert reports(world, "commander") == ["gate-open"]
    assert reports(world, "joc") == []
    assert world.rows(kinds.UNNOTICED) == []


def test_what_only_the_commander_has_seen_he_reports_up_when_it_is_urgent() -> None:
    world = SmallWorld()
    world.intelligence.happened("gate-forced", "base", world.row(), facts=(("base", "gate", "open"),), urgent=True)
    world.run(HOUR)
    assert reports(world, "commander") == reports(world, "joc") == reports(world, "head") == ["gate-forced"]
    first, last = (world.intelligence.picture(seat).reports[-1].delivered for seat in ("commander", "head"))
    assert first < last


def test_a_count_is_misjudged_the_same_way_in_the_words_and_in_the_facts() -> None:
    world = SmallWorld(information=[source(error=0.4)])
    happens(world, values={"people": 4_000, "litres": 3}, facts=(("town", "people", 4_000),))
    world.run(HOUR)
    picture = world.intelligence.picture("joc")
    said = dict(picture.reports[-1].values)
    assert said["people"] == picture.facts["town", "people"].value != 4_000
    assert said["litres"] == 3


def test_an_urgent_report_of_a_unit_reaches_the_head_of_mission_too() -> None:
    world = SmallWorld()
    world.intelligence.tell("unit-objects", "fpu-3/1", ("police",), world.row(), urgent=True)
    world.intelligence.tell("request-made", "police", ("chief",), world.row(), urgent=True)
    world.run(2 * HOUR)
    assert reports(world, "head") == ["unit-objects"]
    assert reports(world, "chief") == ["request-made", "unit-objects"]
    head, police = (world.intelligence.picture(seat).reports[-1].delivered for seat in ("head", "police"))
    assert head > police


def test_seats_are_found_by_role_where_a_scenario_names_them_otherwise() -> None:
    world = SmallWorld()
    world.intelligence.tell("note", "elders", ("head-of-mission", "nobody"), world.row())
    world.run(1)
    assert reports(world, "head") == ["note"]


def test_a_patrol_reports_a_difference_and_nothing_else() -> None:
    world = SmallWorld()
    state = {"violence": "quiet", "people": 0}
    world.truth.provide("violence", lambda place: state["violence"] if place == "town" else None)
    world.truth.provide("people", lambda place: state["people"] if place == "town" else None)
    unit = SimpleNamespace(spec=SimpleNamespace(languages=1.0))
    world.intelligence.patrolled(unit, "town", world.row())
    world.run(HOUR)
    assert reports(world, "joc") == []
    state.update(violence="incidents", people=2_000)
    world.intelligence.patrolled(unit, "town", world.row())
    world.run(2 * HOUR)
    facts = world.intelligence.picture("joc").facts
    assert facts["town", "violence"].value == "incidents"
    world.intelligence.patrolled(unit, "town", world.row())
    world.run(3 * HOUR)
    assert reports(world, "joc").count("patrol-report") <= 2


def test_the_analysis_centre_narrows_what_several_sources_say() -> None:
    world = SmallWorld(information=[source(error=0.5), source("elders", 1, error=0.5)])
    happens(world, facts=(("town", "people", 4_000),))
    world.run(HOUR)
    wide = world.intelligence.picture("joc").facts["town", "people"].value
    world.run(2 * DAY)
    leaf = world.intelligence.picture("head").facts["town", "people"]
    assert "assessment" in reports(world, "head")
    assert leaf.value[1] / leaf.value[0] < wide[1] / wide[0]
    assert leaf.grade == "B2"


def test_luck_is_keyed_by_the_event_so_another_event_moves_nobody_elses() -> None:
    def ranges(extra: bool) -> Any:
        world = SmallWorld(information=[source(error=0.4)])
        if extra:
            happens(world, phrase="something-else", facts=(("town", "people", 10),))
        happens(world, facts=(("town", "displaced", 4_000),))
        world.run(HOUR)
        return world.intelligence.picture("joc").facts["town", "displaced"].value

    assert ranges(True) == ranges(False)


def test_a_wrong_figure_costs_headquarters_confidence_and_a_right_one_does_not() -> None:
    world = SmallWorld()
    world.ledger.open("head", 50.0)
    world.truth.provide("displaced", lambda subject: 10_000 if subject == "mission" else None)
    world.intelligence.submitted(Submit("joc", "head", "figures", (("displaced", 11_000.0),)), world.row())
    assert world.ledger.value("head") == 50.0
    world.intelligence.submitted(Submit("joc", "head", "figures", (("displaced", 50_000.0),)), world.row())
    assert world.ledger.value("head") < 50.0
    assert len(world.rows(kinds.FIGURE)) == 2


def test_flash_news_brings_one_call_for_figures_and_an_overloaded_centre_answers_late() -> None:
    def confidence(calls: int) -> float:
        world = SmallWorld(information=[source()])
        world.ledger.open("headquarters", 50.0)
        for _ in range(3):
            happens(world, urgent=True)
        for _ in range(calls):
            world.intelligence.demanded("headquarters", world.row())
        world.run(2 * DAY)
        assert len(world.rows(kinds.DEMAND)) == 1 + calls
        return world.ledger.value("headquarters")

    assert confidence(0) == 50.0
    assert confidence(12) < 50.0


def test_people_who_talk_are_sometimes_found_out_and_keep_silent_for_a_time() -> None:
    def run(pressed: bool) -> tuple[int, int]:
        world = SmallWorld(information=[source("elders", at_risk=True)])
        if pressed:
            world.intelligence.collect("town", True, world.row())
        for hour in range(400):
            world.at(hour * HOUR, lambda hour=hour: happens(world, name=f"talk/{hour}"))
        world.run(401 * HOUR)
        return len(world.rows(kinds.REPRISAL)), len(world.rows(kinds.UNNOTICED))

    left, asked = run(False), run(True)
    assert 0 < left[0] < asked[0]
    assert 0 < left[1] < asked[1]
