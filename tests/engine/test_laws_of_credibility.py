"""Credibility falls if and only if a commitment that was communicated to the group is seen not to be met.

Judged beside the mechanism: a breach is noted as it is seen, with the warnings read from the journal and the places
of armed troops read from the forces at that moment; then the rows of credibility are held against that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import line_and_column
import small_campaign
from sessions import SCENARIOS, blueprint, session
from sim.engine import inputs, kinds
from sim.engine.deterrence import Deterrence
from sim.engine.forces import UnitState
from sim.engine.journal import EventId, Row
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


class Breach(NamedTuple):
    """An attack that is over, and what each group had reason to expect of the mission."""

    row: EventId
    answered: bool
    committed: dict[str, str]
    """For each group to which a commitment held: what communicated it, a word or the troops in sight."""


@pytest.fixture
def breaches(monkeypatch: pytest.MonkeyPatch) -> list[Breach]:
    """Every attack that groups saw answered or not, as they saw it."""
    seen: list[Breach] = []
    real = Deterrence.witnessed

    def witnessed(
        self: Deterrence, actor: str, responded: bool, row: EventId, place: str, *, unit: UnitState | None = None
    ) -> None:
        world = self._world
        seen.append(Breach(row, responded, committed(world, actor, place, unit)))
        real(self, actor, responded, row, place, unit=unit)

    monkeypatch.setattr(Deterrence, "witnessed", witnessed)
    return seen


def committed(world: World, actor: str, place: str, attacked: UnitState | None) -> dict[str, str]:
    """What communicates a commitment to each group: a warning it heard, a line it was told of, or troops in sight."""
    near = world.parameters["deterrence.committed_km"]
    fresh = world.parameters["deterrence.announced_for_hours"] * HOUR
    found: dict[str, str] = {}
    troops = attacked is not None or any(
        unit.present
        and world.forces.capability(unit, "combat") >= 1.0
        and (unit.place == place or world.places.km(unit.place, place) <= near)
        for unit in world.forces.units.values()
    )
    for group in world.blueprint.groups:
        if troops:
            found[group] = "troops"
        for row in world.journal.rows():
            if row.kind is kinds.WARNING and row.subject == group and world.now - row.tick <= fresh:
                about = row.fields["place"]
                if about in ("", place) or world.places.km(about, place) <= near:
                    found[group] = "word"
    tested = [
        line for line in world.red_lines.lines.values()
        if line.state == "announced" and line.spec.trigger == "attack" and actor in line.spec.groups
        and (line.spec.around == place or world.places.km(line.spec.around, place) <= line.spec.km)
    ]  # fmt: skip
    for line in tested:
        found.update(dict.fromkeys((group for group, heard in line.confirmed.items() if heard), "line"))
    return found


def falls_and_rises(world: World) -> list[Row]:
    return [row for row in world.journal.rows() if row.kind is kinds.CREDIBILITY]


def group_of(row: Row) -> str:
    return row.subject.removeprefix("credibility/")


def from_breach(world: World, row: Row, breach: Breach) -> bool:
    """Whether a row of credibility is about a breach: at first hand, or by the line that it tested."""
    first = row.causes[0]
    if first == breach.row:
        return True
    kept = world.journal.row(first)
    if kept.kind is not kinds.LINE_KEPT:
        return False
    return any(breach.row in world.journal.causes(cause) for cause in kept.causes)


def the_law_holds(world: World, breaches: list[Breach]) -> None:
    """Only if: each fall names a commitment that held. If: each commitment that was not met is a fall."""
    journal = world.journal
    rows = falls_and_rises(world)
    for breach in breaches:
        about = {group_of(row): row for row in rows if from_breach(world, row, breach)}
        if breach.answered:
            assert set(about) == set(world.blueprint.groups)
            assert all(row.fields["kept"] for row in about.values())
            continue
        assert set(about) == set(breach.committed)
        for group, row in about.items():
            assert not row.fields["kept"]
            assert bool(row.fields["announced"]) == (breach.committed[group] in ("word", "line"))
            assert bool(row.fields["unit"]) == (breach.committed[group] == "troops")
    for row in rows:
        if row.fields["kept"]:
            continue
        causes = [journal.row(cause) for cause in row.causes]
        words = [
            cause for cause in causes
            if (cause.kind is kinds.WARNING and cause.subject == group_of(row))
            or (cause.kind is kinds.LINE_TOLD and cause.fields["group"] == group_of(row))
            or cause.kind is kinds.LINE_DECLARED
        ]  # fmt: skip
        assert bool(words) == bool(row.fields["announced"]), row
        assert bool(words) != bool(row.fields["unit"]), row
        if row.fields["unit"]:
            assert row.fields["unit"] in world.forces.units, row
        # What was broken: an attack that nobody answered, a line not kept or taken back, a road where troops gave way.
        assert causes[0].kind in (
            kinds.ATTACK_ENDED, kinds.CONTACT_ENDED, kinds.LINE_KEPT, kinds.LINE_WITHDRAWN, kinds.DENIED
        ), row  # fmt: skip
    entries = {
        cause: entry
        for entry in journal.rows()
        if entry.kind is kinds.LEDGER and entry.subject.removeprefix("credibility/") in world.blueprint.groups
        for cause in entry.causes
    }
    for row in rows:
        moved = entries.pop(row.id).fields["amount"]
        assert (moved >= 0.0) if row.fields["kept"] else (moved <= 0.0), row
    # Nothing but an observation moves it, except the hand of control.
    assert all(journal.kind(cause) is kinds.INPUT for cause in entries)


@every_scenario
@pytest.mark.parametrize("seed", [1, 2])
def test_credibility_falls_exactly_where_a_commitment_was_communicated_and_not_met(
    scenario: str, seed: int, breaches: list[Breach]
) -> None:
    world = World(blueprint(scenario=scenario), seed)
    list(session(world, seed, 40))
    world.advance(14 * DAY)
    the_law_holds(world, breaches)


def test_the_scenarios_have_commitments_kept_and_broken_and_attacks_that_break_none(breaches: list[Breach]) -> None:
    """Otherwise the law would hold of nothing."""
    for scenario in ("saraf_umra", "bambari"):
        for seed in range(2):
            world = World(blueprint(scenario=scenario), seed)
            world.advance(16 * DAY)
    assert any(breach.answered for breach in breaches)
    assert any(not breach.answered and "troops" in breach.committed.values() for breach in breaches)
    assert any(not breach.answered and "word" in breach.committed.values() for breach in breaches)
    assert any(not breach.answered and not breach.committed for breach in breaches)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    stationed=st.sampled_from(["base", "mine", "capital-base"]),
    warned=st.lists(
        st.tuples(st.sampled_from(["holders", "comers"]), st.sampled_from(["town", "mine", "south", ""])), max_size=3
    ),
    where=st.lists(st.sampled_from(["town", "mine", "east", "south"]), min_size=1, max_size=4),
    answered=st.booleans(),
)
def test_in_random_small_worlds_too(
    seed: int, stationed: str, warned: list[tuple[str, str]], where: list[str], answered: bool
) -> None:
    pairs: Any = () if stationed == "base" else (("tcc-a, at: base}", f"tcc-a, at: {stationed}}}"),)
    world = small_campaign.campaign(*pairs, seed=seed)
    for group, place in warned:
        world.apply(inputs.Order("deputy-political", "issue-warning", "", place, group))
    world.advance(2 * DAY)
    seen: list[Breach] = []
    for place in where:
        row = world.journal.write(
            kinds.ATTACK_ENDED, world.now, world.journal.name("comers"), (world.beginning,),
            0, 0, int(answered), world.journal.name("nobody-there"),
        )  # fmt: skip
        seen.append(Breach(row, answered, committed(world, "comers", place, None)))
        world.deterrence.witnessed("comers", answered, row, place)
        world.advance(world.now + 5 * HOUR)
    the_law_holds(world, seen)


def test_a_line_against_attacks_is_broken_with_those_who_were_told_and_troops_count_with_the_others(
    breaches: list[Breach],
) -> None:
    """The two ways of committing oneself add up: nobody concludes twice from one attack."""
    drawn = ("exceptions: [herders]}", "groups: [column-men], trigger: attack, announced: true}")
    world = line_and_column.mission(drawn)
    row = world.journal.write(
        kinds.ATTACK_ENDED, world.now, world.journal.name("column-men"), (world.beginning,),
        0, 0, 0, world.journal.name("nobody-there"),
    )  # fmt: skip
    world.deterrence.witnessed("column-men", False, row, "town")
    (breach,) = breaches
    assert breach.committed == {"column-men": "line", "hill-men": "troops"}
    the_law_holds(world, breaches)
