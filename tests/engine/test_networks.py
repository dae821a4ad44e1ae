"""Alert networks, surveys, interpreters and the protection of sources: what they give, and what they cost."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.doctrine import load_doctrine
from sim.engine import kinds
from sim.engine.intelligence import Intelligence
from sim.engine.ticks import DAY, HOUR
from sim.scenario.values import fixed
from small_mission import mission, order, rows
from small_world import SmallWorld, source

VIOLENT = ("clash", "attack-under-way", "shots-heard")
WAR = ("onset: {uniform: [13d, 14d]}", "onset: {uniform: [60h, 61h]}")
FEARED = ("farmers: {place: town, people: 5000, kin: {base: 1}}",
          "farmers: {place: town, people: 5000, kin: {base: 1}, threatened_by: [riders]}")  # fmt: skip


def test_a_network_grows_to_what_trust_and_telephones_allow_and_fades_when_nobody_keeps_it() -> None:
    world = mission()
    assert world.networks.coverage("town") == 0.0
    task = order(world, "alert-network", "", "town", seat="chief-of-staff")
    reach = []
    for day in (1, 2, 8):
        world.advance(day * DAY)
        reach.append(world.networks.coverage("town"))
    assert reach == sorted(reach)
    parameters = world.parameters
    assert reach[-1] == pytest.approx(parameters["networks.phone_share"] * 0.4, rel=0.05)
    world.tasks.finish(world.command.tasks[task], "done", ())
    world.advance(10 * DAY)
    assert 0.0 < world.networks.coverage("town") < reach[-1]


def test_reading_a_network_changes_nothing() -> None:
    looked, left = mission(), mission()
    for world in (looked, left):
        order(world, "alert-network", "", "town", seat="chief-of-staff")
    for hour in range(1, 48):
        looked.advance(hour * HOUR)
        looked.networks.coverage("town")
        looked.networks.voice("town")
    left.advance(47 * HOUR)
    assert looked.digest() == left.digest()


def heard(seeds: int, *orders: tuple[str, str, str]) -> float:
    """The share of violent happenings in the town that somebody told the mission of."""
    told = missed = 0
    for seed in range(seeds):
        world = mission(WAR, FEARED, seed=seed)
        for action, unit, seat in orders:
            order(world, action, unit, "town", **({"seat": seat} if seat else {}))
        world.advance(8 * DAY)
        missed += len(rows(world, kinds.UNNOTICED, "clash")) + len(rows(world, kinds.UNNOTICED, "attack-under-way"))
        told += sum(
            1
            for row in rows(world, kinds.REPORT)
            if row.fields["phrase"] in ("clash", "attack-under-way", "shots-heard")
        )
    return told / (told + missed)


def test_where_there_is_a_network_the_mission_hears_what_it_did_not() -> None:
    alone = heard(8)
    assert heard(8, ("alert-network", "", "chief-of-staff")) > alone


def test_most_alarms_are_seen_to_by_somebody_and_few_by_the_mission() -> None:
    by: dict[str, int] = {}
    for seed in range(40):
        world = mission(WAR, FEARED, seed=seed)
        order(world, "alert-network", "", "town", seat="chief-of-staff")
        world.advance(8 * DAY)
        for row in rows(world, kinds.ALERT):
            by[row.fields["by"]] = by.get(row.fields["by"], 0) + 1
    whole = sum(by.values())
    assert whole > 60
    assert 0.75 < (whole - by["nobody"]) / whole < 0.95
    assert by["mission"] < by["authorities"]


def test_an_alarm_that_nobody_answers_costs_the_trust_of_those_who_called() -> None:
    world = mission(networks__addressed_share=0.7)
    before = world.truth.value("farmers", "trust")
    for _ in range(30):
        world.networks.alerted("town", world.beginning)
    unheard = [row for row in rows(world, kinds.ALERT) if row.fields["by"] == "nobody"]
    assert unheard
    assert world.truth.value("farmers", "trust") == pytest.approx(before - len(unheard))
    addressed = world.measure_values()["alerts_addressed_share"]
    assert addressed.denominator == 30
    assert addressed.numerator == 30 - len(unheard)


def test_a_survey_is_reported_and_lowers_the_harm_of_an_attack_through_exposure() -> None:
    world = mission(hours=2)
    before = world.groups.attacks.exposure("town", "riders")
    order(world, "security-survey", "police", "town")
    world.advance(3 * DAY)
    assert [row.subject for row in rows(world, kinds.SURVEYED)] == ["town"]
    assert world.groups.attacks.exposure("town", "riders") < before
    assert world.groups.attacks.exposure("base", "riders") == 1.0
    assert "survey-done" in [report.phrase for report in world.picture("joc").reports]


def test_interpreters_let_a_unit_that_speaks_no_word_understand_and_fear_keeps_them_at_home() -> None:
    mute = ("under: [sector, site], languages: 0.3", "under: [sector, site], languages: 0.0")
    world = mission(mute)
    unit = world.forces.units["company-1"]
    assert world.intelligence.sources.spoken_by(unit, "town") == 0.0
    order(world, "hire-interpreters", "", "town", seat="chief-of-staff")
    world.advance(3 * DAY)
    hired = world.intelligence.sources.spoken_by(unit, "town")
    assert hired == pytest.approx(world.parameters["response.hire_interpreters_languages"], rel=0.1)
    assert world.truth.value("town", "interpreters") is not None
    world.people.shock("town", 90.0, world.beginning)
    assert world.intelligence.sources.spoken_by(unit, "town") < hired


def known(languages: float, phrase: str) -> list[str]:
    """What a base reports of an attack beside it, in a hundred runs."""
    told = []
    for seed in range(100):
        world = SmallWorld(seed=seed, information=[source(kind="presence", detects=1.0, reliability="A")])
        world.there = [SimpleNamespace(spec=SimpleNamespace(languages=languages))]
        row = world.row("attack")
        world.truth.event("attack", "town", row)
        world.intelligence.happened(phrase, "town", row, loud=2.0, urgent=True)
        world.run(2 * HOUR)
        told += [report.phrase for report in world.intelligence.picture("joc").reports if report.sender == "traders"]
    return told


def test_a_base_that_understands_nobody_hears_shots_and_not_what_they_mean() -> None:
    least = load_doctrine().parameters["intelligence.without_interpreter"].value
    blind = known(0.0, "attack-under-way")
    assert len(blind) == 100
    assert blind.count("attack-under-way") == pytest.approx(100 * least, abs=12)
    assert set(blind) == {"attack-under-way", "shots-heard"}
    assert known(1.0, "attack-under-way") == ["attack-under-way"] * 100


def test_that_an_attack_is_over_is_told_in_words_or_not_at_all() -> None:
    assert len(known(0.0, "attack-over")) < 50
    assert known(1.0, "attack-over") == ["attack-over"] * 100


def test_shots_that_nobody_understood_are_no_attack_in_anybodys_picture() -> None:
    world = SmallWorld(
        information=[source(kind="presence", detects=1.0)], parameters={"intelligence.without_interpreter": 0.0}
    )
    world.there = [SimpleNamespace(spec=SimpleNamespace(languages=0.0))]
    row = world.row("attack")
    world.truth.event("attack", "town", row)
    world.intelligence.happened("attack-under-way", "town", row, loud=2.0, urgent=True)
    world.run(2 * HOUR)
    assert world.intelligence.attack_known() is None
    assert world.intelligence.pictures.desks["head"].first("attack", "") is None


def reprisals(protected: bool) -> tuple[int, int]:
    """How many reprisals and how many reports of a source at risk in forty days of small things."""
    found = reports = 0
    for seed in range(6):
        world = mission(seed=seed, intelligence__reprisal_chance=0.1)
        spec = source("women", 1, kind="women-network", detects=0.9, at_risk=True, delay=fixed(HOUR))
        world.intelligence.sources._covering["town"] = [spec]
        if protected:
            order(world, "protect-sources", "", "town", seat="joc")
        for hour in range(10, 250, 6):
            world.advance(hour * HOUR)
            world.intelligence.happened("looting", "town", world.beginning, values={"place": "town", "group": "riders"})
        found += len(rows(world, kinds.REPRISAL))
        reports += len(rows(world, kinds.REPORT, "women"))
    return found, reports


def test_sources_that_are_protected_live_and_less_is_known() -> None:
    open_, hidden = reprisals(False), reprisals(True)
    assert hidden[0] < open_[0]
    assert hidden[1] < open_[1]


def test_a_reprisal_frightens_a_place_and_costs_its_trust() -> None:
    world = mission(intelligence__reprisal_chance=0.1)
    sources = world.intelligence.sources
    fear, trust = (world.truth.value("farmers", what) for what in ("fear", "trust"))
    found = None
    for number in range(60):
        found = found or sources.exposed("town", f"somebody/{number}", world.beginning)
    assert found is not None
    assert world.truth.value("farmers", "fear") > fear
    assert world.truth.value("farmers", "trust") < trust
    assert world.measure_values()["reprisals"].value >= 1


def kept(joined: bool) -> float:
    """Mean hours until the operations centre has what only one component's source told that component."""
    hours = []
    for seed in range(40):
        world = SmallWorld(seed=seed, information=[source(to=("police",), delay=fixed(HOUR))])
        world.intelligence.joined_up(joined, world.row("team"))
        world.intelligence.happened("stalls-shut", "town", world.row("stalls"), facts=(("town", "market", "shut"),))
        report = [row for row in world.rows(kinds.REPORT) if row.fields["phrase"] == "stalls-shut"][-1]
        assert report.fields["to"]["police"] == HOUR
        hours.append(report.fields["to"]["joc"] / HOUR)
    return sum(hours) / len(hours)


def test_what_one_component_hears_stays_there_until_everybody_sits_at_one_table() -> None:
    apart, together = kept(False), kept(True)
    assert apart > 6.0
    assert together < apart / 2


def test_a_drone_sees_where_it_is_sent_and_by_day_only() -> None:
    world = mission(hours=4)
    spec = source("drone", 1, kind="drone", detects=1.0)
    world.intelligence.sources._covering["town"] = [spec]
    sources = world.intelligence.sources
    assert sources.hear("town", 1.0, "one") == []
    world.tasks.active["aerial-reconnaissance"] = [SimpleNamespace(place="town")]
    assert [voice.source.id for voice in sources.hear("town", 1.0, "two")] == ["drone"]
    assert sources.hear("depot", 1.0, "three") == []
    world.advance(16 * HOUR)
    assert world.places.is_night(world.now)
    assert sources.hear("town", 1.0, "four") == []


def test_the_nearest_commander_is_alerted_only_where_somebody_near_knows_what_it_is() -> None:
    def knows(languages: float) -> bool:
        world = SmallWorld(seed=1, information=[source(kind="presence", detects=1.0)])
        world.there = [SimpleNamespace(spec=SimpleNamespace(languages=languages))]
        world.parameters = {**world.parameters, "intelligence.without_interpreter": 0.0}
        world.intelligence = Intelligence(world)
        return world.intelligence.happened("attack-under-way", "town", world.row("attack"), loud=2.0, urgent=True)

    assert knows(1.0) is True
    assert knows(0.0) is False
    afterwards = SmallWorld(information=[source(detects=1.0)])
    assert afterwards.intelligence.happened("attack-under-way", "town", afterwards.row("attack"), loud=2.0) is False
