"""An exercise with people in it: what they did is there again, whatever stopped it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.exercise.clock import ClockRefused
from sim.exercise.record import RecordFull, create, open_record
from sim.exercise.replay import replayed, verify
from sim.exercise.session import Notice, Session
from toy_world import HOUR, MINUTE, ToyWorld, toy_origin

HEAD = "head-of-mission"
POLICE = "police-commissioner"


@asynccontextmanager
async def playing(path: Path, seed: int = 3, **options: Any) -> AsyncIterator[Session]:
    record = open_record(path) if path.exists() else create(path, toy_origin(seed))
    session = Session(record, lambda: ToyWorld(seed), **options)
    await session.open()
    try:
        yield session
    finally:
        await session.close()


def order(action: str = "patrol", *, seat: str = HEAD, text: str = "") -> dict[str, Any]:
    return {"kind": "order", "seat": seat, "action": action, "text": text}


async def standing(session: Session) -> None:
    while session.state == "running":
        await asyncio.sleep(0.001)
    async with session.turn:
        pass


async def jump(session: Session, ticks: int, *, heed: bool = False) -> None:
    await session.run_until(session.world.now + ticks, heed_needs=heed)
    await standing(session)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "game.mlt"


async def test_an_exercise_goes_on_exactly_where_it_stopped(path: Path) -> None:
    async with playing(path) as session:
        await session.hold_seats([HEAD])
        await jump(session, 7 * HOUR)
        await session.submit(HEAD, "a", order())
        await jump(session, 90 * MINUTE)
        before = session.world.now, session.world.digest(), set(session.held)
    async with playing(path) as session:
        assert (session.world.now, session.world.digest(), session.held) == before
        assert session.state == "paused"


async def test_without_inputs_it_is_the_world_nobody_plays(path: Path) -> None:
    async with playing(path) as session:
        await jump(session, 50 * HOUR)
        alone = ToyWorld(3)
        alone.advance(50 * HOUR)
        assert session.world.digest() == alone.digest()


async def test_an_input_is_durable_before_it_is_applied(path: Path) -> None:
    async with playing(path) as session:
        apply = session.world.apply
        seen = []

        def watched(entry: Any) -> Any:
            seen.append([stored.command for stored in session.record.inputs])
            return apply(entry)

        session.world.apply = watched  # type: ignore[method-assign]
        await session.submit(HEAD, "a", order())
        assert seen == [["a"]]


async def test_the_world_stands_still_while_an_input_is_on_its_way(path: Path) -> None:
    async with playing(path) as session:
        await session.run(600, heed_needs=False)
        for number in range(20):
            receipt = await session.submit(HEAD, f"c{number}", order())
            assert receipt.tick == session.record.inputs[-1].tick
            await asyncio.sleep(0.01)
        await session.pause()
        assert session.world.now > 0
        expected = session.world.digest()
    with open_record(path) as record:
        assert replayed(record, lambda: ToyWorld(3)).digest() == expected


async def test_repeating_a_command_is_harmless_after_a_restart_too(path: Path) -> None:
    async with playing(path) as session:
        first = await session.submit(HEAD, "a", order())
        assert await session.submit(HEAD, "a", order("something-else")) == first
        assert len(session.record.inputs) == 1
    async with playing(path) as session:
        assert await session.submit(HEAD, "a", order()) == first
        assert len(session.record.inputs) == 1
        other_seat = await session.submit(POLICE, "a", order(seat=POLICE))
        assert other_seat.sequence != first.sequence


async def test_a_refusal_is_stored_and_replayed(path: Path) -> None:
    async with playing(path) as session:
        refused = await session.submit(HEAD, "a", order("forbidden"))
        after = await session.submit(HEAD, "b", order())
        assert not refused.accepted
        assert session.record.inputs[0].status == "refused"
    with open_record(path) as record:
        assert verify(record, lambda: ToyWorld(3)).same
        assert record.inputs[1].receipt == after


@pytest.mark.parametrize(
    "data",
    [None, [], {"kind": "order"}, {"kind": "launch", "seat": HEAD}, order(seat=POLICE), {**order(), "extra": 1}],
)
async def test_what_has_no_meaning_is_refused_and_not_stored(path: Path, data: object) -> None:
    async with playing(path) as session:
        receipt = await session.submit(HEAD, "a", data)
        assert not receipt.accepted
        assert receipt.reason
        assert session.record.inputs == []


async def test_an_input_that_cannot_be_applied_becomes_void_and_the_game_goes_on(path: Path) -> None:
    notices: list[Notice] = []
    async with playing(path, on_notice=notices.append) as session:
        await session.submit(HEAD, "a", order())
        await jump(session, 3 * HOUR)
        before = session.world.digest()
        receipt = await session.submit(HEAD, "b", order("explode", text="secret words"))
        assert not receipt.accepted
        assert session.world.digest() == before
        assert session.state == "paused"
        assert "secret" not in notices[-1].text
        assert (await session.submit(HEAD, "c", order())).accepted
        await jump(session, HOUR)
        expected = session.world.digest()
    with open_record(path) as record:
        assert [stored.status for stored in record.inputs] == ["applied", "void", "applied"]
        assert "ToyFailure" in record.inputs[1].traceback
        assert verify(record, lambda: ToyWorld(3)).digest == expected


async def test_a_durable_input_that_fails_only_on_replay_is_made_void_at_opening(path: Path) -> None:
    async with playing(path) as session:
        await session.submit(HEAD, "a", order())
        await session.submit(HEAD, "b", order())

    class Broken(ToyWorld):
        def apply(self, entry: Any) -> Any:
            if self.sequence == 1:
                self.failed = True
                raise RuntimeError("a mistake made since")
            return super().apply(entry)

    session = Session(open_record(path), lambda: Broken(3))
    await session.open()
    assert [stored.status for stored in session.record.inputs] == ["applied", "void"]
    assert session.state == "paused"
    await session.close()


async def test_a_failed_world_stays_failed_and_offers_to_go_back(path: Path) -> None:
    notices: list[Notice] = []
    async with playing(path, on_notice=notices.append) as session:
        await session.hold_seats([HEAD])
        await session.submit(HEAD, "a", order())
        before = session.world.digest()
        await session.submit(HEAD, "b", order("mine"))
        await jump(session, 5 * HOUR)
        assert session.state == "failed"
        assert "before input 3" in notices[-1].text
        assert not (await session.submit(HEAD, "c", order())).accepted
        with pytest.raises(ClockRefused, match="failed"):
            await session.run(60)
        assert await session.reopen() == 3
        assert session.state == "paused"
        assert session.world.digest() == before
        assert session.held == {HEAD}
        await jump(session, 5 * HOUR)
        expected = session.world.digest()
    with open_record(path) as record:
        assert verify(record, lambda: ToyWorld(3)).digest == expected


async def test_going_back_takes_the_holder_of_a_seat_along(path: Path) -> None:
    async with playing(path) as session:
        await session.submit(HEAD, "a", order("mine"))
        await session.hold_seats([POLICE])
        await jump(session, 5 * HOUR)
        await session.reopen()
        assert session.held == {POLICE}


async def test_the_clock_stops_when_a_held_seat_is_needed_and_only_then(path: Path) -> None:
    async with playing(path) as session:
        await session.hold_seats([HEAD])
        await session.run_until("needs")
        await standing(session)
        clock = session.clock()
        assert (clock.state, clock.seat) == ("paused", HEAD)
        assert session.world.reports[-1][1] == HEAD
        assert session.world.reports[-1][0] == session.world.now - 1


async def test_what_stopped_the_clock_is_committed_before_it_can_be_seen(path: Path) -> None:
    async with playing(path) as session:
        await session.hold_seats([HEAD])
        shown = []

        def look() -> None:
            if session.state == "paused" and not session.turn.locked():
                shown.append(session.record.reached >= session.world.now)

        session.on_change = look
        await session.run_until("needs")
        await standing(session)
        async with session.turn:
            reached = session.record.reached
        assert reached == session.world.now
        assert all(shown)


async def test_a_time_limit_that_ignores_needs_is_kept(path: Path) -> None:
    async with playing(path) as session:
        await session.hold_seats([HEAD, POLICE])
        await jump(session, 30 * HOUR, heed=False)
        assert session.world.now == 30 * HOUR


async def test_the_ratio_is_kept(path: Path) -> None:
    async with playing(path) as session:
        began = asyncio.get_running_loop().time()
        await session.run(600, heed_needs=False)
        await asyncio.sleep(0.6)
        await session.pause()
        passed = asyncio.get_running_loop().time() - began
        assert 0.3 * passed <= session.world.now / 600_000 <= 1.05 * passed


async def test_a_slow_world_says_sim_lag_and_drops_the_debt(path: Path) -> None:
    import time

    class Slow(ToyWorld):
        def advance(self, to: int, *stop: Any) -> Any:
            time.sleep(0.08)
            return super().advance(to, *stop)

    session = Session(create(path, toy_origin()), lambda: Slow(3))
    await session.open()
    await session.run(600, heed_needs=False)
    await asyncio.sleep(1.5)
    lagged = session.clock().lag
    await session.pause()
    now = session.world.now
    await session.close()
    assert lagged
    assert now < 1.2 * 600_000
    with open_record(path) as record:
        assert "lag" in [event.event for event in record.clock_history()]


async def test_the_reached_tick_is_committed_every_second_of_running(path: Path) -> None:
    async with playing(path) as session:
        await session.run(600, heed_needs=False)
        await asyncio.sleep(1.3)
        assert session.record.reached >= 0.8 * 600_000
        assert session.record.reached <= session.world.now


async def test_the_end_of_the_scenario_runs_the_epilogue_and_stores_everything(path: Path) -> None:
    options: dict[str, Any] = {
        "snapshots": lambda world: {HEAD: {"state": world.state}},
        "outcome": lambda world: {"state": world.state},
    }
    async with playing(path, **options) as session:
        await session.hold_seats([HEAD])
        await jump(session, session.world.end)
        assert session.state == "ended"
        assert session.world.now == session.world.horizon
        assert session.held == set()
        with pytest.raises(ClockRefused, match="ended"):
            await session.run(60)
        assert not (await session.submit(HEAD, "late", order())).accepted
        asked = await session.submit(HEAD, "why", {"kind": "asked-why", "seat": HEAD, "subject": "town"})
        assert asked.answer
        state, rows = session.world.state, session.world.journal.count
    async with playing(path, **options) as session:
        assert session.state == "ended"
        assert session.record.finished == {"state": state}
        assert len(list(session.record.journal_rows())) == rows
        ticks = [tick for tick, _ in session.record.pictures(HEAD)]
        assert ticks == sorted(ticks)
        assert ticks[0] == 6 * HOUR
        assert ticks[-1] == session.world.horizon


async def test_an_exercise_stopped_in_its_epilogue_is_finished_at_opening(path: Path) -> None:
    with create(path, toy_origin()) as record:
        record.reach(ToyWorld(3).end + HOUR).result()
    async with playing(path) as session:
        assert session.state == "ended"
        assert session.record.finished is not None


async def test_a_full_disk_pauses_and_the_input_can_be_sent_again(path: Path) -> None:
    notices: list[Notice] = []
    async with playing(path, on_notice=notices.append) as session:
        await session.submit(HEAD, "a", order())
        await session.run(60)
        session.record.limit_pages(session.record.pages())
        acknowledged = 1
        with pytest.raises(RecordFull):
            for number in range(100):
                await session.submit(HEAD, f"c{number}", order(text="x" * 3000))
                acknowledged += 1
        assert session.state == "paused"
        assert "Free some space" in notices[-1].text
        failed = f"c{acknowledged - 1}"
        now, digest = session.world.now, session.world.digest()
        session.record.limit_pages(100_000)
        assert len(session.record.inputs) == acknowledged
        assert (session.world.now, session.world.digest()) == (now, digest)
        assert (await session.submit(HEAD, failed, order(text="x" * 3000))).accepted
    with open_record(path) as record:
        assert len(record.inputs) == acknowledged + 1
        assert verify(record, lambda: ToyWorld(3)).same


async def test_leaving_a_connection_half_way_leaves_no_input_without_its_effect(path: Path) -> None:
    async with playing(path) as session:
        sending = asyncio.create_task(session.submit(HEAD, "a", order()))
        await asyncio.sleep(0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await session.submit(HEAD, "b", order())
        expected = session.world.digest()
    with open_record(path) as record:
        assert [stored.command for stored in record.inputs] == ["a", "b"]
        assert replayed(record, lambda: ToyWorld(3)).digest() == expected


async def test_a_time_that_has_passed_is_refused(path: Path) -> None:
    async with playing(path) as session:
        await jump(session, HOUR)
        with pytest.raises(ClockRefused, match="passed"):
            await session.run_until(HOUR)
        with pytest.raises(ClockRefused, match="ratio"):
            await session.run(-1)


def _random_steps(luck: random.Random) -> list[Callable[[Session], Any]]:
    """Inputs, reads and runs of the clock in any order, many of them at the same tick."""

    def act(session: Session) -> Any:
        kind = luck.choice(["order", "order", "asked-why", "forbidden"])
        seat = luck.choice([HEAD, POLICE])
        data = {"kind": "asked-why", "seat": seat, "subject": "town"} if kind == "asked-why" else order(kind, seat=seat)
        return session.submit(seat, f"c{luck.getrandbits(48)}", data)

    def hold(session: Session) -> Any:
        return session.hold_seats([HEAD], released=[POLICE]) if luck.random() < 0.5 else session.hold_seats([POLICE])

    def go(session: Session) -> Any:
        exact = luck.choice([1, MINUTE, HOUR, 6 * HOUR, 24 * HOUR])
        return jump(session, exact if luck.random() < 0.5 else 1 + luck.randrange(exact), heed=luck.random() < 0.7)

    return [luck.choice([act, act, go, go, hold]) for _ in range(luck.randint(3, 10))]


async def test_three_hundred_random_sessions_replay_exactly(tmp_path: Path) -> None:
    stops = inputs = 0
    for number in range(300):
        luck = random.Random(number)
        path = tmp_path / f"{number}.mlt"
        async with playing(path, seed=number) as session:
            for step in _random_steps(luck):
                if session.state != "ended":
                    await step(session)
            stops += sum(event.event == "pause" for event in session.record.clock_history())
            inputs += len(session.record.inputs)
            expected = session.world.now, session.world.digest()
        with open_record(path) as record:
            verdict = verify(record, lambda seed=number: ToyWorld(seed))  # type: ignore[misc]
            assert verdict.same, (number, verdict)
            assert (verdict.tick, verdict.digest) == expected
        path.unlink()
    assert stops > 500
    assert inputs > 500


async def test_reading_changes_nothing(path: Path) -> None:
    async with playing(path) as session:
        await session.submit(HEAD, "a", order())
        luck = random.Random(1)
        quiet = ToyWorld(3)
        quiet.advance(0)
        for _ in range(40):
            await jump(session, luck.randint(1, HOUR))
            for read in luck.sample([session.clock, session.world.digest, session.last_input, session.held.copy], 3):
                read()
        expected = session.world.digest()
    with open_record(path) as record:
        assert replayed(record, lambda: ToyWorld(3)).digest() == expected
