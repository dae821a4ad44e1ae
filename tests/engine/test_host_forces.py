"""The host state's own forces follow consent and politics, not force ratios."""

from __future__ import annotations

from collections import Counter

import pytest

from host_state_present import attacked, hosted
from sim.engine import inputs, kinds
from sim.engine.host_forces import HELP, OBSTRUCT, PREY, STANCES
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import Fork, World
from small_mission import mission, order, rows


def adjust(world: World, counterpart: str, amount: float) -> None:
    receipt = world.apply(inputs.AdjustStanding("control", f"consent/{counterpart}", amount))
    assert receipt.accepted, receipt.reason


def stances(consent: float, runs: int = 60) -> Counter[str]:
    return Counter(hosted(consent=consent, seed=seed).host_forces.stance("army") for seed in range(runs))


def take(world: World, stance: str, group: str = "army") -> None:
    world.host_forces.forces[group].stance = stance


def test_a_group_that_is_nobodys_force_has_no_stance() -> None:
    world = mission()
    assert world.host_forces.forces == {}
    assert world.host_forces.stance("riders") == ""
    assert rows(world, kinds.HOST_STANCE) == []


def test_forces_help_more_and_prey_less_where_their_counterpart_consents() -> None:
    willing, hostile = stances(95.0), stances(5.0)
    assert {*willing, *hostile} <= set(STANCES)
    assert willing[HELP] > hostile[HELP]
    assert willing[PREY] < hostile[PREY]
    assert willing[OBSTRUCT] < hostile[OBSTRUCT]


def test_troops_that_stand_near_do_not_change_what_they_choose() -> None:
    alone, crowded = hosted(consent=20.0), hosted(consent=20.0)
    for name in ("company-1", "company-3"):
        crowded.forces.units[name].place = "town"
        crowded.forces._by_place["town"].append(crowded.forces.units[name])
    force = alone.host_forces.forces["army"], crowded.host_forces.forces["army"]
    assert alone.host_forces._utilities(force[0]) == crowded.host_forces._utilities(force[1])


def test_a_consent_that_changes_its_name_is_news_below() -> None:
    world = hosted(consent=50.0, host_forces__epoch_hours=900.0)
    world.advance(HOUR)
    before = world.host_forces.forces["army"].epochs
    adjust(world, "service", -45.0)
    world.advance(2 * DAY)
    assert world.host_forces.forces["army"].epochs > before
    (first,) = [row for row in rows(world, kinds.CONSENT) if row.subject == "service"][:1]
    assert [row for row in rows(world, kinds.CHOICE, f"army/stance#{before}") if first.id in row.causes]


def test_a_stance_to_prey_leads_to_attacks_and_one_to_stand_by_to_none_of_its_own() -> None:
    def prowled(stance: str) -> int:
        found = 0
        for seed in range(8):
            world = hosted(seed=seed, host_forces__epoch_hours=900.0, host_forces__prowls_per_day=6.0)
            take(world, stance)
            world.advance(2 * DAY)
            taken = [row for row in rows(world, kinds.CANDIDATE, "army/prowl") if row.fields["accepted"]]
            acted = [row for row in rows(world, kinds.CHOICE) if row.subject.startswith("army/prowl/")]
            assert len(taken) == len(acted)
            found += len(taken)
        return found

    assert prowled(PREY) > 0
    assert prowled("stand-by") == 0


def test_occasions_that_nobody_took_are_in_the_journal_too() -> None:
    world = hosted(host_forces__epoch_hours=900.0)
    take(world, "stand-by")
    world.advance(4 * DAY)
    assert [row for row in rows(world, kinds.CANDIDATE, "army/prowl") if not row.fields["accepted"]]


def test_forces_that_help_end_an_attack_by_others_and_those_that_stand_by_do_not() -> None:
    def ended(stance: str) -> tuple[bool, float]:
        world = hosted(host_forces__epoch_hours=900.0, command__reaction_reach_km=0.1)
        world.advance(HOUR)
        take(world, stance)
        take(world, "stand-by", "gendarmes")
        attack = attacked(world, "riders", minutes=600.0)
        world.advance(world.now + 11 * HOUR)
        return bool(rows(world, kinds.HOST_HELPED)), attack.ends - attack.began

    helped, short = ended(HELP)
    watched, long = ended("stand-by")
    assert (helped, watched) == (True, False)
    assert short < long == 600 * 60 * 1000


def test_a_word_to_those_who_command_them_ends_an_attack_sooner_and_more_often_than_none() -> None:
    def lasts(calls: bool) -> float:
        total = 0.0
        for seed in range(12):
            world = hosted(consent=70.0, seed=seed, hours=1.0)
            attack = attacked(world)
            if calls:
                order(
                    world, "demarche-host-state", seat="deputy-political", target="service",
                    options=("protect-civilians",), hours=0.4,
                )  # fmt: skip
            world.advance(world.now + 6 * HOUR)
            total += (attack.ends - attack.began) / HOUR
            if rows(world, kinds.CALLED_OFF):
                assert rows(world, kinds.DEMARCHE)[0].fields["outcome"] == "agrees"
        return total

    assert lasts(True) < lasts(False)


def test_a_word_from_somebody_who_does_not_command_them_carries_less() -> None:
    world = hosted()
    force = world.host_forces.forces["army"]
    words = [world.host_forces._word(force, each) for each in ("service", "capital", "governor")]
    assert words == sorted(words, reverse=True)
    assert words[0] == 1.0
    assert words[2] > 0.0


def test_standing_against_them_costs_the_consent_of_whoever_commands_them_most() -> None:
    world = hosted(hours=1.0)
    attack = attacked(world)
    unit = world.forces.units["company-1"]
    before = {each: world.host_state.consent(each) for each in world.blueprint.counterparts}
    attack.response = attack.row
    world.host_forces.opposed(attack, unit, attack.row)
    lost = {each: before[each] - world.host_state.consent(each) for each in before}
    assert lost["service"] == pytest.approx(world.parameters["host_forces.opposed_cost"])
    assert 0.0 < lost["capital"] < lost["service"]


def test_an_attack_by_them_that_hurt_people_is_laid_at_their_counterparts_door() -> None:
    world = hosted(hours=1.0)
    attacked(world, minutes=30.0)
    world.advance(world.now + 2 * HOUR)
    assert world.truth.value("service", "abuses") == 1
    assert world.truth.value("governor", "abuses") == 0
    assert world.measure_values()["host_abuses"].value == 1
    other = hosted(hours=1.0)
    attacked(other, "riders", minutes=30.0)
    other.advance(other.now + 2 * HOUR)
    assert other.truth.value("service", "abuses") == 0


def test_a_fork_gives_them_other_occasions_and_the_same_run_the_same() -> None:
    def occasions(seed: int) -> list[int]:
        world = hosted(seed=seed)
        world.advance(6 * DAY)
        return [row.tick for row in rows(world, kinds.CANDIDATE, "army/prowl")]

    assert occasions(3) == occasions(3)
    assert occasions(3) != occasions(4)


def test_in_another_future_they_wait_for_one_occasion_and_not_for_two() -> None:
    def waits(fork: Fork | None) -> list[float]:
        world = World(hosted().blueprint, 5, fork=fork, parameters={"host_forces.prowls_per_day": 6.0})
        world.advance(HOUR + 1)
        force = world.host_forces.forces["army"]
        assert force.prowl is not None
        return [force.prowl.tick]

    futures = [waits(Fork(HOUR, index))[0] for index in range(1, 40)]
    own = waits(None)[0]
    # What the run itself waits for may be sooner or later than what another future brings.
    assert any(future > own for future in futures)
    assert any(future < own for future in futures)
    late = next(index for index, future in enumerate(futures, start=1) if future > own)
    world = World(hosted().blueprint, 5, fork=Fork(HOUR, late), parameters={"host_forces.prowls_per_day": 6.0})
    world.advance(own + 1)
    assert not rows(world, kinds.CANDIDATE, "army/prowl")


def test_one_piece_of_news_after_another_does_not_put_off_that_they_think() -> None:
    world = hosted(host_forces__news_hours=6.0, host_forces__epoch_hours=72.0, seed=2)
    force = world.host_forces.forces["army"]
    before = force.epochs
    for _ in range(40):
        world.host_forces.news("service", world.beginning)
        world.advance(world.now + HOUR)
    assert force.epochs > before
