"""Patterns that are generated stand for what their names say, on every shipped mission and on the small one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from two_bases import TEXT

import line_and_column
import small_campaign
import small_mission
from sim.doctrine.deployments import deployment_rules
from sim.engine import kinds
from sim.engine.blueprint import compile_scenario
from sim.engine.world import World
from sim.experiment import deploying
from sim.experiment.deploying import KINDS, GeneratedPattern, as_yaml, generated, with_patterns
from sim.experiment.deploying.knowledge import Knowledge
from sim.experiment.faults import NothingToDeploy, UnknownDeployment
from sim.scenario import Scenario, library, load, load_text, validate
from sim.scenario.reader import read

SMALL: Final = "two-bases"
TEXTS: Final = {
    SMALL: TEXT,
    "two-posts": small_mission.TEXT,
    "line": line_and_column.TEXT,
    "campaign": small_campaign.TEXT,
}
MISSIONS: Final = (*library(), *TEXTS)


@cache
def scenario(name: str) -> Scenario:
    return load_text(TEXTS[name], name) if name in TEXTS else load(name)


@cache
def patterns(name: str) -> Mapping[str, GeneratedPattern]:
    return generated(scenario(name))


@cache
def whole(name: str) -> Scenario:
    return load_text(with_patterns(scenario(name), patterns(name)), name)


def of(name: str, kind: str) -> GeneratedPattern:
    return next(pattern for pattern in patterns(name).values() if pattern.kind == kind)


def places(name: str, pattern: GeneratedPattern) -> dict[str, str]:
    laid = whole(name).resolve(pattern.id)
    return {unit: entry.at for unit, entry in laid.units.items()}


def world(name: str, pattern: str, seed: int = 1) -> World:
    made = World(compile_scenario(whole(name), pattern), seed)
    made.advance(made.end)
    return made


def count(made: World, kind: kinds.Kind) -> int:
    return sum(row.kind is kind for row in made.journal.rows())


@pytest.mark.parametrize("name", MISSIONS)
def test_every_pattern_is_sound_with_every_answer_to_every_option(name: str, tmp_path: Any) -> None:
    file = tmp_path / f"{name}.yaml"
    file.write_text(with_patterns(scenario(name), patterns(name)), encoding="utf-8")
    assert validate(file) == []


@pytest.mark.parametrize("name", MISSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_pattern_runs_to_the_end(name: str, kind: str) -> None:
    made = world(name, of(name, kind).id)
    assert made.now == made.end


@pytest.mark.parametrize("name", MISSIONS)
def test_the_same_file_gives_the_same_text(name: str) -> None:
    again = load_text(scenario(name).source_text, name)
    assert as_yaml(generated(again)) == as_yaml(patterns(name))


@pytest.mark.parametrize("name", MISSIONS)
def test_patterns_differ_from_the_base_and_each_other_or_say_so(name: str) -> None:
    seen: list[tuple[dict[str, Any], str]] = []
    for pattern in patterns(name).values():
        body = {key: value for key, value in pattern.data.items() if key not in ("title", "text")}
        assert pattern.is_base == (not body)
        assert ("scenario begins with" in pattern.text) == pattern.is_base
        same = [id_ for other, id_ in seen if other == body and body]
        assert all(f"the same as {id_}" in pattern.text for id_ in same[:1])
        seen.append((body, pattern.id))


@pytest.mark.parametrize("name", MISSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_base_that_held_troops_is_left_empty(name: str, kind: str) -> None:
    pattern = of(name, kind)
    doctrine = compile_scenario(scenario(name)).doctrine
    before, after = scenario(name).units, places(name, pattern)
    armed = {unit for unit, entry in before.items() if doctrine.unit_types[entry.type].capabilities.get("combat")}
    held = {before[unit].at for unit in armed}
    bases = {
        id_ for id_, place in scenario(name).places.items()
        if place.kind in ("base", "headquarters") or place.site is not None
    }  # fmt: skip
    assert held & bases <= {after[unit] for unit in armed}


@pytest.mark.parametrize("name", MISSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_formed_police_stay_whole(name: str, kind: str) -> None:
    after = places(name, of(name, kind))
    for unit, entry in scenario(name).units.items():
        if entry.type == "formed-police-platoon" and unit.rpartition("/")[0] in after:
            assert after[unit] == after[unit.rpartition("/")[0]]


@pytest.mark.parametrize("name", MISSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_unit_that_is_changed_has_its_reason(name: str, kind: str) -> None:
    pattern = of(name, kind)
    assert all(pattern.reasons[unit] for unit in pattern.data.get("units", {}))


# What a planner may know


def altered(name: str) -> str:
    """The scenario with everything else that the mission is not told: fights, strengths, injects, silent caveats."""
    data = read(scenario(name).source_text, name).data
    elsewhere = list(data["places"])[-1]
    for fight in data.get("hostilities", {}).values():
        fight.update(place=elsewhere, onset="1h", intensity=99)
    for group in data["groups"].values():
        group.update(strength=7, aggression=3, cohesion=99)
        group.pop("aims", None)
    for inject in data.get("injects", {}).values():
        inject.update(text="Something else.", title="Something else")
    for contributor in data["contributors"].values():
        contributor["unknown_caveat"] = 0.9
        silent = [caveat for caveat in contributor.get("caveats", []) if not caveat.get("declared", True)]
        for caveat in silent:
            caveat.update(outside=[elsewhere], detached=True, beyond_km_of_level_2=1.0, rigidity=99)
        if not silent:
            own = {"id": "kept-quiet", "declared": False, "outside": [elsewhere], "ground": "bad-faith"}
            contributor["caveats"] = [*contributor.get("caveats", []), own]
    return str(yaml.safe_dump(data, sort_keys=False))


@pytest.mark.parametrize("name", library())
def test_what_the_mission_is_not_told_leaves_no_trace(name: str) -> None:
    assert as_yaml(generated(load_text(altered(name), name))) == as_yaml(patterns(name))


@pytest.mark.parametrize("name", library())
def test_no_silent_caveat_is_named(name: str) -> None:
    contributors = scenario(name).contributors.values()
    silent = [caveat for entry in contributors for caveat in entry.caveats if not caveat.declared]
    told = as_yaml(patterns(name))
    assert not [caveat.id for caveat in silent if caveat.id in told]


@pytest.mark.parametrize("name", [name for name in library() if scenario(name).options])
def test_which_answer_is_the_usual_one_makes_no_difference(name: str) -> None:
    data = read(scenario(name).source_text, name).data
    for option, entry in data["options"].items():
        for choice in entry["choices"]:
            asked = {**data, "options": {**data["options"], option: {**entry, "default": choice}}}
            other = load_text(str(yaml.safe_dump(asked, sort_keys=False)), name)
            assert as_yaml(generated(other)) == as_yaml(patterns(name)), (option, choice)


DISPUTED: Final = """\
options:
  accounts:
    title: What happened? Accounts differ
    default: {}
    choices:
      one:
        title: One account
        communities: {{fishers: {{threatened_by: []}}}}
        units: {{alpha/1: absent, charlie: {{posture: high-readiness}}}}
        places: {{ford: {{people: 9000, threat_per_day: 0.9}}, hill: {{hospital: 0}}}}
      other:
        title: Another
        communities: {{traders: {{people: 1000}}}}
        contributors: {{tcc-a: {{caveats: [{{id: as-one, detached: true, ground: safety}}]}}}}
"""


def test_what_only_some_accounts_say_is_not_known() -> None:
    said = [as_yaml(generated(load_text(TEXT + DISPUTED.format(usual), SMALL))) for usual in ("one", "other")]
    assert said[0] == said[1]
    assert "alpha/1" not in said[0]
    known = Knowledge(load_text(TEXT + DISPUTED.format("one"), SMALL))
    assert not known.peopled["river"].named
    assert known.peopled["market"].people == 5000
    assert known.declared("tcc-a") == ()
    assert known.km_to_surgeon("hill") == math.inf


def test_a_resolved_scenario_gives_what_its_file_gives() -> None:
    chosen = scenario("saraf_umra").resolve("military_only", {"attackers": "militia"})
    assert as_yaml(generated(chosen)) == as_yaml(patterns("saraf_umra"))


def test_declared_restrictions_keep_units_where_they_were_offered_for() -> None:
    for kind in KINDS:
        after = places("terrain_camp", of("terrain_camp", kind))
        assert {after["company-b1"], after["company-b2"]} <= {"hill-base", "protection-site"}


def test_a_unit_whose_parts_were_declared_to_stay_together_is_not_taken_apart() -> None:
    text = TEXT.replace(
        "tcc-a: {kind: tcc}",
        ("tcc-a: {kind: tcc, caveats: [{id: as-one, detached: true, ground: national-instruction}]}"),
    )
    whole_units = generated(load_text(text, SMALL), ["area"])["area"].data["units"]
    apart = generated(load_text(TEXT, SMALL), ["area"])["area"].data["units"]
    assert apart["alpha/2"]["at"] != apart.get("alpha", {}).get("at")
    assert whole_units.get("alpha/2", {}).get("at") == whole_units.get("alpha", {}).get("at")


# What the kinds are


def test_point_brings_in_whoever_stands_outside_and_names_the_price() -> None:
    pattern = of("upper_nile_tob", "point")
    assert {unit: entry["at"] for unit, entry in pattern.data["units"].items()} == {
        "platoon-11": "north-base", "platoon-12": "north-base",
    }  # fmt: skip
    assert "Gok Junction, with some 4,500 people, loses 12 Platoon and keeps nobody" in pattern.text


def test_area_puts_somebody_in_each_place_that_can_be_reached_and_keeps_a_reserve() -> None:
    pattern = of("upper_nile_tob", "area")
    after = places("upper_nile_tob", pattern)
    villages = {"west-market", "grass-camps", "well-camps", "mission-village", "east-junction", "fish-landing"}
    assert villages <= {place for unit, place in after.items() if unit.startswith("platoon")}
    ready = [unit for unit, entry in pattern.data["units"].items() if entry.get("posture") == "high-readiness"]
    assert len(ready) == 2
    assert all(after[unit] == "north-base" for unit in ready)


def test_the_last_unit_that_can_be_spared_goes_where_most_people_are_under_threat() -> None:
    few = re.sub(r"\n  (bravo|alpha/1):[^\n]*", "", TEXT).replace(
        "units:", "units:\n  spare: {type: infantry-platoon, contributor: tcc-a, at: hill}", 1
    )
    units = generated(load_text(few, SMALL), ["area"])["area"].data["units"]
    assert [entry["at"] for entry in units.values() if "at" in entry] == ["market"]
    fewer = few.replace("people: 4000", "people: 40000")
    units = generated(load_text(fewer, SMALL), ["area"])["area"].data["units"]
    assert [entry["at"] for entry in units.values() if "at" in entry] == ["river"]


def test_a_hub_has_its_reserve_in_the_air_where_there_is_an_aircraft_to_spare() -> None:
    pattern = of("upper_nile_tob", "hub-and-reserve")
    flying = [unit for unit, entry in pattern.data["units"].items() if entry.get("type") == "heliborne-platoon"]
    assert flying == ["platoon-2", "platoon-3"]
    (inject,) = pattern.data["injects"].values()
    assert [effect["unserviceable"]["unit"] for effect in inject["effects"]] == ["helicopter-2"]


def test_a_platoon_that_has_orders_which_one_in_the_air_could_not_carry_out_stays_on_the_ground() -> None:
    lift = "  {}: {{type: transport-helicopter, contributor: tcc-a, at: ford}}\n"
    flying = TEXT.replace("  lorries:", f"{lift.format('wing-1')}{lift.format('wing-2')}  lorries:")
    order = "{action: long-range-patrol, unit: alpha/1, place: river}"
    ordered = (
        f"{flying}standing_orders: {{look: {{seat: force-commander, when: {{after: 2h}}, do: [{{order: {order}}}]}}}}\n"
    )
    for text, who in ((flying, "alpha/1"), (ordered, "alpha/2")):
        scenario = load_text(text, SMALL)
        found = generated(scenario, ["hub-and-reserve"])
        units = found["hub-and-reserve"].data["units"]
        assert [unit for unit, entry in units.items() if entry.get("type") == "heliborne-platoon"] == [who]
        assert load_text(with_patterns(scenario, found), SMALL).patterns


def test_names_as_long_as_a_text_may_be_are_cut() -> None:
    names = ", ".join(f"{id_}: {'very ' * 700}" for id_ in ("market", "river", "alpha", "bravo", "hill", "ford"))
    scenario = load_text(f"{TEXT}naming: {{names: {{{names}}}}}\n", SMALL)
    assert load_text(with_patterns(scenario, generated(scenario)), SMALL).patterns


def test_an_aircraft_that_is_tied_to_a_reserve_flies_for_nobody_else() -> None:
    pattern = of("upper_nile_tob", "hub-and-reserve")
    made = world("upper_nile_tob", pattern.id)
    flown = {row.subject for row in made.journal.rows() if row.kind is kinds.DEPARTED}
    assert "helicopter-2" not in flown
    assert {"platoon-2", "platoon-3"} & flown


def test_the_only_aircraft_of_a_mission_stays_with_the_wounded() -> None:
    pattern = of("near_and_blind", "hub-and-reserve")
    assert "injects" not in pattern.data
    assert any("only transport aircraft" in note for note in pattern.notes)


def test_temporary_bases_stand_where_the_shipped_ones_stand_and_are_built() -> None:
    pattern = of("upper_nile_tob", "tob")
    built = {
        order["order"]["place"]
        for rule in pattern.data["standing_orders"].values() for order in rule["do"] if "order" in order
    }  # fmt: skip
    assert built == {"east-junction", "west-market"}
    assert pattern.data["units"]["engineers"] == {"at": "east-junction"}
    opened = [count(world("upper_nile_tob", pattern.id, seed), kinds.BASE_OPENED) for seed in range(6)]
    assert sum(opened) >= 10


def test_whoever_lives_away_from_a_base_is_fed_by_a_standing_order() -> None:
    pattern = of("saraf_umra", "area")
    rules = pattern.data["standing_orders"]
    assert [rule["do"][0]["request"]["place"] for rule in rules.values()] == ["herder-camps"]
    supplied = [
        row.subject
        for seed in range(4)
        for row in world("saraf_umra", pattern.id, seed).journal.rows() if row.kind is kinds.SUPPLIED
    ]  # fmt: skip
    assert "herder-camps" in supplied


def test_what_the_scenario_already_orders_is_not_ordered_twice() -> None:
    rules = of("upper_nile_tob", "area").data["standing_orders"]
    fed = {rule["do"][0]["request"]["place"]: str(rule["when"]) for rule in rules.values()}
    assert "platoon-9" not in fed.get("mission-village", "")
    assert set(fed) == {"west-market", "marsh-village"}
    assert "standing_orders" not in of("upper_nile_tob", "hub-and-reserve").data


def test_a_mission_whose_villages_lie_at_the_gate_needs_no_temporary_base_and_says_so() -> None:
    pattern = of("terrain_camp", "tob")
    assert pattern.is_base
    assert "No temporary base would bring anybody nearer" in pattern.text


def test_no_road_to_a_place_is_told() -> None:
    text = TEXT.replace("{between: [hill, river], km: 60}", "{between: [hill, river], km: 60, mined: 0.9}").replace(
        "  - {between: [market, river], km: 30}\n", ""
    )
    pattern = generated(load_text(text, SMALL), ["area"])["area"]
    assert any("river" in note and "no open road" in note for note in pattern.notes)


def test_rains_that_will_cut_off_a_platoon_are_told() -> None:
    assert any("under water" in note and "Toich" in note for note in of("upper_nile_tob", "area").notes)


def test_the_one_unit_that_can_be_spared_is_the_reserve_of_a_hub_and_goes_out_for_an_area() -> None:
    assert places("two-posts", of("two-posts", "area"))["company-2"] == "town"
    assert of("two-posts", "hub-and-reserve").data["units"]["company-2"] == {"posture": "high-readiness"}


def test_where_each_unit_guards_its_base_nothing_changes_and_the_reason_is_told() -> None:
    said = {pattern.kind: pattern.text for pattern in patterns("campaign").values()}
    assert all(pattern.is_base for pattern in patterns("campaign").values())
    assert "No unit can be spared for a reserve" in said["hub-and-reserve"]
    assert "every unit guards the base where it stands" in said["tob"]


def test_people_for_whom_nobody_is_named_count_in_part_and_are_told_in_full() -> None:
    assert "brings some 34,000 people within reach" in of("line", "tob").text
    named = TEXT.replace("{place: hut, people: 500}", "{place: hut, people: 5000}")
    assert list(Knowledge(load_text(named, SMALL)).peopled) == ["market", "river", "hut", "ford"]


def test_a_mission_that_cannot_feed_says_so() -> None:
    assert any("live on what they carry" in note for note in of("line", "area").notes)
    assert "standing_orders" not in of("line", "area").data


# Bad questions


@pytest.mark.parametrize("asked", ["", "Point", "tob ", "hub_and_reserve", "\x00", "points", "..", "{}"])
def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(asked: str) -> None:
    with pytest.raises(UnknownDeployment, match="hub-and-reserve"):
        generated(scenario(SMALL), [asked])


def test_no_kind_at_all_is_refused() -> None:
    with pytest.raises(UnknownDeployment):
        generated(scenario(SMALL), [])


def test_a_kind_named_twice_is_given_once() -> None:
    assert list(generated(scenario(SMALL), ["tob", "point", "tob"])) == ["tob", "point"]


def test_a_mission_without_troops_gets_an_honest_answer() -> None:
    data = read(TEXT, SMALL).data
    data["units"] = {"observers": {"type": "military-observers", "contributor": "tcc-a", "at": "hill"}}
    with pytest.raises(NothingToDeploy, match="no troops or police"):
        generated(load_text(str(yaml.safe_dump(data, sort_keys=False)), SMALL), ["area"])


def test_troops_of_the_host_state_are_not_deployed() -> None:
    text = TEXT.replace("tcc-a: {kind: tcc}", "tcc-a: {kind: host}")
    with pytest.raises(NothingToDeploy):
        generated(load_text(text, SMALL))


def test_every_rule_of_generating_is_read_and_has_a_source() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(str(deploying.__file__)).parent.glob("*.py"))
    for name, rule in deployment_rules().items():
        stem, _, share = name.rpartition("_")
        read_as_a_spread = share in ("least", "usual", "most") and f'"{stem}"' in source
        assert f'"{name}"' in source or f"'{name}'" in source or read_as_a_spread, name
        assert rule.source, name
