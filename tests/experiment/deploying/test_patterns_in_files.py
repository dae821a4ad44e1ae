"""Generated patterns in a scenario file: the author's text stays, whatever way it is written, and the file loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from two_bases import TEXT

from sim.engine.blueprint import compile_scenario
from sim.engine.world import World
from sim.experiment.deploying import KINDS, as_yaml, generated, pattern_lines, with_patterns, write_new
from sim.experiment.faults import NothingToDeploy, NotWritten, PatternIsThere, UnknownDeployment
from sim.scenario import Scenario, ScenarioError, UnknownScenario, library, load, load_text
from sim.scenario.reader import read

NAME: Final = "two-bases"
PATTERNS: Final = """\
patterns:
    # What we had first.
    far:
        title: Far
        units:
            bravo: {at: ford}

# What follows is measured.
measures: [civilians_killed]
"""


def small(text: str = TEXT) -> Scenario:
    return load_text(text, NAME)


def added(text: str, kinds: tuple[str, ...] = tuple(KINDS)) -> tuple[str, Scenario]:
    """The text with patterns in it, and what it loads as."""
    scenario = small(text)
    whole = with_patterns(scenario, generated(scenario, kinds))
    return whole, small(whole)


def test_the_text_of_the_author_stays_as_it_is_with_the_patterns_at_the_end() -> None:
    whole, loaded = added(TEXT)
    assert whole.startswith(TEXT)
    assert list(loaded.patterns) == list(KINDS)


def test_patterns_go_behind_those_that_are_there_and_as_far_in() -> None:
    whole, loaded = added(TEXT + PATTERNS)
    assert list(loaded.patterns) == ["far", *KINDS]
    assert whole.index("    point:") < whole.index("# What follows is measured.")
    assert "    # What we had first." in whole
    assert loaded.measures == ("civilians_killed",)


@pytest.mark.parametrize("name", library())
def test_nothing_of_a_shipped_file_is_lost(name: str) -> None:
    scenario = load(name)
    whole = with_patterns(name, generated(scenario))
    lines = whole.splitlines()
    kept = iter(lines)
    assert all(line in kept for line in scenario.source_text.splitlines())


@pytest.mark.parametrize(
    "section",
    [
        "patterns: {}\n",
        "patterns: {far: {title: Far, units: {bravo: {at: ford}}}}\n",
        "patterns: {} # none yet\nmeasures: [civilians_killed]\n",
        "measures: []\npatterns:\n  far: {title: Far}",
        "patterns:\n  far: {title: Far}\n...\n",
        "patterns: &all\n  far: &far {title: Far}\n  near: *far\n",
        '"patterns":\n  far: {title: Far}\n\n\n',
    ],
)
def test_every_way_to_write_the_section_takes_the_patterns(section: str) -> None:
    before = small(TEXT + section)
    whole, loaded = added("# Ours.\n" + TEXT + section, ("area", "tob"))
    assert whole.startswith("# Ours.\n" + TEXT)
    assert list(loaded.patterns) == [*before.patterns, "area", "tob"]
    assert all(loaded.patterns[name] == before.patterns[name] for name in before.patterns)


def test_a_file_in_braces_is_written_anew_and_says_the_same() -> None:
    data = read(TEXT, NAME).data
    whole, loaded = added(json.dumps(data))
    assert {key: value for key, value in read(whole, NAME).data.items() if key != "patterns"} == data
    assert list(loaded.patterns) == list(KINDS)


def test_line_ends_of_another_system_stay() -> None:
    whole, loaded = added((TEXT + PATTERNS).replace("\n", "\r\n"))
    assert "\n" not in whole.replace("\r\n", "")
    assert "tob" in loaded.patterns


def test_patterns_of_the_same_name_are_renamed_when_generated_and_refused_when_written() -> None:
    whole, scenario = added(TEXT, ("tob",))
    again = generated(scenario, ["tob"])
    assert list(again) == ["tob-generated"]
    thrice = small(with_patterns(scenario, again))
    assert list(generated(thrice, ["tob"])) == ["tob-generated-2"]
    with pytest.raises(PatternIsThere, match="'tob'"):
        with_patterns(small(whole), generated(small(), ["tob"]))


def test_standing_orders_that_are_there_are_not_overwritten() -> None:
    rule = "standing_orders:\n  tob-build-market: {seat: joc, when: {after: 1h}, do: []}\n"
    _, loaded = added(TEXT + rule, ("tob",))
    assert "tob-build-market-2" in loaded.patterns["tob"].standing_orders
    assert "tob-build-market" not in loaded.patterns["tob"].standing_orders


def test_no_patterns_leave_the_text_as_it_is() -> None:
    assert with_patterns(small(), {}) == TEXT


def test_a_scenario_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownScenario):
        with_patterns("no-such-thing", {})


def test_a_file_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    whole, _ = added(TEXT)
    write_new(file, whole)
    assert load(file).patterns
    with pytest.raises(NotWritten, match="there is such a file already"):
        write_new(file, "other")
    assert file.read_text(encoding="utf-8") == whole


@pytest.mark.parametrize("name", ["", "no-such-folder/x.yaml", "\x00", "x" * 400])
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotWritten):
        write_new(tmp_path / name, TEXT)


# Names and ids as odd as the language allows


ids = st.one_of(
    st.sampled_from(["null", "true", "no", "on", "y", "1", "0x1f", "1e3", "12-01-01", "0", "uniform", "choice", "a/1"]),
    st.from_regex(r"[a-z0-9][a-z0-9/_-]{0,62}", fullmatch=True).filter(lambda id_: "--" not in id_),
)
names = st.text(min_size=1, max_size=60)


@given(st.lists(ids, min_size=3, max_size=3, unique=True), names)
@settings(max_examples=60)
def test_ids_and_names_of_any_shape_are_written_so_that_they_are_read(odd: list[str], name: str) -> None:
    data = read(TEXT, NAME).data
    renamed: dict[str, Any] = json.loads(
        _renamed(json.dumps(data), dict(zip(("market", "bravo", "river"), odd, strict=True)))
    )
    renamed["naming"] = {"names": {odd[0]: name, odd[1]: f"{name}: #"}}
    try:
        scenario = small(str(yaml.safe_dump(renamed, sort_keys=False, allow_unicode=True)))
    except ScenarioError:
        # An id may stand for a place and a unit at once, and a name hold what no text may.
        reject()
    whole = small(with_patterns(scenario, generated(scenario)))
    for pattern in KINDS:
        compile_scenario(whole, pattern)


def _renamed(text: str, pairs: dict[str, str]) -> str:
    for old, new in pairs.items():
        text = text.replace(json.dumps(old), json.dumps(new))
    return text


@given(st.lists(st.one_of(st.sampled_from(sorted(KINDS)), st.text(max_size=20)), max_size=6))
def test_any_question_is_answered_or_refused_in_words(kinds: list[str]) -> None:
    if kinds and set(kinds) <= set(KINDS):
        assert list(generated(small(), kinds)) == list(dict.fromkeys(kinds))
        return
    with pytest.raises(UnknownDeployment) as caught:
        generated(small(), kinds)
    assert all(kind in str(caught.value) for kind in KINDS)


# Small maps at random


@st.composite
def missions(draw: st.DrawFn) -> str:
    """Up to six places, roads between some of them, and a force that may be anything from nothing to a battalion."""
    data = read(TEXT, NAME).data
    many = draw(st.integers(1, 6))
    kinds = st.sampled_from(["town", "village", "base", "camp", "refuge"])
    places = {
        f"p{index}": {
            "kind": draw(kinds), "at": [10.0 + draw(st.floats(-1, 1)), 20.0 + draw(st.floats(-1, 1))],
            "threat_per_day": draw(st.sampled_from([0.0, 0.4])), "people": draw(st.sampled_from([0, 900])),
        }
        for index in range(many)
    }  # fmt: skip
    all_places = ["hill", *places]
    pairs = [(a, b) for index, a in enumerate(all_places) for b in all_places[index + 1 :]]
    routes = [
        {
            "between": list(pair), "mined": draw(st.sampled_from([0.0, 0.0, 0.5])),
            "surface": draw(st.sampled_from(["paved", "track", "trail"])), "closed_in_rains": draw(st.booleans()),
        }
        for pair in draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8))
    ]  # fmt: skip
    types = st.sampled_from(
        ["infantry-company", "infantry-platoon", "formed-police-unit", "transport-helicopter", "engineer-team",
         "convoy-trucks", "military-observers", "heliborne-platoon"]
    )  # fmt: skip
    units = {
        f"u{index}": {"type": draw(types), "contributor": "tcc-a", "at": draw(st.sampled_from(all_places))}
        for index in range(draw(st.integers(1, 8)))
    }
    groups = {"riders": {"kind": "militia", "home": "p0", "strength": 80}}
    communities = {
        f"c{index}": {
            "place": draw(st.sampled_from(all_places)), "people": draw(st.integers(0, 9000)),
            "threatened_by": draw(st.sampled_from([[], ["riders"]])),
        }
        for index in range(draw(st.integers(0, 4)))
    }  # fmt: skip
    caveat = draw(st.sampled_from([None, {"detached": True}, {"outside": ["hill"]}, {"tasks": ["establish-base"]}]))
    caveats = [] if caveat is None else [{"id": "own", "ground": "safety", **caveat}]
    data.update(
        places={"hill": {**data["places"]["hill"]}, **places}, routes=routes, units=units, groups=groups,
        communities=communities, contributors={"tcc-a": {"kind": "tcc", "caveats": caveats}},
        information={"watch": {"kind": "presence", "places": all_places, "delay": "1h"}}, duration="30h",
    )  # fmt: skip
    return str(yaml.safe_dump(data, sort_keys=False))


@given(missions())
@settings(max_examples=60)
def test_on_any_small_map_patterns_load_and_run_or_there_is_nothing_to_deploy(text: str) -> None:
    scenario = small(text)
    armed = ("infantry-company", "infantry-platoon", "formed-police-unit")
    troops = [unit for unit in scenario.units.values() if unit.type in armed]
    if not troops:
        with pytest.raises(NothingToDeploy):
            generated(scenario)
        return
    patterns = generated(scenario)
    whole = small(with_patterns(scenario, patterns))
    for name, pattern in patterns.items():
        laid = whole.resolve(name)
        assert laid.units.keys() == scenario.units.keys()
        assert set(pattern.reasons) >= {id_ for id_, unit in scenario.units.items() if unit.type in armed}
        world = World(compile_scenario(whole, name), 1, keep_journal=False)
        world.advance(world.end)
    assert as_yaml(generated(small(text))) == as_yaml(patterns)


# What a scenario has


def test_the_list_says_of_each_pattern_what_differs() -> None:
    lines = pattern_lines(load("upper_nile_tob"))
    assert "point  Two bases" in lines
    told = " ".join(line.strip() for line in lines)
    assert (
        "units moved: platoon-11 from fish-landing to north-base, platoon-12 from east-junction to south-base" in told
    )
    assert "units absent: helicopter-2" in told
    assert "standing orders added: open-the-east, open-the-west" in told
    assert "platoon-1: type heliborne-platoon, platoon-1: vehicles 2, 2" in told


@pytest.mark.parametrize("name", library())
def test_every_pattern_of_a_shipped_scenario_is_listed_once(name: str) -> None:
    scenario = load(name)
    lines = pattern_lines(scenario)
    heads = [line.split("  ")[0] for line in lines if line and not line.startswith(" ")]
    assert heads == list(scenario.patterns)
    assert all(len(line) <= 100 for line in lines)


def test_a_pattern_that_changes_nothing_is_said_to_change_nothing() -> None:
    _, loaded = added(TEXT, ("point",))
    assert "    nothing differs from the base" in pattern_lines(loaded)


CHANGING: Final = """\
standing_orders:
  go: {seat: joc, when: {after: 1h}, do: []}
  stay: {seat: joc, when: {after: 1h}, do: []}
options: {who: {title: Who, default: a, choices: {a: {title: A}, b: {title: B}}}}
patterns:
  other:
    options: {who: b}
    standing_orders: {go: absent, stay: {repeat: 2h}}
    groups: {riders: {aggression: 70}}
    units: {extra: {type: infantry-platoon, contributor: tcc-a, at: hill}}
"""


def test_changed_and_absent_orders_and_other_sections_are_told() -> None:
    assert pattern_lines(small(TEXT + CHANGING)) == [
        "other",
        "    units added: extra at hill",
        "    standing orders changed: stay",
        "    standing orders absent: go",
        "    options: who=b",
        "    groups that differ: riders",
    ]


def test_a_scenario_without_patterns_says_so() -> None:
    assert pattern_lines(small()) == ["two-bases has no patterns."]
