"""Talks: clauses cost time and make a deal hold; two voices within a day undo each other."""

from __future__ import annotations

import pytest

from sim.engine import inputs, kinds
from sim.engine.talks import CLAUSES
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, rows

SEEDS = range(40)


def signed(seed: int, clauses: tuple[str, ...], **parameters: float) -> World:
    world = mission(seed=seed, **parameters)
    world.talks.force_agreement("wells", clauses, world.beginning)
    return world


def held_days(seed: int, clauses: tuple[str, ...]) -> float:
    """How long a deal holds, up to two weeks; nobody shoots before."""
    world = signed(seed, clauses, talks__break_opportunities_per_day=0.4)
    world.advance(12 * DAY)
    broken = rows(world, kinds.AGREEMENT_BROKEN)
    return broken[0].tick / DAY if broken else 12.0


def test_a_deal_with_more_clauses_holds_longer_on_every_seed() -> None:
    bare = [held_days(seed, ()) for seed in SEEDS]
    full = [held_days(seed, CLAUSES) for seed in SEEDS]
    assert all(long >= short for long, short in zip(full, bare, strict=True))
    assert sum(full) > sum(bare) + len(SEEDS)


def test_the_more_clauses_are_on_the_table_the_longer_a_round_takes() -> None:
    lengths = []
    for options in ((), CLAUSES[:2], CLAUSES):
        world = mission(tasks__duration_sigma=0.2)
        ref = order(world, "local-mediation", seat="deputy-political", target="wells", options=options)
        world.advance(8 * DAY)
        lengths.append(rows(world, kinds.TASK_DONE, ref)[0].tick - rows(world, kinds.TASK_BEGAN, ref)[0].tick)
        assert world.talks.longer(world.command.tasks[ref]) == pytest.approx(
            1.0 + len(options) * world.parameters["talks.hours_per_clause"]
        )
    assert lengths == sorted(set(lengths))


def test_the_credibility_of_a_deal_grows_with_its_clauses_and_falls_with_officials_in_the_chair() -> None:
    parameters = mission().parameters
    base, clause = parameters["talks.credibility_base"], parameters["talks.credibility_per_clause"]
    for count in range(5):
        world = signed(1, CLAUSES[:count])
        assert world.talks.dialogues["wells"].credibility == pytest.approx(min(base + count * clause, 1.0))
    world = mission()
    world.talks.sign(world.talks.dialogues["wells"], (), True, world.beginning)
    assert world.talks.dialogues["wells"].credibility == pytest.approx(
        base - parameters["talks.officials_in_chair_loss"]
    )


def test_monitors_make_a_deal_hold_longer_on_every_seed() -> None:
    def days(seed: int, monitored: bool) -> float:
        world = signed(seed, (), talks__break_opportunities_per_day=0.4)
        world.talks.dialogues["wells"].monitors = int(monitored)
        world.advance(12 * DAY)
        broken = rows(world, kinds.AGREEMENT_BROKEN)
        return broken[0].tick / DAY if broken else 12.0

    without, with_them = [days(seed, False) for seed in SEEDS], [days(seed, True) for seed in SEEDS]
    assert all(long >= short for long, short in zip(with_them, without, strict=True))
    assert sum(with_them) > sum(without)


def test_a_round_ends_in_a_deal_with_the_odds_it_left_in_the_journal() -> None:
    agreed = 0
    odds = []
    for seed in SEEDS:
        world = mission(seed=seed)
        order(world, "local-mediation", seat="deputy-political", target="wells", options=("women",))
        world.advance(6 * DAY)
        (choice,) = [row for row in rows(world, kinds.CHOICE) if row.subject == "talks/wells/round#1"]
        odds.append(choice.fields["odds"]["agreed"])
        agreed += choice.fields["outcome"] == "agreed"
        assert (world.truth.value("wells", "agreement") in ("signed", "broken")) == (
            choice.fields["outcome"] == "agreed"
        )
        assert bool(rows(world, kinds.AGREEMENT)) == (choice.fields["outcome"] == "agreed")
    assert abs(agreed - sum(odds)) < 4 * (sum(one * (1 - one) for one in odds)) ** 0.5


def test_a_ruling_of_control_makes_the_elders_agree_and_is_named_once() -> None:
    for seed in range(5):
        world = mission(seed=seed)
        assert world.apply(inputs.Rule("control", "talks/wells/round#1", "agreed", "for the lesson")).accepted
        order(world, "local-mediation", seat="deputy-political", target="wells")
        world.advance(6 * DAY)
        (agreement,) = rows(world, kinds.AGREEMENT)
        (choice,) = agreement.causes
        ruling = [row.id for row in rows(world, kinds.INPUT) if row.fields["kind"] == "rule"]
        assert [cause for cause in world.journal.causes(choice) if cause in ruling] == ruling
        assert len([row for row in world.journal.rows() if set(row.causes) & set(ruling)]) == 1


def spoken(*lines: tuple[str, float, str]) -> World:
    """A world in which lines were spoken: what, after how many hours, by which seat."""
    world = mission(command__hop_sigma=0.0, tasks__duration_sigma=0.2)
    for line, hours, seat in lines:
        world.advance(round(hours * HOUR))
        order(world, "strategic-message", place="town", seat=seat, options=(line,))
    world.advance(world.now + 12 * HOUR)
    return world


def test_two_voices_within_a_day_undo_each_other() -> None:
    world = spoken(("reassure", 0.0, "spokesperson"), ("deny", 10.0, "head-of-mission"))
    (undone,) = rows(world, kinds.CONTRADICTION)
    assert undone.fields["against"] == "reassure"
    assert set(undone.causes) == {row.id for row in rows(world, kinds.MESSAGE)}
    alone = spoken(("reassure", 0.0, "spokesperson"), ("reassure", 10.0, "head-of-mission"))
    assert rows(alone, kinds.CONTRADICTION) == []
    assert world.ledger.value("legitimacy") < alone.ledger.value("legitimacy")


def test_two_voices_a_day_apart_are_two_lines() -> None:
    world = spoken(("reassure", 0.0, "spokesperson"), ("deny", 40.0, "head-of-mission"))
    assert rows(world, kinds.CONTRADICTION) == []
    assert len(rows(world, kinds.MESSAGE)) == 2


def test_a_contradiction_takes_from_a_warning_that_a_group_has_heard() -> None:
    def record(contradicted: bool) -> float:
        world = mission(command__hop_sigma=0.0)
        order(world, "warn-group", seat="head-of-mission", target="riders", place="town")
        world.advance(9 * HOUR)
        for line in ("warn", "deny") if contradicted else ("warn",):
            order(world, "strategic-message", place="town", seat="head-of-mission", options=(line,))
            world.advance(world.now + 6 * HOUR)
        return world.deterrence._records["riders"].heard

    assert record(True) < record(False)


def test_good_offices_bring_talks_a_step_on_and_sign_nothing() -> None:
    world = mission()
    order(world, "good-offices", seat="head-of-mission", target="wells")
    world.advance(3 * DAY)
    assert world.truth.value("mission", "agreement") == "talks"
    assert 0.0 < world.talks.dialogues["wells"].progress < 1.0


def test_liaison_with_a_counterpart_answers_its_demand() -> None:
    world = mission()
    world.host_state.press("governor", "no-camp", world.beginning)
    before = world.host_state.consent("governor")
    order(world, "liaison", seat="deputy-political", target="governor")
    world.advance(DAY)
    assert world.host_state.demands == {}
    assert world.host_state.consent("governor") > before


def test_talking_on_after_a_deal_does_not_make_it_unbreakable() -> None:
    ends = []
    for talks_on in (False, True):
        world = signed(1, (), talks__break_opportunities_per_day=0.4)
        if talks_on:
            world.talks._advance(world.talks.dialogues["wells"], 0.1, (world.beginning,))
        world.advance(12 * DAY)
        ends.append([row.tick for row in rows(world, kinds.AGREEMENT_BROKEN)])
    assert ends[0]
    assert ends[0] == ends[1]
