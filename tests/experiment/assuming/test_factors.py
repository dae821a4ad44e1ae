"""What a sweep varies, as people write it."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.doctrine import Parameter, load_doctrine
from sim.experiment.assuming.designs import Design
from sim.experiment.assuming.factors import (
    Factor,
    Subject,
    Variable,
    beyond_range,
    design_points,
    parse_factor,
    parse_factors,
    varied_in,
)
from sim.experiment.faults import BadDesign, BadFactor
from sim.experiment.scenario_model import ScenarioModel
from sim.experiment.settings import CaveatChange
from sim.scenario import load

VARIABLE = Variable(
    {
        "people.flight_per_hour": Parameter("people.flight_per_hour", 0.1, (0.04, 0.3), "per hour", "H9", "general"),
        "people.stay_share": Parameter("people.stay_share", 0.1, (0.02, 0.4), "share", "H9", "assumed"),
        "talks.drift": Parameter("talks.drift", 0.0, (-1.0, 1.0), "utility", "D6", "assumed"),
        "people.shock_km": Parameter("people.shock_km", 3.0, (1.0, 6.0), "km", "K2", "assumed"),
    },
    {"attackers": ("militia", "army"), "rains": ("early", "late")},
    ("pcc-b/whole-unit-only", "tcc-a/no-nights"),
    own=frozenset({"people.shock_km"}),
    fixed=frozenset({"rains"}),
)
WHOLE = "caveat.pcc-b/whole-unit-only"


def test_a_range_goes_from_end_to_end_on_the_scale_of_the_doctrine() -> None:
    straight = parse_factor("people.flight_per_hour=0.1:0.2", VARIABLE)
    assert (straight.at(0.0), straight.at(0.5)) == (0.1, 0.15)
    orders = parse_factor("people.flight_per_hour=0.01:1", VARIABLE)
    assert orders.at(0.5) == 0.1
    assert orders.said == ("0.01:1",)


def test_levels_have_equal_parts_of_a_design() -> None:
    factor = parse_factor("option.attackers=militia,army", VARIABLE)
    assert [factor.at(share) for share in (0.0, 0.49, 0.5, 0.999)] == ["militia", "militia", "army", "army"]
    assert parse_factor("people.flight_per_hour=0.2, 0.1", VARIABLE).levels == (0.2, 0.1)


def test_a_caveat_can_be_taken_away_told_beforehand_and_hardened() -> None:
    factors = parse_factors([f"{WHOLE}.rigidity=20:90", f"{WHOLE}=on,off", f"{WHOLE}.declared=on,off"], VARIABLE)
    assert [factor.subject for factor in factors] == [Subject.CAVEAT, Subject.DECLARED, Subject.RIGIDITY]
    points = design_points(factors, Design.LATIN_HYPERCUBE, 40, 0)
    changes = [point.setting.caveats for point in points]
    assert all(len(own) == 1 and isinstance(own[0], CaveatChange) for own in changes)
    assert {own[0].on for own in changes} == {own[0].declared for own in changes} == {True, False}
    assert all(20 <= (own[0].rigidity or 0) <= 90 for own in changes)
    assert all(
        point.values[WHOLE] == ("on" if own[0].on else "off") for point, own in zip(points, changes, strict=True)
    )


def test_a_factorial_tries_every_combination_and_the_order_of_writing_does_not_matter() -> None:
    texts = ["option.attackers=militia,army", "people.flight_per_hour=0.05,0.1,0.2"]
    points = design_points(parse_factors(texts, VARIABLE), Design.FACTORIAL, 0, 5)
    tried = {
        (point.setting.options["attackers"], point.setting.parameters["people.flight_per_hour"]) for point in points
    }
    assert tried == {(side, rate) for side in ("militia", "army") for rate in (0.05, 0.1, 0.2)}
    assert len(points) == 6
    assert points == design_points(parse_factors(reversed(texts), VARIABLE), Design.FACTORIAL, 0, 5)


@pytest.mark.parametrize("design", [Design.LATIN_HYPERCUBE, Design.SOBOL])
def test_what_is_printed_is_what_is_run(design: Design) -> None:
    factors = parse_factors(["people.flight_per_hour=0.04:0.3", "people.stay_share=0.1:0.2"], VARIABLE)
    for point in design_points(factors, design, 32, 0):
        assert {name: float(value) for name, value in point.values.items()} == point.setting.parameters
        assert pickle.loads(pickle.dumps(point)) == point


def test_a_design_is_decided_by_its_seed() -> None:
    factors = parse_factors(["people.flight_per_hour=0.04:0.3"], VARIABLE)
    for design in (Design.LATIN_HYPERCUBE, Design.SOBOL):
        assert design_points(factors, design, 8, 0) == design_points(factors, design, 8, 0)
        assert design_points(factors, design, 8, 0) != design_points(factors, design, 8, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "NAME=LOW:HIGH"),
        ("people.flight_per_hour", "NAME=LOW:HIGH"),
        ("=3", "NAME=LOW:HIGH"),
        ("people.flight_per_hour=", "NAME=LOW:HIGH"),
        ("people.flight_per_hours=0.1,0.2", "Did you mean people.flight_per_hour"),
        ("people.flight_per_hour=a:b", "'a' is not a number"),
        ("people.flight_per_hour=0.2:0.1", "lower end first"),
        ("people.flight_per_hour=0.1:0.1", "lower end first"),
        ("people.flight_per_hour=0.1:0.2:0.3", "two ends"),
        ("people.flight_per_hour=nan,1", "'nan' is not a number"),
        ("people.flight_per_hour=0:1e999", "is not a number"),
        ("people.flight_per_hour=1_0,2", "is not a number"),
        ("people.flight_per_hour=0.1,,0.2", "between two commas"),
        ("people.flight_per_hour=0.1,0.10", "there twice"),
        ("people.flight_per_hour=-0.1:0.1", "below 0"),
        ("people.stay_share=0.5:1.5", "above 1"),
        ("people.shock_km=1:2", "sets people.shock_km itself"),
        ("option.atackers=militia", "Did you mean attackers"),
        ("option.attackers=milita,army", "Did you mean militia"),
        ("option.rains=early,late", "Choose it or vary it"),
        ("caveat.pcc-b/whole-unit=on,off", "Did you mean pcc-b/whole-unit-only"),
        (f"{WHOLE}.stiffness=1:2", "CONTRIBUTOR/CAVEAT"),
        (f"{WHOLE}=yes,no", "neither on nor off"),
        (f"{WHOLE}.rigidity=-5:50", "0 to 100"),
        (f"{WHOLE}.rigidity=0.2:0.9", "20:90"),
    ],
)
def test_what_cannot_be_varied_is_refused_with_the_way_out(text: str, said: str) -> None:
    with pytest.raises(BadFactor) as refused:
        parse_factor(text, VARIABLE)
    assert said in str(refused.value)


def test_nothing_is_varied_twice_or_not_at_all() -> None:
    with pytest.raises(BadFactor, match="varied twice"):
        parse_factors(["talks.drift=0,1", "talks.drift=2,3"], VARIABLE)
    with pytest.raises(BadDesign, match="Nothing is varied"):
        design_points((), Design.FACTORIAL, 0, 1)


def test_a_factorial_over_a_range_is_refused_and_so_are_no_points() -> None:
    factors = parse_factors(["talks.drift=0:1"], VARIABLE)
    with pytest.raises(BadDesign, match="Write its levels"):
        design_points(factors, Design.FACTORIAL, 0, 1)
    with pytest.raises(BadDesign, match="0 points"):
        design_points(factors, Design.LATIN_HYPERCUBE, 0, 1)


def test_values_beyond_the_range_of_the_doctrine_are_run_and_said() -> None:
    factors = parse_factors(["people.flight_per_hour=0.01:0.05", "people.stay_share=0.1:0.2"], VARIABLE)
    (said,) = beyond_range(factors, VARIABLE.parameters)
    assert "people.flight_per_hour" in said


NAMES = st.sampled_from(["people.stay_share", "talks.drift", "option.attackers", WHOLE, f"{WHOLE}.rigidity", "caveat."])
WRITTEN = st.text(alphabet="0123456789.,:eE+-_naifo ", max_size=20)


@given(st.one_of(st.text(max_size=60), st.builds("{}={}".format, NAMES, st.one_of(WRITTEN, st.text(max_size=20)))))
def test_any_text_is_a_factor_or_is_refused(text: str) -> None:
    try:
        factor = parse_factor(text, VARIABLE)
    except BadFactor as refused:
        assert len(str(refused)) < 700
        return
    assert isinstance(factor, Factor)
    (point,) = design_points((factor,), Design.LATIN_HYPERCUBE, 1, 0)
    again = parse_factor(f"{factor.name}={','.join(factor.said)}", VARIABLE)
    assert again.name == factor.name
    assert point.values


def test_a_scenario_says_what_there_is_to_vary() -> None:
    scenario = load("terrain_camp")
    model = ScenarioModel(scenario, ["base"])
    variable = varied_in(scenario, [model.blueprint("base")], {})
    assert set(variable.options) == set(scenario.options)
    assert variable.caveats == tuple(
        sorted(f"{name}/{one.id}" for name, own in scenario.contributors.items() for one in own.caveats)
    )
    assert variable.own == {"people.shock_km", "groups.minutes_raid"}
    assert len(variable.parameters) == len(load_doctrine().parameters)
    name = variable.caveats[0]
    factors = parse_factors([f"caveat.{name}=on,off"], variable)
    points = design_points(factors, Design.FACTORIAL, 0, 0)
    changed = ScenarioModel(scenario, ["base"], settings=[point.setting for point in points])
    kept = [
        f"{contributor}/{caveat.id}"
        for contributor, one in changed.blueprint("base", 1).contributors.items()
        for caveat in one.caveats
    ]
    assert varied_in(scenario, [model.blueprint("base"), changed.blueprint("base", 1)], {}).caveats == tuple(kept)
    assert name not in kept
    assert len(kept) == len(variable.caveats) - 1
