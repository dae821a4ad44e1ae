"""Two runs are aligned by what happened in them, and their difference is told from where they part."""

from __future__ import annotations

import math
from functools import cache

import pytest

from sessions import blueprint
from sim.engine import kinds
from sim.engine.differ import Difference, differ
from sim.engine.explain import Unexplained
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from small_mission import mission, order, plan

EARLY = ("onset: {uniform: [13d, 14d]}", "onset: {uniform: [1h, 2h]}")
FEARED = ("farmers: {place: town, people: 5000, kin: {base: 1}}",
          "farmers: {place: town, people: 5000, kin: {base: 1}, threatened_by: [riders]}")  # fmt: skip


def after(world: World, days: float) -> World:
    world.advance(round(days * DAY))
    return world


def guarded(seed: int) -> Difference:
    """A town at war with itself, for six days: left alone, and with a company in it."""
    alone = after(mission(EARLY, FEARED, seed=seed), 6)
    world = mission(EARLY, FEARED, seed=seed, hours=1.0)
    order(world, "redeploy-guard", "company-1", "town")
    return differ(alone, after(world, 6))


def test_a_run_does_not_differ_from_its_own_repetition() -> None:
    found = differ(after(mission(), 2), after(mission(), 2))
    assert found.first is None
    assert found.moved == ()
    assert found.declared == ()
    assert found.aligned == found.rows[0] == found.rows[1]


def test_an_order_is_declared_and_what_it_sets_off_is_where_the_runs_part() -> None:
    left, ordered = mission(), mission()
    order(ordered, "visible-patrol", "company-1", "town")
    found = differ(after(left, 2), after(ordered, 2))
    assert [text for text in found.declared if "visible patrol" in text and "only in run 2" in text]
    assert found.first is not None
    assert (found.first.kind, found.first.tick) == ("task-sent", 0)
    assert found.first.texts[0] == ""
    assert found.first.texts[1]


def test_rows_before_an_extra_event_and_most_after_it_are_aligned_though_their_numbers_differ() -> None:
    left, ordered = after(mission(), 2), mission()
    order(ordered, "strong-posture", "company-1", "base")
    found = differ(left, after(ordered, 2))
    assert found.rows[1] > found.rows[0]
    assert found.aligned > 0.9 * found.rows[0]


def test_a_parameter_is_declared_with_both_values() -> None:
    found = differ(after(mission(EARLY), 3), after(mission(EARLY, groups__sharpness=0.2), 3))
    assert any(text.startswith("groups.sharpness:") and text.endswith("0.2") for text in found.declared)
    assert found.first is not None


def test_an_entry_that_only_one_scenario_has_is_declared_and_its_own_doings_are_no_divergence() -> None:
    gone = ("  company-3: {type: infantry-company, contributor: tcc-a, at: depot, under: [sector]}\n", "")
    found = differ(after(mission(), 3), after(mission(gone), 3))
    assert found.declared == ("company 3 (only in run 1)",)
    assert found.first is None or found.first.subject != "company-3"


def test_each_part_of_a_measure_begins_at_a_row_that_the_runs_do_not_share() -> None:
    found = guarded(1)
    assert found.moved
    for moved in found.moved:
        assert moved.values[0] != moved.values[1]
        for part in moved.parts:
            assert part.chain
            assert part.instead not in part.chain


def test_what_did_not_happen_is_traced_to_the_opportunity_that_was_let_pass() -> None:
    parts = [
        part
        for seed in range(6)
        for moved in guarded(seed).moved
        if moved.measure == "attacks_on_civilians"
        for part in moved.parts
    ]
    missing = [part for part in parts if part.run == 0 and "taken up" in part.chain[0]]
    assert missing
    assert any("let pass" in part.instead for part in missing)
    assert all(part.amount < 0 for part in missing)


def test_an_unknown_measure_or_a_journal_that_was_dropped_is_refused() -> None:
    world = mission()
    with pytest.raises(Unexplained, match="is no measure"):
        differ(world, world, ("civilians_kiled",))
    dropped = World(plan(), 1, keep_journal=False)
    with pytest.raises(Unexplained, match="dropped"):
        differ(world, dropped)


def test_comparing_changes_neither_run() -> None:
    left, right = after(mission(), 1), after(mission(), 1)
    before = left.digest()
    differ(left, right)
    assert left.digest() == right.digest() == before
    assert left.journal.kind(0) is kinds.SCENARIO
    assert left.now == DAY > HOUR


# A line that is meant, and one that is bluff


@cache
def two_lines() -> tuple[World, World]:
    """Bambari with the line enforced and with the line only declared, on the first seed on which a column tests both.

    Five weeks; nobody changes them.
    """
    for seed in range(1, 30):
        pair = tuple(after(World(blueprint(pattern, "bambari"), seed), 35) for pattern in ("historical", "bluff"))
        meant, bluff = (world.measures.value("lines_not_kept").value or 0 for world in pair)
        if bluff > meant == 0:
            return pair[0], pair[1]
    raise AssertionError("on no seed is a bluff called")


def test_a_line_that_is_meant_and_one_that_is_bluff_part_where_somebody_decides_otherwise() -> None:
    historical, bluff = two_lines()
    found = differ(historical, bluff)
    assert any("fire on the column" in text and "only in run 1" in text for text in found.declared)
    assert found.first is not None
    assert 0 < found.first.tick < 35 * DAY
    assert found.first.texts[0] != found.first.texts[1]
    assert is_plain(found.first.texts[0] or found.first.texts[1])
    # Up to there the two are the same run.
    for event in range(min(historical.journal.count, bluff.journal.count)):
        one, other = historical.journal.row(event), bluff.journal.row(event)
        if max(one.tick, other.tick) >= found.first.tick:
            break
        assert one.tick == other.tick


def test_the_chain_goes_from_there_to_the_word_that_was_not_kept_and_what_it_cost() -> None:
    historical, bluff = two_lines()
    found = differ(historical, bluff, ("lines_not_kept", "credibility_min_end"))
    assert found.first is not None
    moved = {each.measure: each for each in found.moved}
    not_kept = moved["lines_not_kept"]
    assert (not_kept.values[1] or 0) > (not_kept.values[0] or 0)
    for each in moved.values():
        before, behind = (value or 0.0 for value in each.values)
        assert math.fsum(part.amount for part in each.parts) == pytest.approx(behind - before, abs=1e-3)
        for part in each.parts:
            assert part.chain
            assert all(is_plain(text) for text in part.chain), part.chain
    broken = [part for part in not_kept.parts if part.run == 1]
    assert any(any("crosses the line" in text for text in part.chain) for part in broken)
    assert all("is tested by" in part.chain[-1] for part in broken)
    cost = [part for part in moved["credibility_min_end"].parts if part.run == 1 and part.amount < 0]
    assert any(any("is tested by" in text for text in part.chain) for part in cost)


def is_plain(text: str) -> bool:
    """A sentence of words and figures: no key of the program, nothing left out."""
    return " " in text and not any(mark in text for mark in ("_", "/", "{", "}", "#", "None"))
