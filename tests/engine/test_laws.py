"""The laws of the engine on the real world: determinism, replay, undisturbed luck, readings that write nothing."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from itertools import pairwise

import pytest

from sessions import blueprint, play, replay
from sim.engine import inputs, kinds
from sim.engine.blueprint import compile_scenario
from sim.engine.ticks import DAY, HOUR
from sim.engine.world import Fork, StopWhen, World
from sim.scenario import load, load_text

RUN = "import sim; r = sim.run('saraf_umra', seed=7); print(r.digest)"


def finished(seed: int = 7, pattern: str = "historical") -> World:
    world = World(blueprint(pattern), seed)
    world.advance(world.end)
    return world


def test_a_run_has_the_same_digest_in_processes_with_different_hash_seeds() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", RUN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(digests) == 1


def test_seed_zero_is_a_seed_and_every_seed_has_a_digest_of_its_own() -> None:
    digests = set()
    for seed in range(24):
        world = World(blueprint(), seed)
        world.advance(4 * DAY)
        digests.add(world.digest())
    assert len(digests) == 24


def test_a_run_in_many_steps_is_the_run_in_one() -> None:
    luck = random.Random(5)
    world = World(blueprint(), 3)
    while world.now < world.end:
        world.advance(world.now + luck.randrange(1, 9 * HOUR))
    whole = World(blueprint(), 3)
    whole.advance(world.now)
    assert whole.digest() == world.digest()


def test_a_world_that_drops_its_rows_has_the_digest_of_one_that_keeps_them() -> None:
    dropped = World(blueprint(), 7, keep_journal=False)
    dropped.advance(dropped.end)
    assert dropped.digest() == finished().digest()


@pytest.mark.parametrize("seed", range(12))
def test_a_session_with_inputs_at_arbitrary_moments_replays_exactly(seed: int) -> None:
    world, record = play(seed)
    again = replay(seed, record, world.now)
    assert again.digest() == world.digest()
    assert again.journal.marks == world.journal.marks


@pytest.mark.parametrize("seed", range(6))
def test_random_readings_change_no_digest(seed: int) -> None:
    luck = random.Random(seed)
    watched, alone = World(blueprint(), seed), World(blueprint(), seed)
    for _ in range(25):
        to = watched.now + luck.randrange(1, 14 * HOUR)
        watched.advance(to)
        for _ in range(luck.randrange(4)):
            watched.picture(luck.choice(list(blueprint().seats)))
            watched.measure_values()
            watched.explain(luck.choice(list(watched.measure_values())))
            watched.apply(inputs.AskedWhy("head-of-mission", "team-site", "people"))
        alone.advance(to)
    assert watched.digest() == alone.digest()


def test_stopping_for_a_seat_changes_nothing_but_where_the_world_stands() -> None:
    world = World(blueprint(), 7)
    stops = 0
    while world.now < world.end:
        stopped = world.advance(world.end, StopWhen(frozenset(blueprint().seats)))
        stops += stopped.reason == "needs"
    assert stops > 5
    whole = World(blueprint(), 7)
    whole.advance(world.now)
    assert whole.digest() == world.digest()


def luck_of(world: World) -> dict[tuple[str, int], list[object]]:
    """Every draw that left a row: by name, the outcomes in the order of their ordinals."""
    found: dict[tuple[str, int], list[object]] = {}
    for row in world.journal.rows():
        if row.kind is kinds.CHOICE:
            found.setdefault((row.subject, 0), []).append(row.fields["uniform"])
        elif row.kind is kinds.CANDIDATE:
            found.setdefault((row.subject, row.fields["ordinal"]), []).append(row.tick)
    return found


def test_an_order_that_its_unit_already_executes_disturbs_nobody_else() -> None:
    plan = blueprint()
    order = inputs.Order("force-commander", "outer-perimeter", "company-1", "team-site")
    worlds = []
    for repeated in (False, True):
        world = World(plan, 11)
        world.apply(inputs.SeatHeld("force-commander", True))
        world.apply(order)
        world.advance(12 * HOUR)
        if repeated:
            world.apply(order)
        world.advance(world.end)
        worlds.append(world)
    plain, repeated_world = (luck_of(world) for world in worlds)
    own = "order/force-commander/outer-perimeter/company-1#2"
    assert {name: luck for name, luck in repeated_world.items() if not name[0].startswith(own)} == plain
    assert any(row.kind is kinds.TASK_ALREADY for row in worlds[1].journal.rows())


def test_other_names_on_the_screen_leave_the_digest_alone() -> None:
    fictional = World(compile_scenario(load("saraf_umra"), "historical", fictional=True), 7)
    fictional.advance(fictional.end)
    assert fictional.blueprint.reading.names != blueprint().reading.names
    assert fictional.digest() == finished().digest()


def test_a_renamed_copy_a_year_later_gives_the_same_measures() -> None:
    text = load("saraf_umra").source_text
    moved = text.replace("start: 2014-03-05T06:00+03:00", "start: 2015-03-05T06:00+03:00").replace(
        "  historical:", "  another-name:"
    )
    assert moved != text
    world = World(compile_scenario(load_text(moved, "elsewhere"), "another-name"), 7)
    world.advance(world.end)
    there = {name: (value.value, value.numerator, value.denominator) for name, value in world.measure_values().items()}
    here = {
        name: (value.value, value.numerator, value.denominator) for name, value in finished().measure_values().items()
    }
    assert there == here


@pytest.mark.parametrize("seed", range(5))
def test_the_ledger_explains_every_standing_exactly(seed: int) -> None:
    world, _ = play(seed)
    for standing in world.ledger.standings.values():
        parts = standing.parts(0, world.now)
        assert math.isclose(
            standing.start + math.fsum(amount for _, amount in parts), standing.value_at(world.now), abs_tol=1e-9
        )


@pytest.mark.parametrize("seed", range(5))
def test_every_row_has_earlier_causes_or_is_a_beginning(seed: int) -> None:
    world, _ = play(seed)
    for row in world.journal.rows():
        assert all(0 <= cause < row.id for cause in row.causes), row
        assert len(row.causes) <= 8, row
        assert row.causes or row.kind.root, row
    assert all(one.tick <= two.tick for one, two in pairwise(world.journal.rows()))


def roots_of(world: World, row: int) -> set[str]:
    """The beginnings that a row goes back to."""
    found: set[str] = set()
    seen: set[int] = set()
    open_ = [row]
    while open_:
        at = open_.pop()
        if at in seen:
            continue
        seen.add(at)
        causes = world.journal.causes(at)
        if not causes:
            found.add(world.journal.kind(at).root)
        open_.extend(causes)
    return found


@pytest.mark.parametrize("seed", range(50))
def test_every_ledger_entry_goes_back_to_a_beginning(seed: int) -> None:
    world = World(blueprint(), seed)
    world.advance(world.end)
    for row in world.journal.rows():
        if row.kind is kinds.LEDGER:
            assert roots_of(world, row.id) <= set(kinds.ROOTS)


def test_an_outcome_goes_back_to_a_players_input() -> None:
    world = World(blueprint("no_reinforcement"), 7)
    world.apply(inputs.SeatHeld("force-commander", True))
    world.advance(40 * HOUR)
    receipt = world.apply(inputs.Order("force-commander", "reinforce", "company-2", "team-site"))
    assert receipt.accepted, receipt.reason
    world.advance(world.end)
    explained = world.explain("reinforcement_hours")
    assert explained.parts
    assert any("input" in roots_of(world, part.row) for part in explained.parts)


def test_a_failed_world_stays_failed() -> None:
    world = World(blueprint(), 7)

    def breaks(_: object) -> None:
        raise RuntimeError("broken on purpose")

    world.agenda.at(HOUR, 2, 0, breaks)
    with pytest.raises(Exception, match="broken on purpose"):
        world.advance(DAY)
    assert world.failed
    with pytest.raises(Exception, match=r"failed|could not be handled"):
        world.advance(DAY)
    with pytest.raises(Exception, match=r"failed|could not be handled"):
        world.apply(inputs.SeatHeld("force-commander", True))


def test_inputs_survive_the_way_through_json() -> None:
    _, record = play(4, steps=60, hours=30)
    for _, entry in record:
        assert inputs.decode(json.loads(json.dumps(inputs.encode(entry)))) == entry


FORK_AT = 70 * HOUR


def forked(index: int, seed: int = 7) -> World:
    world = World(blueprint(), seed, fork=Fork(FORK_AT, index))
    world.advance(FORK_AT)
    return world


def test_futures_share_the_past_and_differ_after_it() -> None:
    futures = [forked(index) for index in (0, 1, 2)]
    assert len({world.digest() for world in futures}) == 1
    for world in futures:
        world.advance(world.end)
    assert len({world.digest() for world in futures}) == 3


def test_the_first_future_is_the_luck_that_was_played() -> None:
    world = forked(0)
    world.advance(world.end)
    assert world.digest() == finished().digest()


def test_a_future_is_a_pure_function_of_its_index() -> None:
    one, other = forked(3), forked(3)
    for world in (one, other):
        world.advance(world.end)
    assert one.digest() == other.digest()


def test_a_caveats_threshold_is_older_than_any_future() -> None:
    name = "objection/fpu-3/1/whole-unit-only/accepts"
    thresholds = {forked(index).chance.raw(name, inborn=True) for index in (0, 5)}
    assert len(thresholds) == 1
