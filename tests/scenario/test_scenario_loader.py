"""Loading: every problem at once, each where it stands; patterns and choices checked as whole scenarios."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim.scenario
from sim.doctrine import load_doctrine
from sim.scenario import ScenarioError, UnknownScenario, load, load_text, validate
from sim.scenario.loaded import Scenario

HOUR = 3_600_000


def refused(text: str) -> list:
    with pytest.raises(ScenarioError) as refusal:
        load_text(text, "x.yaml")
    return list(refusal.value.problems)


def only(text: str):
    (problem,) = refused(text)
    return problem


def where(text: str, words: str) -> tuple[int, int]:
    at = text.index(words)
    return text[:at].count("\n") + 1, at - text.rfind("\n", 0, at)


def test_a_sound_scenario_is_loaded_with_its_text(sound):
    scenario = load_text(sound, "gate")
    assert isinstance(scenario, Scenario)
    assert (scenario.name, scenario.source_text) == ("gate", sound)
    assert scenario.duration == 5 * 24 * HOUR
    assert scenario.chosen == {"raiders": "nobody"}
    assert load_text(scenario.source_text, scenario.name) == scenario


@pytest.mark.parametrize(
    ("old", "new", "at", "rule", "said"),
    [
        ("bearing: 90", "baering: 90", "baering", "unknown-key", 'Did you mean "bearing"?'),
        ("kind: town", "kind: twon", "twon", "word", 'Did you mean "town"?'),
        ("title: A gate", "titel: A gate", "titel", "unknown-key", 'Did you mean "title"?'),
        ("near: town", "near: Town", "Town", "id", 'such as "town"'),
        ("near: town", "near: 0123", "0123", "id", "Put it in quotes"),
        ("near: town", "near: twon", "twon", "reference", 'Did you mean "town"?'),
        ("at: [13.4, 23.2]", "at: [134, 23.2]", "at: [134", "position", "between -90 and 90"),
        ("at: [13.4, 23.2]", "at: 13.4", "13.4", "position", "[latitude, longitude]"),
        ("duration: 5d", "duration: 5", "5\nep", "duration", "no unit"),
        ("km: 2,", "km: -2,", "-2", "range", "at least 0"),
        ("above: 200", "above: many", "many", "number", "is no number"),
        ("{after: 12h}", "{afer: 12h}", "afer", "condition", 'Did you mean "after"?'),
        ("{after: 12h}", "12h", "12h", "condition", "is no condition"),
        ("people: 5000", "people: {normal: [1, 2]}", "people: {", "distribution", "triangular"),
        ("1: {type: infantry-company", "1: {type: infantry-compny", "infantry-compny", "reference", "is no unit type"),
        ("role: force-commander", "role: force-comander", "force-comander", "reference", "is no role"),
        ("from: farmers", "from: framers", "framers", "reference", "is no actor"),
        ("otherwise: shut", "otherwise: shout", "shout", "reference", 'Did you mean "shut"?'),
        ("default: nobody", "default: nobdy", "nobdy", "reference", "is no choice"),
        ("kin: {team-site: 1}", "kin: {team-sight: 1}", "team-sight", "reference", "is no place"),
        ("format: 1", "format: 2", "2", "format", "Install a newer release"),
        ("format: 1", "format: one", "one", "type", "whole number"),
        ("start: 2014-03-05T06:00+03:00", "start: soon", "soon", "type", "is no date and time"),
        ("start: 2014-03-05T06:00+03:00", "start: 2014", "2014", "time", "is no date and time"),
        ("start: 2014-03-05T06:00+03:00", "start: 9999-03-05T06:00+03:00", "9999", "time", "between the years"),
        ("D+1 06:00", "D+0 05:00", '"D+0 05:00"', "time", "before the start"),
        ("D+1 06:00", "D+40 05:00", '"D+40 05:00"', "time", "after the end"),
        ("company-1:", "company-0: {}\n  company-1:", "company-0:", "missing", '"type" is missing of units.company-0'),
    ],
)  # fmt: skip
def test_a_problem_names_place_rule_and_mend(changed, old, new, at, rule, said):
    text = changed((old, new))
    problem = refused(text)[0]
    assert ((problem.line, problem.column), problem.rule) == (where(text, at), rule)
    assert said in str(problem)
    assert str(problem).startswith(f"x.yaml:{problem.line}:{problem.column}: [{rule}] ")


def test_all_problems_are_told_at_once_in_the_order_of_the_file(changed):
    text = changed(
        ("title: A gate", "title: A gate\ntitle: Again"),
        ("{kind: town,", "{kind: twon,"),
        ("near: town", "near: nowhere"),
        ("contributor: tcc-a, at: team-site, under: [force-commander]", "at: nowhere, under: [nobody]"),
        ("otherwise: shut", "otherwise: maybe"),
        ("text: They say", "txt: They say"),
    )
    found = refused(text)
    assert [problem.rule for problem in found] == [
        "duplicate", "word", "reference", "reference", "reference", "missing", "unknown-key",
    ]  # fmt: skip
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def test_what_depends_on_a_sound_shape_is_checked_once_the_shape_is_sound(changed):
    assert only(changed(("otherwise: shut", "otherwise: maybe"))).rule == "reference"


def test_a_value_that_fits_no_branch_of_a_union_is_one_problem(changed):
    problem = only(
        changed(("when: {all:", "at: someday\n    storyline: {all:")).replace("storyline: {all:", "when: {all:")
    )
    assert problem.rule == "moment"
    assert "is no duration" in problem.mend


def test_a_pattern_that_leaves_a_reference_behind_is_told_at_the_pattern(changed):
    text = changed(("units: {company-2: absent}", "communities: {farmers: absent}"))
    problem = only(text)
    assert (problem.line, problem.column) == where(text, "alone:")
    assert problem.message == f'pattern alone: "farmers" is no actor. (line {where(text, "from: farmers")[0]})'


def test_a_mistake_in_a_pattern_is_told_at_its_own_place(changed):
    text = changed(("units: {company-2: absent}", "units: {company-2: {at: twon}}"))
    problem = only(text)
    assert (problem.line, problem.column) == where(text, "twon}")
    assert problem.message == 'pattern alone: "twon" is no place.'


def test_a_pattern_cannot_take_away_what_is_not_there(changed):
    problem = only(changed(("company-2: absent", "company-3: absent")))
    assert problem.rule == "absent"
    assert 'Did you mean "company-' in problem.mend


def test_an_unknown_key_of_a_pattern_is_told_once(changed):
    problem = only(changed(("units: {company-2: absent}", "unts: {company-2: absent}")))
    assert (problem.rule, problem.value) == ("unknown-key", "unts")


def test_a_choice_that_is_not_the_default_is_checked_too(changed):
    problem = only(changed(("home: town", "home: twon")))
    assert problem.message == 'option raiders=riders: "twon" is no place.'


def test_a_mistake_of_the_base_is_not_repeated_for_every_pattern(changed):
    assert len(refused(changed(("kind: town", "kind: twon")))) == 1


def test_resolving_lays_the_pattern_and_its_choices_over_the_base(sound):
    scenario = load_text(sound, "gate")
    alone, night = scenario.resolve("alone"), scenario.resolve("night")
    assert list(alone.units) == ["company-1"]
    assert alone.pattern == "alone"
    assert not alone.groups
    assert night.contributors["tcc-a"].caveats == ()
    assert list(night.groups) == ["riders"]
    assert night.chosen == {"raiders": "riders"}
    assert len(scenario.units) == 2


def test_the_callers_choice_stands_above_the_patterns(sound):
    night = load_text(sound, "gate").resolve("night", {"raiders": "nobody"})
    assert night.chosen == {"raiders": "nobody"}
    assert not night.groups


def test_nothing_asked_for_is_the_scenario_itself(sound):
    scenario = load_text(sound, "gate")
    assert scenario.resolve() is scenario


@pytest.mark.parametrize(
    ("pattern", "options", "said"),
    [
        ("alnoe", {}, '"alnoe" is no pattern of gate. Did you mean "alone"?'),
        (None, {"raider": "riders"}, '"raider" is no option of gate. Did you mean "raiders"?'),
        (None, {"raiders": "rider"}, '"rider" is no choice of raiders of gate. Did you mean "riders"?'),
    ],
)
def test_what_cannot_be_resolved_is_named(sound, pattern, options, said):
    with pytest.raises(UnknownScenario) as refusal:
        load_text(sound, "gate").resolve(pattern, options)
    assert said in str(refusal.value)


def test_validating_goes_through_every_pattern_with_every_choice(tmp_path, changed):
    # The pattern alone is sound, and so is the choice; together they leave a group without its home.
    text = changed(
        ("  team-site: {kind", "  hamlet: {kind: village, at: [13, 23]}\n  team-site: {kind"),
        ("units: {company-2: absent}", "places: {hamlet: absent}"),
        ("home: town", "home: hamlet"),
    )
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    load(path)
    (problem,) = validate(path)
    assert problem.message.startswith("pattern alone, option raiders=riders: ")
    assert '"hamlet" is no place' in problem.message


def test_merged_and_aliased_text_is_located_where_it_stands(changed):
    text = changed(
        ("company-1: {type", "company-1: &c {type"),
        ("under: [force-commander]}", "under: [nobody]}"),
        ("company-2: {type: infantry-company, contributor: tcc-a, at: team-site}", "company-2: {<<: *c, at: town}"),
    )
    problem = only(text)
    assert (problem.line, problem.column) == where(text, "nobody")


@pytest.mark.parametrize("text", ["", "[]", "5", "a", "a: [", "- a"])
def test_what_is_no_scenario_at_all_is_refused(text):
    assert refused(text)


def test_a_newer_format_hides_everything_else():
    assert only("format: 9\nnew-section: {}\n").rule == "format"


def test_a_file_is_loaded_by_path(tmp_path, sound):
    path = tmp_path / "mine.yaml"
    path.write_text("\ufeff" + sound, encoding="utf-8")
    for source in (path, str(path)):
        assert load(source).name == "mine"
    assert load(path).source_text == sound
    assert validate(path) == []


def test_a_problem_of_a_file_begins_with_the_path_as_given(tmp_path, monkeypatch, changed):
    (tmp_path / "mine.yaml").write_text(changed(("near: town", "near: twon")))
    monkeypatch.chdir(tmp_path)
    assert str(validate("mine.yaml")[0]).startswith("mine.yaml:14:")


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(UnknownScenario, match=r"no shipped scenario and no file.*saraf_umra"):
        load("saraf-umra-2")
    (problem,) = validate("saraf_umrah")
    assert 'Did you mean "saraf_umra"?' in problem.mend


@pytest.mark.parametrize("name", ["gone.yaml", "no/such/file", "", "\0", "a" * 5_000, "a" * 5_000 + ".yaml", "."])
def test_a_path_that_leads_nowhere_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for source in (name, Path(name)):
        with pytest.raises(UnknownScenario, match=r"no such file|no regular file|no shipped scenario"):
            load(source)


def test_what_is_no_file_is_not_opened(tmp_path):
    import os

    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for source in (tmp_path, pipe, Path("/dev/zero")):
        assert validate(source)[0].rule == "file"


def test_an_endless_file_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "long.yaml"
    with path.open("wb") as stream:
        stream.truncate(3_000_000_000)
    assert validate(path)[0].rule == "size"


def test_the_shipped_scenarios_are_sound():
    assert "saraf_umra" in sim.scenario.library()
    for name in sim.scenario.library():
        assert [str(problem) for problem in validate(name)] == []


def test_shipped_scenarios_have_their_name_and_bytes():
    scenario = load("saraf_umra")
    assert scenario.name == "saraf_umra"
    assert scenario.source_text.startswith("#")
    for pattern in scenario.patterns:
        assert scenario.resolve(pattern).pattern == pattern


def test_too_many_patterns_are_refused_before_they_are_checked(sound):
    text = sound.replace("patterns:\n", "patterns:\n" + "".join(f"  p{n}: {{title: x}}\n" for n in range(20_000)))
    begun = time.process_time()
    assert [problem.rule for problem in refused(text)] == ["size"]
    assert time.process_time() - begun < 10


def test_a_flood_of_mistakes_stays_quick(sound):
    text = sound + "standings:\n" + "".join(f"  s{n}: {{vlue: 1}}\n" for n in range(20_000))
    begun = time.process_time()
    assert len(refused(text)) >= 100
    assert time.process_time() - begun < 10


def test_three_thousand_lines_are_read_in_a_blink(sound):
    units = "".join(f"  u-{n}:\n    type: infantry-company\n    at: town\n    posture: routine\n" for n in range(750))
    text = sound.replace("units:\n", "units:\n" + units, 1)
    load_doctrine()
    best = min(_seconds(lambda: sim.scenario.load_text(text, "x")) for _ in range(3))
    assert best < 2.0


def _seconds(call) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


LINES = st.sampled_from(
    ["places:", "  town: {kind: town, at: [1, 2]}", "  x: absent", "units: 5", "format: 1", "title: a", "injects:",
     "  i: {when: {all: [{after: 1h}]}, from: a, to: [b], text: c}", "patterns: {a: {units: {b: absent}}}",
     "options: {o: {title: t, default: d, choices: {d: {}}}}", "naming: {names: {a: b}}", "standing_orders: [a]",
     "doctrine: {roles: {x: {y: 1}}}", "start: 2014-03-05", "duration: 1d", "decisions: {d: {options: {a: 1}}}",
     "routes: [{between: [a]}]", "procedure: [{id: a, evidence: {not: {event: b}}}]", "measures: [1]",
     "mission: {name: x, headquarters: town}"]
)  # fmt: skip


def problems_of(text: str) -> list:
    try:
        load_text(text, "x")
    except ScenarioError as error:
        return list(error.problems)
    return []


@given(st.text() | st.lists(LINES, max_size=12).map("\n".join))
def test_nothing_but_a_scenario_error_comes_out(text):
    found = problems_of(text)
    assert found
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found)


@settings(max_examples=60)
@given(st.data())
def test_any_line_may_be_lost_or_doubled(sound, data):
    lines = sound.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    instead = data.draw(st.sampled_from([[], [lines[at]] * 2, [lines[at] + " x"], ["  " + lines[at]], [lines[at][2:]]]))
    for problem in problems_of("\n".join([*lines[:at], *instead, *lines[at + 1 :]])):
        assert str(problem).isprintable()
        assert problem.line <= len(lines) + 1
