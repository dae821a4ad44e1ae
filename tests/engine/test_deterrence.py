"""Deterrence: the record against its Beta update, words against their half-life, distance against its decay."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from sim.engine import kinds
from sim.engine.agenda import Agenda
from sim.engine.deterrence import Deterrence
from sim.engine.journal import Journal
from sim.engine.ledger import Ledger
from sim.engine.ticks import HOUR

PARAMETERS = {
    "deterrence.prior_kept": 1.0,
    "deterrence.prior_ignored": 3.0,
    "deterrence.record_half_life_hours": 1000.0,
    "deterrence.announced_weight": 4.0,
    "deterrence.announced_for_hours": 240.0,
    "deterrence.witness_weight": 0.5,
    "deterrence.carry_half_km": 50.0,
    "deterrence.committed_km": 12.0,
    "deterrence.unspoken_share": 0.2,
    "deterrence.message_gain": 0.5,
    "deterrence.message_half_life_hours": 48.0,
    "deterrence.contradiction_share": 0.5,
    "deterrence.contradiction_hours": 24.0,
    "deterrence.half_km": 10.0,
    "deterrence.reach_km": 60.0,
    "deterrence.unseen_share": 0.5,
    "deterrence.match": 1.0,
    "deterrence.host_share": 0.25,
    "deterrence.police_communal_share": 0.5,
    "deterrence.shown_half_life_hours": 24.0,
}
KM = {("town", "base"): 10.0, ("town", "far"): 100.0, ("base", "far"): 95.0}


class Forces:
    def __init__(self) -> None:
        self.troops = {"town": 0.0, "base": 60.0, "far": 500.0}
        """Heads at a place, where no test has put a unit of its own."""
        self.police: dict[str, float] = {}
        self.unit: SimpleNamespace | None = None

    def at(self, place: str) -> list[Any]:
        return [place] if self.unit is None else [self.unit] if self.unit.place == place else []

    def capability(self, unit: str | SimpleNamespace, family: str) -> float:
        if isinstance(unit, SimpleNamespace):
            return float(unit.armed)
        return self.troops[unit] if family == "combat" else self.police.get(unit, 0.0)


class FakeWorld:
    def __init__(self) -> None:
        self.agenda = Agenda()
        self.journal = Journal()
        self.ledger = Ledger(self.journal, self.agenda)
        self.parameters = PARAMETERS
        places = dict.fromkeys(("town", "base", "far"))
        self.blueprint = SimpleNamespace(groups={"riders": None, "farmers": None}, places=places)
        self.places = SimpleNamespace(km=lambda a, b: 0.0 if a == b else KM.get((a, b)) or KM[(b, a)])
        self.forces = Forces()
        self.air = SimpleNamespace(attack_aircraft=())
        self.red_lines = SimpleNamespace(lines={})
        self.beginning = self.journal.write(kinds.SCENARIO, 0, self.journal.name("scenario"), ())

    @property
    def now(self) -> int:
        return self.agenda.now

    def wait(self, hours: float) -> None:
        self.agenda.run(self.now + round(hours * HOUR))


RIDERS = SimpleNamespace(id="riders", kind="militia", host=False, usual_band=lambda: 30.0)
SOLDIERS = SimpleNamespace(id="riders", kind="host-army", host=True, usual_band=lambda: 30.0)


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


@pytest.fixture
def deterrence(world: FakeWorld) -> Deterrence:
    made = Deterrence(world)  # type: ignore[arg-type]
    made.begin()
    return made


def test_the_record_starts_at_its_prior(deterrence: Deterrence) -> None:
    assert deterrence.credibility("riders") == pytest.approx(25.0)


def deployed(world: FakeWorld, place: str, armed: float = 60.0) -> SimpleNamespace:
    """Troops of the mission at a place, and the row of their arrival."""
    row = world.journal.write(
        kinds.ARRIVED, world.now, world.journal.name("company"), (world.beginning,), world.journal.name(place)
    )
    world.forces.unit = SimpleNamespace(id="company", place=place, armed=armed, row=row)
    return world.forces.unit


def nobody_near(world: FakeWorld) -> None:
    """The troops of the mission are out of sight of the town."""
    world.forces.troops["base"] = 0.0


def warned(world: FakeWorld, group: str = "riders") -> int:
    return world.journal.write(kinds.WARNING, world.now, world.journal.name(group), (world.beginning,), 0)


def test_a_response_seen_moves_the_record_as_a_beta_update(world: FakeWorld, deterrence: Deterrence) -> None:
    deterrence.observed("riders", True, world.beginning)
    assert deterrence.credibility("riders") == pytest.approx(100 * 2 / 5, abs=1e-4)
    deterrence.observed("riders", False, world.beginning, unit=deployed(world, "town"))  # type: ignore[arg-type]
    assert deterrence.credibility("riders") == pytest.approx(100 * 2 / 6, abs=1e-4)


def test_the_record_fades_to_its_prior_with_its_half_life(world: FakeWorld, deterrence: Deterrence) -> None:
    """Mean and weight of the record both halve their distance, so an old record is easier to move."""
    deterrence.observed("riders", True, world.beginning, weight=4.0)
    mean, size = 5 / 8, 8.0
    assert deterrence.credibility("riders") == pytest.approx(100 * mean, abs=1e-4)
    world.wait(1000.0)
    mean, size = 0.25 + (mean - 0.25) / 2, 4 + (size - 4) / 2
    assert deterrence.credibility("riders") == pytest.approx(100 * mean, abs=1e-4)
    deterrence.observed("riders", True, world.beginning)
    assert deterrence.credibility("riders") == pytest.approx(100 * (mean * size + 1) / (size + 1), abs=1e-4)


def test_an_announced_line_ignored_counts_several_times(world: FakeWorld, deterrence: Deterrence) -> None:
    said = warned(world)
    entry = deterrence.observed("riders", False, world.beginning, word=said)
    assert deterrence.credibility("riders") == pytest.approx(100 * 1 / 8, abs=1e-4)
    assert entry is not None
    row = world.journal.row(world.journal.causes(entry)[0])
    assert row.kind is kinds.CREDIBILITY
    assert said in row.causes


def test_what_nobody_had_promised_cannot_be_broken(world: FakeWorld, deterrence: Deterrence) -> None:
    nobody_near(world)
    before = world.journal.count
    assert deterrence.observed("riders", False, world.beginning) is None
    deterrence.witnessed("riders", False, world.beginning, "town")
    assert deterrence.credibility("riders") == pytest.approx(25.0)
    assert world.journal.count == before


def test_an_answer_is_seen_whether_or_not_anybody_had_promised_one(world: FakeWorld, deterrence: Deterrence) -> None:
    nobody_near(world)
    deterrence.witnessed("riders", True, world.beginning, "town")
    assert deterrence.credibility("riders") == pytest.approx(100 * 2 / 5, abs=1e-4)
    assert deterrence.credibility("farmers") == pytest.approx(100 * 1.5 / 4.5, abs=1e-4)


@pytest.mark.parametrize(
    ("place", "armed", "falls"),
    [("town", 60.0, True), ("base", 60.0, True), ("far", 60.0, False), ("town", 0.0, False)],
)
def test_troops_promise_an_answer_in_sight_of_where_they_are(
    world: FakeWorld, deterrence: Deterrence, place: str, armed: float, falls: bool
) -> None:
    """At the place and 10 km from it, not 100 km from it, and not without arms."""
    unit = deployed(world, place, armed)
    deterrence.witnessed("riders", False, world.beginning, "town")
    rows = [row for row in world.journal.rows() if row.kind is kinds.CREDIBILITY]
    assert bool(rows) is falls
    assert all(row.fields["unit"] == "company" and unit.row in row.causes for row in rows)


def test_a_word_about_another_place_promises_nothing_here(world: FakeWorld, deterrence: Deterrence) -> None:
    """10 km from the town is in sight of it; 100 km is not; a warning that names no place is about every place."""
    nobody_near(world)
    for about, falls in (("far", False), ("base", True), ("", True)):
        before = deterrence.credibility("riders")
        deterrence.heard("riders", warned(world), place=about)
        deterrence.witnessed("riders", False, world.beginning, "town")
        assert (deterrence.credibility("riders") < before) is falls, about


def test_an_old_announcement_is_no_longer_held_against_the_mission(world: FakeWorld, deterrence: Deterrence) -> None:
    nobody_near(world)
    deterrence.heard("riders", warned(world), place="town")
    world.wait(241.0)
    deterrence.witnessed("riders", False, world.beginning, "town")
    assert deterrence.credibility("riders") == pytest.approx(25.0)


def test_those_who_watch_learn_half_as_much(world: FakeWorld, deterrence: Deterrence) -> None:
    deployed(world, "town")
    deterrence.witnessed("riders", False, world.beginning, "town")
    assert deterrence.credibility("riders") == pytest.approx(100 * 1 / 5, abs=1e-4)
    assert deterrence.credibility("farmers") == pytest.approx(100 * 1 / 4.5, abs=1e-4)


def test_a_warning_ignored_costs_with_whoever_heard_it_and_with_nobody_else(
    world: FakeWorld, deterrence: Deterrence
) -> None:
    nobody_near(world)
    deterrence.heard("farmers", warned(world, "farmers"), place="town")
    deterrence.witnessed("riders", False, world.beginning, "town")
    assert deterrence.credibility("riders") == pytest.approx(25.0)
    assert deterrence.credibility("farmers") == pytest.approx(100 * 1 / (4 + 4 * 0.5), abs=1e-4)


def test_capability_fades_with_distance_and_where_it_is_not_seen(world: FakeWorld, deterrence: Deterrence) -> None:
    """60 heads at 10 km: half for the distance, half unseen; what is beyond a day's drive does not count."""
    assert deterrence.capability(RIDERS, "town") == pytest.approx(15 / 45)  # type: ignore[arg-type]
    world.forces.troops = {"town": 60.0, "base": 0.0, "far": 500.0}
    deterrence.presence_changed("town", world.beginning)
    deterrence.presence_changed("base", world.beginning)
    assert deterrence.capability(RIDERS, "town") == pytest.approx(60 / 90)  # type: ignore[arg-type]


def test_the_three_factors_multiply(deterrence: Deterrence) -> None:
    assert deterrence.perceived(RIDERS, "town") == pytest.approx(15 / 45 * 0.2 * 0.25)  # type: ignore[arg-type]


def test_the_host_s_own_forces_count_heads_for_less(deterrence: Deterrence) -> None:
    armed = deterrence.perceived(RIDERS, "town")  # type: ignore[arg-type]
    assert deterrence.perceived(SOLDIERS, "town") == pytest.approx(armed * 0.25)  # type: ignore[arg-type]


def test_police_count_in_communal_violence_and_not_in_battle(world: FakeWorld, deterrence: Deterrence) -> None:
    """Half a soldier each against communal fighters, a whole one against looters, none against a militia (E5, E17)."""
    world.forces.troops = {"town": 0.0, "base": 0.0, "far": 0.0}
    world.forces.police = {"town": 60.0}
    seen = {}
    for kind in ("community-fighters", "looters", "militia"):
        group = SimpleNamespace(id="riders", kind=kind, host=False, usual_band=lambda: 30.0)
        seen[kind] = deterrence.capability(group, "town")  # type: ignore[arg-type]
        assert deterrence.capability(group, "town", battle=True) == 0.0  # type: ignore[arg-type]
    assert seen == {"community-fighters": 30 / 60, "looters": 60 / 90, "militia": 0.0}


def test_words_add_and_fade(world: FakeWorld, deterrence: Deterrence) -> None:
    deterrence.heard("riders", world.beginning)
    assert deterrence.communication("riders", "town") == pytest.approx(0.2 + 0.8 * 0.5)
    deterrence.heard("riders", world.beginning)
    assert deterrence.communication("riders", "town") == pytest.approx(0.2 + 0.8 * 0.75)
    world.wait(48.0)
    assert deterrence.communication("riders", "town") == pytest.approx(0.2 + 0.8 * 0.375)
    assert deterrence.communication("farmers", "town") == 0.2


def test_a_contradiction_within_a_day_undoes_half(world: FakeWorld, deterrence: Deterrence) -> None:
    deterrence.heard("riders", world.beginning)
    world.wait(12.0)
    before = deterrence.communication("riders", "town") - 0.2
    deterrence.heard("riders", world.beginning, contradicts=True)
    assert deterrence.communication("riders", "town") - 0.2 == pytest.approx(before / 2)


def test_a_contradiction_after_a_day_or_of_nothing_undoes_nothing(world: FakeWorld, deterrence: Deterrence) -> None:
    deterrence.heard("farmers", world.beginning, contradicts=True)
    assert deterrence.communication("farmers", "town") == 0.2
    deterrence.heard("riders", world.beginning)
    world.wait(25.0)
    before = deterrence.communication("riders", "town")
    deterrence.heard("riders", world.beginning, contradicts=True)
    assert deterrence.communication("riders", "town") == before


def test_a_display_speaks_at_its_place_only(world: FakeWorld, deterrence: Deterrence) -> None:
    deterrence.shown("town", 0.6)
    assert deterrence.communication("riders", "town") == pytest.approx(0.2 + 0.8 * 0.6)
    assert deterrence.communication("riders", "base") == 0.2
    world.wait(24.0)
    assert deterrence.communication("riders", "town") == pytest.approx(0.2 + 0.8 * 0.3)


def test_looking_changes_nothing(world: FakeWorld, deterrence: Deterrence) -> None:
    deterrence.observed("riders", True, world.beginning)
    world.wait(3.0)
    before = world.journal.digest()
    for _ in range(3):
        deterrence.perceived(RIDERS, "town")  # type: ignore[arg-type]
        deterrence.credibility("riders")
    assert world.journal.digest() == before
    assert math.isfinite(deterrence.credibility("riders"))


def homes(world: FakeWorld, riders: str, farmers: str) -> int:
    world.blueprint.groups = {"riders": SimpleNamespace(home=riders), "farmers": SimpleNamespace(home=farmers)}
    return world.journal.write(kinds.LINE_TOLD, 0, world.journal.name("line"), (world.beginning,), 0, 0, 1)


def test_a_line_not_kept_weighs_like_an_announcement_ignored_and_fades_with_distance(
    world: FakeWorld, deterrence: Deterrence
) -> None:
    told = homes(world, "town", "far")
    deterrence.tested("riders", False, world.beginning, "town", {"riders": told, "farmers": told})
    assert deterrence.credibility("riders") == pytest.approx(100 * 1 / (4 + 4), abs=1e-4)
    heard = 4 * 0.5 * 2.0 ** (-100.0 / 50.0)
    assert deterrence.credibility("farmers") == pytest.approx(100 * 1 / (4 + heard), abs=1e-4)


def test_whoever_was_never_told_sees_no_word_broken_but_sees_one_kept(world: FakeWorld, deterrence: Deterrence) -> None:
    told = homes(world, "town", "town")
    deterrence.tested("riders", False, world.beginning, "town", {"riders": told})
    assert deterrence.credibility("farmers") == pytest.approx(25.0)
    deterrence.tested("riders", True, world.beginning, "town", {"riders": told})
    assert deterrence.credibility("farmers") == pytest.approx(100 * 1.5 / 4.5, abs=1e-4)


def test_what_a_line_has_told_a_group_makes_the_answer_clearer(world: FakeWorld, deterrence: Deterrence) -> None:
    plain = deterrence.communication("riders", "town")
    world.red_lines = SimpleNamespace(lines={"line": None}, binding=lambda group, place: 0.75)
    assert plain == pytest.approx(0.2)
    assert deterrence.communication("riders", "town") == pytest.approx(0.2 + 0.8 * 0.75)
    assert deterrence.words("riders", "town", 0.0) == pytest.approx(0.2)


def test_aircraft_within_reach_add_to_what_a_group_sees(world: FakeWorld, deterrence: Deterrence) -> None:
    seen = deterrence.capability(RIDERS, "town")  # type: ignore[arg-type]
    world.air = SimpleNamespace(attack_aircraft=("section",), capability_from_air=lambda place: 90.0)
    strength = 60.0 * 0.5 * 2.0**-1.0 + 90.0
    assert deterrence.capability(RIDERS, "town") > seen  # type: ignore[arg-type]
    assert deterrence.capability(RIDERS, "town") == pytest.approx(strength / (strength + 30.0))  # type: ignore[arg-type]
