"""Groups in a world of three places: opportunities, choices, attacks and what is left of them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from sim.doctrine import load_doctrine
from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.attacks import Attack
from sim.engine.blueprint import GroupSpec, HostilitySpec
from sim.engine.chance import Chance
from sim.engine.choosing import quantal_response, success_odds, weighted
from sim.engine.contact import Contact
from sim.engine.deterrence import Deterrence
from sim.engine.groups import Groups
from sim.engine.hostilities import FIGHTING, INCIDENTS, QUIET
from sim.engine.journal import Journal
from sim.engine.ledger import Ledger
from sim.engine.ticks import DAY, HOUR
from sim.scenario.values import Distribution, fixed

SITE = object()


@cache
def shipped() -> dict[str, float]:
    return {id_: entry.value for id_, entry in load_doctrine().parameters.items()}


def group(id_: str, rank: int, kind: str = "community-fighters", **changes: Any) -> GroupSpec:
    spec = GroupSpec(
        id=id_, rank=rank, kind=kind, home="town", strength=fixed(400), community="", enemies=(), cohesion=50.0,
        aggression=50.0, talks=50.0, respects=30.0, options={}, process="outside", holds=(), aims={}, allies=(),
        under="", commanders=1, supply_days=None, supplied_from="", recruits_per_day=0.0,
    )  # fmt: skip
    return replace(spec, **changes)


FARMERS = group("farmers-men", 1, community="farmers", enemies=("riders",))
RIDERS = group("riders", 2, enemies=("farmers-men",))
LOOTERS = group("looters", 3, "looters", strength=fixed(60))
FIGHT = HostilitySpec("fight", 1, "town", ("farmers-men", "riders"), fixed(30 * HOUR), 60.0)

NOBODY_ACTS = {
    f"groups__gain_community_fighters_{action}": -99.0
    for action in ("clash", "raid", "loot", "intimidate", "attack_site", "disperse")
}


class People:
    """One community in the town; counts what is done to it."""

    def __init__(self, world: FakeWorld) -> None:
        self._world = world
        spec = SimpleNamespace(threatened_by=("riders",))
        self.farmers = SimpleNamespace(id="farmers", spec=spec, place="town", population=50_000, home=50_000, away={})
        self.communities = {"farmers": self.farmers}
        self.struck: list[tuple[str, int, int, bool]] = []
        self.shocks: list[tuple[str, float]] = []

    def sheltering(self, place: str) -> int:
        return self.farmers.away.get(place, 0)

    def at(self, place: str) -> int:
        return self.sheltering(place) + (self.farmers.home if place == "town" else 0)

    def living_at(self, place: str) -> list[Any]:
        return [self.farmers] if place == "town" else []

    def shock(self, place: str, amount: float, cause: int, by: str = "") -> None:
        self.shocks.append((place, amount))

    def strike(
        self, place: str, killed: int, wounded: int, cause: int, *, inside: bool = False, community: str = ""
    ) -> tuple[int, int]:
        self.struck.append((place, killed, wounded, inside))
        return killed, wounded


class Forces:
    def __init__(self) -> None:
        self.here: list[Any] = []
        self.lost: list[tuple[str, int, int]] = []

    @property
    def units(self) -> dict[str, Any]:
        return {unit.id: unit for unit in self.here}

    def at(self, place: str) -> list[Any]:
        return [unit for unit in self.here if unit.place == place]

    def available(self, unit: Any) -> float:
        return float(unit.heads)

    def capability(self, unit: Any, family: str) -> float:
        return unit.heads * unit.capabilities.get(family, 0.0)

    def armed_strength(self, place: str) -> float:
        return math.fsum(self.capability(unit, "combat") for unit in self.at(place))

    def presence(self, place: str) -> float:
        return math.fsum(unit.heads for unit in self.at(place))

    def lose(self, unit: Any, killed: int, wounded: int, causes: tuple[int, ...]) -> None:
        unit.heads -= killed + wounded
        self.lost.append((unit.id, killed, wounded))


class Initiative:
    """Commanders who act or wait as the test wants."""

    def __init__(self) -> None:
        self.acts = True
        self.alerts: list[str] = []

    def on_the_spot(self, unit: Any, name: str, cause: int) -> bool:
        return self.acts

    def alert(self, place: str, row: int) -> None:
        self.alerts.append(place)


class Truth:
    def __init__(self) -> None:
        self.readers: dict[str, Any] = {}
        self.changes: list[tuple[str, str]] = []
        self.events: list[str] = []

    def provide(self, attribute: str, read: Any) -> None:
        self.readers[attribute] = read

    def changed(self, subject: str, attribute: str, row: int) -> None:
        self.changes.append((subject, attribute))

    def event(self, name: str, subject: str, row: int) -> None:
        self.events.append(name)


class Places:
    def __init__(self) -> None:
        self.state = {id_: SimpleNamespace(key=0) for id_ in ("town", "site", "village")}
        self.routes: dict[str, Any] = {}
        self.dark = False

    def km(self, a: str, b: str) -> float:
        return 0.0 if a == b else 2.0 if "village" not in (a, b) else 30.0

    def is_night(self, tick: int) -> bool:
        return self.dark


class FakeWorld:
    """The kernel for real, the neighbours as little as groups need of them."""

    def __init__(
        self,
        seed: int,
        groups: tuple[GroupSpec, ...] = (FARMERS, RIDERS, LOOTERS),
        hostilities: tuple[HostilitySpec, ...] = (FIGHT,),
        **parameters: float,
    ) -> None:
        self.agenda = Agenda()
        self.journal = Journal()
        self.chance = Chance(seed, self.journal, self.agenda)
        self.ledger = Ledger(self.journal, self.agenda)
        self.parameters = {**shipped(), **{key.replace("__", "."): value for key, value in parameters.items()}}
        self.blueprint = SimpleNamespace(
            groups={spec.id: spec for spec in groups},
            hostilities={spec.id: spec for spec in hostilities},
            communities={"farmers": SimpleNamespace(id="farmers", place="town", threatened_by=("riders",))},
            counterparts={"service": SimpleNamespace(id="service", kind="security-service")},
            places={
                id_: SimpleNamespace(id=id_, rank=rank, site=SITE if id_ == "site" else None, people=2_000)
                for rank, id_ in enumerate(("town", "site", "village"))
            },
        )
        self.beginning = self.journal.write(kinds.SCENARIO, 0, self.journal.name("scenario"), ())
        self.truth = Truth()
        self.places = Places()
        self.people = People(self)
        self.forces = Forces()
        self.initiative = Initiative()
        self.consent = 50.0
        curfews = SimpleNamespace(streets=lambda place, group: 1.0)
        self.host_state = SimpleNamespace(consent=lambda counterpart: self.consent, curfews=curfews)
        self.host_forces = SimpleNamespace(
            forces={}, held_by=lambda group: self.consent / 100.0, streets=lambda place, group: 1.0,
            attack_began=lambda attack: None, opposed=lambda attack, unit, row: None,
            attack_ended=lambda attack, harmed, row: None,
        )  # fmt: skip
        self.counts: dict[str, float] = {}
        self.measures = SimpleNamespace(count=self._count)
        self.told: list[str] = []
        self.intelligence = SimpleNamespace(happened=lambda phrase, place, row, **_: self.told.append(phrase) is None)
        self.heard: list[str] = []
        self.site_attacks: list[float] = []
        self.sites = SimpleNamespace(
            shots_near=lambda site, row: self.heard.append(site),
            attack=lambda site, strength, row: self.site_attacks.append(strength),
            cover=lambda site: (0.0, 0.0),
        )
        self.tasks = SimpleNamespace(effect=lambda task, name: task.effects.get(name, 0.0))
        self.warning_signs = SimpleNamespace(coming=lambda *_, **__: None)
        self.networks = SimpleNamespace(sheltered=lambda place: 1.0)
        self.manpower = SimpleNamespace(
            want=lambda group: 0.0, harmed_at=lambda place, people, row, **_: None,
            presence_changed=lambda place, row: None,
        )  # fmt: skip
        self.columns = SimpleNamespace(of=lambda group: None, away=lambda group: 0, shrink=lambda group, row: None)
        self.air = SimpleNamespace(attack_aircraft=())
        self.red_lines = SimpleNamespace(lines={})
        self.deterrence = Deterrence(self)  # type: ignore[arg-type]
        self.contact = Contact(self)  # type: ignore[arg-type]
        self.groups = Groups(self)  # type: ignore[arg-type]
        self.deterrence.begin()
        self.groups.begin()

    @property
    def now(self) -> int:
        return self.agenda.now

    def _count(self, name: str, amount: float, row: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + amount

    def run(self, hours: float) -> FakeWorld:
        self.agenda.run(self.now + round(hours * HOUR))
        return self

    def rows(self, kind: kinds.Kind) -> list[Any]:
        return [row for row in self.journal.rows() if row.kind is kind]

    def station(self, place: str, heads: int, **capabilities: float) -> Any:
        unit = SimpleNamespace(
            id=f"unit-{len(self.forces.here)}", place=place, home=place, heads=heads, capabilities=capabilities,
            rank=9, key=0, task=None, within=False, row=self.beginning,
        )  # fmt: skip
        unit.own_strength = lambda: unit.heads
        unit.key = self.journal.name(unit.id)
        self.forces.here.append(unit)
        self.deterrence.presence_changed(place, self.beginning)
        return unit

    def raid(self, *, minutes: float = 60.0, severity: float = 10.0, band: int = 50, place: str = "town") -> Any:
        attack = Attack("raid", self.groups.state["riders"], place, place == "site", band, minutes, severity)
        self.groups.attacks.start(attack, (self.beginning,))
        return attack


def quiet(seed: int, **parameters: float) -> FakeWorld:
    """A world in which nothing happens unless a test makes it happen."""
    late = replace(FIGHT, onset=fixed(10_000 * HOUR))
    return FakeWorld(seed, hostilities=(late,), groups__quiet_per_day=0.0, **parameters)


# Choosing


def test_quantal_response_has_the_odds_of_its_utilities() -> None:
    odds = quantal_response({"wait": 0.0, "raid": 1.0, "loot": -1.0}, 2.0)
    assert math.fsum(odds.values()) == pytest.approx(1.0)
    assert odds["raid"] / odds["wait"] == pytest.approx(math.exp(2.0))
    assert odds["wait"] / odds["loot"] == pytest.approx(math.exp(2.0))


def test_small_chances_are_overweighted_and_certainties_are_not() -> None:
    assert weighted(0.05, 0.7) > 0.05
    assert weighted(0.9, 0.7) < 0.9
    assert (weighted(0.0, 0.7), weighted(1.0, 0.7)) == (0.0, 1.0)


def test_odds_of_success_are_even_against_an_equal_and_low_against_a_stronger_opponent() -> None:
    assert success_odds(50, 50, 2.0) == 0.5
    assert success_odds(50, 150, 2.0) == pytest.approx(0.1)
    assert success_odds(50, 0, 2.0) == 1.0


def test_more_troops_in_the_place_make_a_raid_less_attractive() -> None:
    world = quiet(1)
    riders = world.groups.state["riders"]
    worth = []
    for heads in (0, 40, 200):
        world.forces.here.clear()
        world.station("town", heads, combat=1.0)
        prospect = world.groups.choosing.prospect(riders, "test", "town")
        worth.append(world.groups.choosing.utility(riders, "raid", 2.0, prospect))
    assert worth[0] > worth[1] > worth[2]


def test_observers_without_arms_change_no_utility() -> None:
    """Their only effect is to be seen, on how many opportunities are taken up (E3, E10)."""
    world = quiet(1)
    riders = world.groups.state["riders"]
    prospect = world.groups.choosing.prospect(riders, "test", "town")
    alone = world.groups.choosing.utility(riders, "raid", 2.0, prospect)
    calm = world.groups.opportunities.calm("town")
    world.station("town", 30, observation=1.0)
    world.groups.presence_changed("town", world.beginning)
    assert world.groups.choosing.utility(riders, "raid", 2.0, prospect) == alone
    assert 0.9 <= world.groups.opportunities.calm("town") < calm


def test_families_at_a_site_restrain_their_own_fighters() -> None:
    world = quiet(1)
    world.people.farmers.away["site"] = 20_000
    men, riders = world.groups.state["farmers-men"], world.groups.state["riders"]
    prospect = world.groups.choosing.prospect(men, "test", "town")
    assert prospect.site == "site"
    own = world.groups.choosing.utility(men, "attack-site", 3.0, prospect)
    other = world.groups.choosing.utility(riders, "attack-site", 3.0, prospect)
    assert own < other - 1.0


def test_consent_and_not_troops_holds_the_host_s_forces() -> None:
    army = group("army", 4, "host-army", enemies=("farmers-men",))
    world = FakeWorld(1, (FARMERS, army), ())
    state = world.groups.state["army"]
    prospect = world.groups.choosing.prospect(state, "test", "town")
    world.consent = 20.0
    low = world.groups.choosing.utility(state, "raid", 2.0, prospect)
    world.consent = 90.0
    assert world.groups.choosing.utility(state, "raid", 2.0, prospect) < low - 0.5


def test_talks_move_those_who_are_willing_to_talk_and_wear_off() -> None:
    world = quiet(1)
    riders = world.groups.state["riders"]
    world.groups.persuade("riders", 2.0, world.beginning)
    assert world.groups.persuasion(riders) == pytest.approx(1.0)
    world.run(world.parameters["groups.persuasion_half_life_hours"])
    assert world.groups.persuasion(riders) == pytest.approx(0.5)
    world.groups.persuade("riders", 100.0, world.beginning)
    assert world.groups.persuasion(riders) == world.parameters["groups.persuasion_limit"]


# Opportunities


def test_thinning_is_exact_for_a_rate_that_depends_on_the_state() -> None:
    """Heat decays from 1 at onset; opportunities taken up are Poisson with the integral of the rate as mean."""
    expected_rate, half_life, hours = 0.5, 10.0, 40.0
    mean_life = half_life / math.log(2.0)
    expected = expected_rate * mean_life * (1.0 - math.exp(-hours / mean_life))
    counts = []
    for seed in range(400):
        spec = replace(FIGHT, onset=fixed(0), intensity=100.0)
        world = FakeWorld(
            seed, (FARMERS, replace(RIDERS, options={"raid": -99.0})), (spec,), **NOBODY_ACTS,
            hostilities__heat_at_full=1.0, hostilities__heat_sigma=0.0,
            hostilities__half_life_hours=half_life, hostilities__excitation_clash=0.0,
            groups__per_hour_community_fighters=expected_rate, groups__bound_community_fighters=0.6,
            groups__quiet_per_day=0.0, groups__rest_hours=0.0,
            contact__hits_per_shooter_minute=1e-9,
        ).run(hours)  # fmt: skip
        taken = [row for row in world.rows(kinds.CANDIDATE) if row.fields["accepted"] and row.subject == "riders"]
        counts.append(len(taken))
    mean = math.fsum(counts) / len(counts)
    variance = math.fsum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    assert mean == pytest.approx(expected, abs=4 * math.sqrt(expected / len(counts)))
    assert variance == pytest.approx(expected, rel=0.3)


def test_a_rate_above_the_bound_is_carried_by_strata_and_never_clamped() -> None:
    """The same heat under a bound four times too small gives the same mean."""
    means = []
    for bound in (2.4, 0.3):
        total = 0
        for seed in range(150):
            spec = replace(FIGHT, onset=fixed(0), intensity=100.0)
            world = FakeWorld(
                seed, (FARMERS, RIDERS), (spec,), **NOBODY_ACTS,
                hostilities__heat_at_full=1.0, hostilities__heat_sigma=0.0,
                hostilities__half_life_hours=10.0, hostilities__excitation_clash=0.0,
                groups__per_hour_community_fighters=1.2, groups__bound_community_fighters=bound,
                groups__quiet_per_day=0.0, groups__rest_hours=0.0, contact__hits_per_shooter_minute=1e-9,
            ).run(30.0)  # fmt: skip
            total += sum(
                1 for row in world.rows(kinds.CANDIDATE) if row.fields["accepted"] and row.subject.startswith("riders")
            )
        means.append(total / 150)
    assert means[0] == pytest.approx(means[1], rel=0.08)


def test_an_acceptance_that_changes_shifts_no_later_candidate() -> None:
    """Paired runs differ in troops, so in what is taken up; every candidate keeps its tick, ordinal and marks."""
    one, other = FakeWorld(5), FakeWorld(5)
    other.station("town", 400, combat=1.0)
    one.run(10 * 24)
    other.run(10 * 24)

    def candidates(world: FakeWorld) -> list[tuple[int, int]]:
        return [(row.tick, row.fields["ordinal"]) for row in world.rows(kinds.CANDIDATE) if row.subject == "riders"]

    def acts(world: FakeWorld) -> list[tuple[int, str]]:
        return [(row.tick, row.fields["action"]) for row in world.rows(kinds.GROUP_ACTED)]

    assert candidates(one) == candidates(other)
    assert acts(one) != acts(other)


def test_a_choice_of_one_opportunity_has_the_same_luck_in_both_runs() -> None:
    one, other = FakeWorld(9).run(200), FakeWorld(9)
    other.station("town", 150, combat=1.0)
    other.run(200)
    luck = {row.subject: row.fields["uniform"] for row in one.rows(kinds.CHOICE)}
    pairs = [row for row in other.rows(kinds.CHOICE) if row.subject in luck]
    assert len(pairs) > 5
    assert all(luck[row.subject] == row.fields["uniform"] for row in pairs)


def test_what_did_not_happen_is_in_the_journal() -> None:
    world = FakeWorld(3).run(15 * 24)
    candidates = world.rows(kinds.CANDIDATE)
    assert any(not row.fields["accepted"] for row in candidates)
    assert 500 < len(candidates) < 3_000
    held = world.rows(kinds.HELD_BACK)
    assert held
    assert all(world.journal.row(row.causes[0]).kind is kinds.CHOICE for row in held)


def test_the_same_seed_is_the_same_world_and_another_is_not() -> None:
    digests = [FakeWorld(seed).run(72).journal.digest() for seed in (0, 0, 1)]
    assert digests[0] == digests[1] != digests[2]


# The shape of a crisis


def test_it_is_quiet_before_the_onset_and_fighting_after_it() -> None:
    for seed in range(20):
        world = FakeWorld(seed, groups__quiet_per_day=0.0).run(29.9)
        assert world.groups.violence("town") == QUIET
        assert not world.rows(kinds.GROUP_ACTED)
        world.run(0.2)
        assert world.groups.violence("town") == FIGHTING
        assert "onset" in world.truth.events


def test_violence_fades_when_nobody_feeds_it() -> None:
    """Days later there is less of it than in the first days, in all runs together."""
    early = late = 0
    for seed in range(30):
        world = FakeWorld(seed).run(15 * 24)
        for row in world.rows(kinds.GROUP_ACTED):
            if row.tick < (30 + 72) * HOUR:
                early += 1
            elif row.tick >= 10 * DAY:
                late += 1
    assert early > 300
    assert late < early / 4


def test_each_act_feeds_the_fight_and_less_the_hotter_it_is() -> None:
    late = replace(FIGHT, onset=fixed(10_000 * HOUR))
    world = FakeWorld(1, (FARMERS, RIDERS), (late,), groups__quiet_per_day=0.0, **NOBODY_ACTS)
    hostilities = world.groups.hostilities
    hostilities.excite("riders", "town", 1.0, world.beginning)
    first = world.groups.intensity("town")
    hostilities.excite("riders", "town", 1.0, world.beginning)
    assert first == pytest.approx(1.0)
    limit = world.parameters["hostilities.heat_limit"]
    assert world.groups.intensity("town") - first == pytest.approx(1.0 - 1.0 / limit)
    world.run(world.parameters["hostilities.half_life_hours"])
    assert world.groups.intensity("town") == pytest.approx((first + 0.75) / 2, abs=1e-4)


def test_an_agreement_holds_as_far_as_it_is_believed_until_it_is_broken() -> None:
    world = quiet(1)
    world.groups.hostilities.excite("riders", "town", 1.0, world.beginning)
    before = world.groups.intensity("town")
    world.groups.agreement("town", 0.8, world.beginning)
    effect, cut = (world.parameters[f"hostilities.truce_{name}"] for name in ("effect", "cut"))
    held = (1 - 0.8 * cut) * (1 - 0.8 * effect)
    assert world.groups.intensity("town") == pytest.approx(before * held, abs=1e-4)
    world.groups.agreement_broken("town", world.beginning)
    relapse = world.parameters["hostilities.relapse_heat"]
    assert world.groups.intensity("town") == pytest.approx(before * (1 - 0.8 * cut) + relapse, abs=1e-4)


def test_the_word_for_violence_falls_back_at_the_moment_it_is_forgotten() -> None:
    world = quiet(1)
    hostilities = world.groups.hostilities
    hostilities.disturb("town", 1.0, world.beginning)
    half_life = world.parameters["hostilities.trouble_half_life_hours"]
    words = [FIGHTING, INCIDENTS, QUIET]
    levels = [world.parameters["hostilities.fighting_level"], world.parameters["hostilities.incidents_level"]]
    for word, level in zip(words, levels, strict=False):
        assert world.groups.violence("town") == word
        world.run(half_life * math.log2(1.0 / level) - world.now / HOUR - 0.01)
        assert world.groups.violence("town") == word
        world.run(0.02)
    assert world.groups.violence("town") == QUIET
    assert world.truth.changes.count(("town", "violence")) == 3


def test_causes_lead_back_to_chance_or_the_scenario() -> None:
    world = FakeWorld(11).run(10 * 24)
    for row in world.journal.rows():
        assert row.causes or row.kind.root, row
        assert all(cause < row.id for cause in row.causes)


# Attacks


def test_harm_grows_with_the_time_an_attack_goes_unopposed() -> None:
    alone, met = quiet(4), quiet(4)
    alone.raid(minutes=120.0, severity=40.0)
    met.station("town", 300, combat=1.0)
    met.raid(minutes=120.0, severity=40.0)
    alone.run(3)
    met.run(3)
    assert alone.people.struck[0][1] in (40, 41)
    assert met.people.struck[0][1] < alone.people.struck[0][1]
    assert met.rows(kinds.ATTACK_ENDED)[0].tick < alone.rows(kinds.ATTACK_ENDED)[0].tick


def test_a_unit_on_the_spot_that_acts_is_an_immediate_response() -> None:
    world = quiet(4)
    world.station("town", 300, combat=1.0)
    world.raid(minutes=240.0)
    world.run(5)
    (ended,) = world.rows(kinds.ATTACK_ENDED)
    assert (ended.fields["answered"], ended.fields["reason"]) == (1, "answered")
    assert world.counts["immediate_responses"] == 1
    assert world.initiative.alerts == ["town"], "a commander who prepares is not there yet"


def test_a_commander_who_waits_is_no_response_and_the_reason_says_so() -> None:
    world = quiet(4)
    world.station("town", 300, combat=1.0)
    world.initiative.acts = False
    world.raid()
    world.run(2)
    (ended,) = world.rows(kinds.ATTACK_ENDED)
    assert (ended.fields["answered"], ended.fields["reason"]) == (0, "did-not-act")
    assert "immediate_responses" not in world.counts


def test_a_unit_sent_to_protect_needs_no_second_word_from_its_commander() -> None:
    world = quiet(4)
    world.initiative.acts = False
    world.raid(minutes=300.0)
    world.run(1)
    unit = world.station("town", 300, combat=1.0)
    world.groups.presence_changed("town", world.beginning)
    order = SimpleNamespace(force_level="lethal")
    unit.task = SimpleNamespace(
        unit=unit, place="town", row=world.beginning, effects={}, response=order, began=world.now
    )
    world.groups.task_began(unit.task)
    world.run(5)
    assert world.rows(kinds.RESPONSE)[0].fields["immediate"] == 1


def test_observers_are_not_asked_to_fight() -> None:
    world = quiet(4)
    world.station("town", 30, observation=1.0)
    world.raid()
    world.run(2)
    assert world.rows(kinds.ATTACK_ENDED)[0].fields["reason"] == "nobody-there"


def test_whoever_comes_while_it_lasts_is_in_time_and_whoever_comes_after_is_late() -> None:
    world = quiet(4)
    world.raid(minutes=300.0)
    world.run(1)
    world.station("town", 300, combat=1.0)
    world.groups.presence_changed("town", world.beginning)
    world.run(6)
    (response,) = world.rows(kinds.RESPONSE)
    assert response.fields["immediate"] == 1
    assert response.fields["minutes"] > 60.0

    late = quiet(4)
    late.raid(minutes=30.0)
    late.run(2)
    late.station("town", 300, combat=1.0)
    late.groups.presence_changed("town", late.beginning)
    (response,) = late.rows(kinds.RESPONSE)
    assert response.fields["immediate"] == 0
    assert late.counts["response_hours"] == pytest.approx(2.0)
    late.groups.presence_changed("town", late.beginning)
    assert len(late.rows(kinds.RESPONSE)) == 1, "an attack is answered once"


def test_opposed_attackers_who_are_stronger_fight_and_peacekeepers_are_hit() -> None:
    hit = 0
    for seed in range(20):
        world = quiet(seed)
        world.station("town", 15, combat=1.0)
        world.raid(minutes=300.0, band=150)
        world.run(6)
        hit += len(world.forces.lost)
        for row in world.rows(kinds.CONTACT_ENDED):
            lost = row.fields["peacekeepers_killed"] + row.fields["peacekeepers_wounded"]
            assert lost <= 15
    assert hit >= 5


def test_an_attack_ignored_costs_credibility_and_one_answered_adds_to_it() -> None:
    ignored, answered = quiet(4), quiet(4)
    start = ignored.deterrence.credibility("riders")
    ignored.station("town", 300, combat=1.0)
    ignored.initiative.acts = False
    answered.station("town", 300, combat=1.0)
    for world in (ignored, answered):
        world.raid(minutes=200.0)
        world.run(5)
    assert ignored.deterrence.credibility("riders") < start < answered.deterrence.credibility("riders")


def test_those_who_fled_are_out_of_reach() -> None:
    full, empty = quiet(4), quiet(4)
    empty.people.farmers.home = 500
    for world in (full, empty):
        world.raid(severity=40.0)
        world.run(2)
    assert empty.people.struck[0][1] < full.people.struck[0][1] / 10


def test_shots_in_the_town_are_heard_at_the_site_beside_it() -> None:
    world = quiet(4)
    world.raid()
    assert world.heard == ["site"]
    world.raid(place="village")
    assert world.heard == ["site"]


def test_an_attack_on_a_site_is_counted_and_strikes_those_inside() -> None:
    world = quiet(4)
    world.people.farmers.away["site"] = 1_000
    world.raid(place="site", severity=12.0)
    world.run(2)
    assert world.counts["attacks_on_site"] == 1
    assert world.site_attacks == [50]
    assert world.people.struck[0][3] is True
    ((_, _, casualties),) = world.groups.attacks.on_sites
    assert casualties > 10


def test_a_site_with_a_company_is_rarely_attacked_and_one_without_is() -> None:
    """Nobody attacks a stronger opponent (O8)."""
    attacks = {}
    for heads in (0, 150):
        total = 0
        for seed in range(25):
            world = FakeWorld(seed)
            world.people.farmers.away["site"] = 30_000
            if heads:
                world.station("site", heads, combat=1.0)
            world.run(10 * 24)
            total += int(world.counts.get("attacks_on_site", 0))
        attacks[heads] = total
    assert attacks[150] < attacks[0] / 4
    assert attacks[150] / 25 < 0.3


def test_a_base_whose_company_is_out_is_still_guarded() -> None:
    """Those who stay behind count in the attackers' odds, and they defend themselves."""
    empty, guarded = quiet(4), quiet(4)
    unit = guarded.station("site", 400, combat=1.0)
    unit.place = "village"
    guarded.deterrence.presence_changed("site", guarded.beginning)
    worth = {}
    for world in (empty, guarded):
        world.people.farmers.away["site"] = 20_000
        riders = world.groups.state["riders"]
        prospect = world.groups.choosing.prospect(riders, "test", "town")
        worth[world] = world.groups.choosing.utility(riders, "attack-site", 3.0, prospect)
        world.raid(place="site", minutes=200.0, band=20)
        world.run(5)
    assert worth[guarded] < worth[empty] - 1.0
    assert guarded.rows(kinds.RESPONSE)[0].fields["unit"] == unit.id
    assert guarded.people.struck[0][1] < empty.people.struck[0][1]


def test_nobody_raids_his_own_people() -> None:
    world = quiet(4)
    men = world.groups.state["farmers-men"]
    prospect = world.groups.choosing.prospect(men, "test", "town")
    assert not world.groups.choosing.open("raid", men, prospect)
    riders = world.groups.state["riders"]
    prospect = world.groups.choosing.prospect(riders, "test", "town")
    assert world.groups.choosing.open("raid", riders, prospect)
    assert not world.groups.choosing.open("attack-site", riders, prospect), "nobody shelters there"


def test_a_place_whose_unit_was_sent_away_can_be_attacked() -> None:
    world = quiet(4)
    candidate = world.journal.write(kinds.CANDIDATE, 0, 0, (), 0, 1, 0, 0)
    for _ in range(10):
        world.groups.attack_elsewhere("village", 0.9, candidate)
    assert world.counts["attacks_on_civilians"] == 10
    assert 10 < world.counts["civilians_killed"] < 2_000


# Rumours, tasks


def test_a_false_rumour_plans_nothing_and_a_true_one_comes_to_a_decision_in_time() -> None:
    for seed in range(10):
        world = quiet(seed)
        world.groups.rumoured("town", False, 12 * HOUR, world.beginning)
        world.run(13)
        assert not world.rows(kinds.CHOICE)
    acted = {}
    for heads in (0, 300):
        acted[heads] = 0
        for seed in range(30):
            world = quiet(seed)
            world.station("town", heads, combat=1.0)
            world.groups.rumoured("town", True, 12 * HOUR, world.beginning)
            world.run(12.1)
            (choice,) = [row for row in world.rows(kinds.CHOICE) if row.subject == "riders/plan/1/choice"]
            assert set(choice.fields["odds"]) == {"wait", "raid"}
            acted[heads] += choice.fields["outcome"] == "raid"
    assert acted[0] > 15 > acted[300]


def test_a_true_rumour_about_a_site_names_the_site() -> None:
    world = quiet(2)
    world.people.farmers.away["site"] = 1_000
    world.groups.rumoured("site", True, 2 * HOUR, world.beginning)
    world.run(3)
    (choice,) = [row for row in world.rows(kinds.CHOICE) if row.subject == "riders/plan/1/choice"]
    assert "attack-site" in choice.fields["odds"]


def test_interposition_takes_opportunities_while_it_lasts_and_only_by_armed_men() -> None:
    world = quiet(2)
    troops = world.station("town", 80, combat=1.0)
    watchers = world.station("town", 80, observation=1.0)
    world.groups.presence_changed("town", world.beginning)
    before = world.groups.opportunities.calm("town")

    def task(unit: Any) -> Any:
        return SimpleNamespace(unit=unit, place="town", row=world.beginning, effects={"restraint": 0.6})

    unarmed, armed = task(watchers), task(troops)
    world.groups.task_began(unarmed)
    assert world.groups.opportunities.calm("town") == before
    world.groups.task_began(armed)
    half = world.parameters["groups.restraint_half_strength"]
    assert world.groups.opportunities.calm("town") == pytest.approx(before * (1 - 0.6 * 80 / (80 + half)))
    world.groups.task_ended(armed)
    assert world.groups.opportunities.calm("town") == before


def test_a_show_of_force_is_understood_without_a_word() -> None:
    world = quiet(2)
    troops = world.station("town", 80, combat=1.0)
    before = world.deterrence.communication("riders", "town")
    world.groups.task_began(SimpleNamespace(unit=troops, place="town", row=world.beginning, effects={"shown": 0.7}))
    assert world.deterrence.communication("riders", "town") > before


def test_looters_follow_the_fighting_and_leave_an_emptied_market() -> None:
    looted, first_days = 0, 0
    for seed in range(20):
        world = FakeWorld(seed).run(15 * 24)
        rows = world.rows(kinds.LOOTED)
        looted += len(rows)
        first_days += sum(1 for row in rows if 30 * HOUR <= row.tick < 120 * HOUR)
        assert not [row for row in rows if row.tick < 30 * HOUR and row.subject == "looters"]
    assert looted > 40
    assert first_days > looted / 2


def test_a_broken_group_stays_away_and_comes_back_weaker() -> None:
    world = quiet(2)
    riders = world.groups.state["riders"]
    world.groups.hostilities.excite("riders", "town", 1.0, world.beginning)
    assert world.groups.opportunities.rate(riders, world.now) > 0.0
    world.groups.weaken(riders, 40, world.beginning, broke=True)
    assert riders.strength == 360
    assert world.groups.opportunities.rate(riders, world.now) == 0.0
    world.run(world.parameters["groups.rest_hours"] + 0.1)
    assert world.groups.opportunities.rate(riders, world.now) > 0.0


@pytest.mark.parametrize("kind", ["community-fighters", "looters", "militia", "rebels", "host-police", "host-army"])
def test_every_kind_of_group_has_its_parameters(kind: str) -> None:
    spec = group("riders", 2, kind, enemies=("farmers-men",), strength=Distribution("triangular", (50.0, 200.0, 400.0)))
    world = FakeWorld(6, (FARMERS, spec)).run(10 * 24)
    state = world.groups.state["riders"]
    assert 0 < state.initial <= 400
    assert state.gains
    acts = {row.fields["action"] for row in world.rows(kinds.GROUP_ACTED) if row.subject == "riders"}
    assert acts <= set(state.gains) | {"clash"}


def test_truth_is_read_from_groups() -> None:
    world = quiet(2)
    assert world.truth.readers["strength"]("riders") == 400
    assert world.truth.readers["strength"]("nobody") is None
    assert world.truth.readers["intent"]("riders") == "wait"
    assert world.truth.readers["violence"]("town") == QUIET
