"""Verifying a file and saving a run that nobody plays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sim.engine.inputs import Order, encode
from sim.exercise.record import StoredInput, create, open_record
from sim.exercise.replay import save_run, verify
from sim.exercise.session import Session
from toy_world import HOUR, ToyWorld, toy_origin

DAY = 24 * HOUR


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.mlt"


def save(path: Path, to: int, *, every: int = HOUR // 60) -> ToyWorld:
    world = ToyWorld(3, every=every)
    save_run(
        path,
        toy_origin(),
        world,
        to,
        snapshots=lambda world: {"head-of-mission": {"now": world.now}},
        outcome=lambda world: {"rows": world.journal.count},
    )
    return world


def toy(every: int = HOUR // 60) -> ToyWorld:
    return ToyWorld(3, every=every)


def test_a_saved_run_verifies_and_is_finished(path: Path) -> None:
    world = save(path, 100 * DAY)
    with open_record(path) as record:
        verdict = verify(record, toy)
        assert verdict.same
        assert verdict.digest == world.digest()
        assert verdict.checked > 10
        assert record.finished == {"rows": world.journal.count}
        assert len(list(record.journal_rows())) == world.journal.count
        assert record.pictures("head-of-mission")[0] == (6 * HOUR, {"now": 6 * HOUR})


def test_a_run_saved_before_its_end_is_not_finished(path: Path) -> None:
    save(path, 2 * DAY)
    with open_record(path) as record:
        assert record.finished is None
        assert record.reached == 2 * DAY


async def test_a_saved_run_opens_like_any_game(path: Path) -> None:
    whole = save(path, 100 * DAY)
    session = Session(open_record(path), toy)
    await session.open()
    assert session.state == "ended"
    assert session.world.digest() == whole.digest()
    await session.close()


def test_a_world_that_differs_is_told_by_its_first_window(path: Path) -> None:
    world = save(path, 3 * DAY)
    middle = world.journal.count // 2
    parts_at = next(row.tick for row in world.journal.rows(middle))

    class Other(ToyWorld):
        def _happen(self, tick: int, what: str) -> str:
            if tick == parts_at:
                self.state += 1
            return super()._happen(tick, what)

    with open_record(path) as record:
        verdict = verify(record, lambda: Other(3, every=HOUR // 60))
    assert not verdict.same
    first = middle // 1000 * 1000
    assert f"rows {first} to {first + 999}" in verdict.difference


def test_a_changed_input_is_found(path: Path) -> None:
    with create(path, toy_origin()) as record:
        world = ToyWorld(3)
        stored = StoredInput(1, 0, "s", "c", encode(Order("s", "patrol")), "pending")
        record.add_input(stored).result()
        record.admit(stored)
        record.settle(1, "applied", world.apply(Order("s", "patrol")))
        world.advance(DAY)
        record.checkpoint(DAY, world.journal.count, world.digest())
        record.reach(DAY).result()
        assert verify(record, lambda: ToyWorld(3)).same
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("UPDATE inputs SET input = replace(input, 'patrol', 'retreat')")
    connection.close()
    with open_record(path) as record:
        verdict = verify(record, lambda: ToyWorld(3))
    assert not verdict.same
    assert f"tick {DAY}" in verdict.difference


def test_a_changed_receipt_is_found(path: Path) -> None:
    with create(path, toy_origin()) as record:
        stored = StoredInput(1, 0, "s", "c", encode(Order("s", "patrol")), "pending")
        record.add_input(stored).result()
        record.admit(stored)
        other = ToyWorld(3)
        other.sequence = 5
        record.settle(1, "applied", other.apply(Order("s", "patrol"))).result()
        assert "input 1" in verify(record, lambda: ToyWorld(3)).difference
