"""Caveats changed on a compiled scenario."""

from __future__ import annotations

import pickle

import pytest

from sim.engine.blueprint import Blueprint, compile_scenario
from sim.experiment.faults import UnknownCaveat
from sim.experiment.settings import AS_WRITTEN, CaveatChange, Setting, caveats_of, with_caveats
from sim.scenario import load


@pytest.fixture(scope="module")
def bambari() -> Blueprint:
    return compile_scenario(load("bambari"))


def rigidity(blueprint: Blueprint, name: str) -> float:
    contributor, id_ = name.split("/")
    return next(caveat.rigidity for caveat in blueprint.contributors[contributor].caveats if caveat.id == id_)


def test_caveats_are_named_by_contributor(bambari: Blueprint) -> None:
    assert caveats_of(bambari) == (
        "pcc-f/no-guarding-of-detainees",
        "tcc-b/inside-the-medical-ring",
        "tcc-c/reserve-of-the-force",
    )


def test_a_caveat_that_is_off_is_taken_away_and_the_others_stay(bambari: Blueprint) -> None:
    changed = with_caveats(bambari, [CaveatChange("tcc-b", "inside-the-medical-ring", on=False)])
    assert caveats_of(changed) == ("pcc-f/no-guarding-of-detainees", "tcc-c/reserve-of-the-force")
    assert len(caveats_of(bambari)) == 3


def test_a_caveat_changes_only_in_what_the_change_says(bambari: Blueprint) -> None:
    name = "tcc-b/inside-the-medical-ring"
    changed = with_caveats(bambari, [CaveatChange("tcc-b", "inside-the-medical-ring", rigidity=12.5)])
    assert rigidity(changed, name) == 12.5
    before, after = bambari.contributors["tcc-b"].caveats[0], changed.contributors["tcc-b"].caveats[0]
    assert (after.declared, after.tasks, after.says) == (before.declared, before.tasks, before.says)
    told = with_caveats(bambari, [CaveatChange("tcc-b", "inside-the-medical-ring", declared=True)])
    assert told.contributors["tcc-b"].caveats[0].declared
    assert rigidity(told, name) == rigidity(bambari, name)


def test_no_change_leaves_the_scenario_as_written(bambari: Blueprint) -> None:
    assert with_caveats(bambari, AS_WRITTEN.caveats) == bambari
    kept = CaveatChange("tcc-b", "inside-the-medical-ring")
    assert with_caveats(bambari, [kept]) == bambari


@pytest.mark.parametrize("name", ["tcc-b/inside-the-medical-rings", "tcc-z/inside-the-medical-ring"])
def test_an_unknown_caveat_is_refused_with_the_nearest_one(bambari: Blueprint, name: str) -> None:
    contributor, id_ = name.split("/")
    with pytest.raises(UnknownCaveat, match="tcc-b/inside-the-medical-ring"):
        with_caveats(bambari, [CaveatChange(contributor, id_, on=False)])


def test_a_setting_survives_the_way_to_a_worker() -> None:
    setting = Setting({"allies": "nobody"}, {"people.fear_return": 3.0}, (CaveatChange("a", "b", rigidity=1.0),))
    assert pickle.loads(pickle.dumps(setting)) == setting
