"""The real world in a session: a game of the shipped scenario made, played, stopped and gone on with."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from sim.engine.ticks import DAY, HOUR
from sim.engine.world import World
from sim.exercise.clock import ClockState
from sim.exercise.record import NoSuchRecord, Record, open_record
from sim.exercise.replay import verify
from sim.exercise.session import Session
from sim.exercise.staging import begin, blueprint_of, go_on, leadership_team, playable_seats, world_of
from sim.exercise.view import Views, outcome
from sim.scenario import ScenarioError

HEAD = "head-of-mission"
NEW = {"scenario": "saraf_umra", "seed": 7, "pattern": "no_caveat", "options": {}}


def session_of(record: Record) -> Session:
    blueprint = blueprint_of(record.origin)
    return Session(record, lambda: World(blueprint, record.origin.seed), outcome=outcome)


async def stands(session: Session) -> None:
    while session.state == "running":
        await asyncio.sleep(0.002)
    async with session.turn:
        pass


def test_a_game_needs_nothing_beside_its_file(tmp_path: Path) -> None:
    path = tmp_path / "game.mlt"
    record, blueprint = begin(path, NEW)
    record.close()
    record, again = go_on(path)
    record.close()
    assert (again.name, again.pattern, again.options) == (blueprint.name, "no_caveat", blueprint.options)
    assert World(again, 7).digest() == World(blueprint, 7).digest()
    assert set(leadership_team(again)) < set(playable_seats(again))
    assert record.origin.doctrine


def test_a_file_that_cannot_be_played_is_let_go_again(tmp_path: Path) -> None:
    path = tmp_path / "game.mlt"
    with pytest.raises(NoSuchRecord):
        go_on(path)
    with pytest.raises(ScenarioError):
        begin(path, {**NEW, "scenario": "no_such_scenario"})
    with pytest.raises(ScenarioError):
        begin(path, {**NEW, "pattern": "no_such_pattern"})
    assert not path.exists()


def _some_input(luck: random.Random, view: dict[str, Any]) -> dict[str, Any]:
    """Something a player of the whole team might send, now and then with a slip."""
    tables = view["tables"]
    open_ = [row for row in tables["decisions"].values() if row["state"] == "open"]
    if open_ and luck.random() < 0.5:
        row = luck.choice(open_)
        option = luck.choice(row["options"])["id"]
        return {"kind": "answer", "seat": row["seat"], "decision": row["id"], "option": option}
    objections = list(tables["objections"].values())
    if objections and luck.random() < 0.4:
        row = luck.choice(objections)
        levers = [lever["id"] for lever in luck.sample(row["levers"], luck.randint(0, 4))]
        return {
            "kind": "levers", "seat": row["seat"], "objection": row["id"], "levers": levers, "ask": luck.random() < 0.5,
        }  # fmt: skip
    if luck.random() < 0.2:
        return {"kind": "asked-why", "seat": HEAD, "subject": luck.choice(list(tables["places"]))}
    form = luck.choice(list(tables["forms"].values()))
    first = {key: luck.choice(form[key])["id"] if form[key] else "" for key in ("units", "places", "targets", "to")}
    if form["kind"] == "report":
        return {"kind": "submit", "seat": form["seat"], "to": first["to"], "product": form["action"], "text": "so far"}
    common = {"kind": form["kind"], "seat": form["seat"], "action": form["action"], "place": first["places"]}
    if form["kind"] == "direction":
        return {**common, "lead": first["to"], "delegate": luck.random() < 0.3}
    common |= {"unit": first["units"], "target": first["targets"] if luck.random() < 0.9 else "slip"}
    return {**common, "to": first["to"]} if form["kind"] == "request" else common


async def test_played_games_of_the_real_world_replay_exactly(tmp_path: Path) -> None:
    accepted = refused = 0
    for number in range(12):
        luck = random.Random(number)
        path = tmp_path / f"{number}.mlt"
        record, blueprint = begin(path, {**NEW, "seed": number, "pattern": None})
        team = leadership_team(blueprint)
        views = Views(blueprint, seed=number, path=str(path))
        session = session_of(record)
        await session.open()
        await session.hold_seats(luck.sample(team, luck.randint(1, len(team))))
        for step in range(25):
            view = views.view(session.world, team, session.clock(), frozenset(session.held))  # type: ignore[arg-type]
            entry = _some_input(luck, view)
            receipt = await session.submit(entry["seat"], f"c{step}", entry)
            accepted += receipt.accepted
            refused += not receipt.accepted
            await session.run_until(session.world.now + luck.randint(1, 12 * HOUR), heed_needs=luck.random() < 0.7)
            await stands(session)
            assert session.state == "paused", session.clock().reason
        expected = session.world.now, session.world.digest()
        await session.close()
        with open_record(path) as again:
            verdict = verify(again, lambda: world_of(again.origin))
        assert verdict.same, (number, verdict.difference)
        assert (verdict.tick, verdict.digest) == expected
    assert accepted > 200
    assert refused > 0


async def test_a_whole_game_ends_and_opens_on_its_end(tmp_path: Path) -> None:
    path = tmp_path / "game.mlt"
    record, blueprint = begin(path, NEW)
    session = session_of(record)
    await session.open()
    await session.hold_seats(leadership_team(blueprint))
    await session.run_until(session.world.end, heed_needs=False)
    await stands(session)
    assert session.state == "ended"
    assert session.world.now == 30 * DAY
    await session.close()
    record, _ = go_on(path)
    assert record.finished is not None
    assert "civilians_killed" in record.finished["measures"]
    again = session_of(record)
    await again.open()
    assert again.state == "ended"
    view = Views(blueprint, seed=7, path=str(path)).view(
        again.world,  # type: ignore[arg-type]
        (HEAD,),
        ClockState(again.world.now, "ended"),
        frozenset(),
    )
    assert view["single"]["ending"]["headline"]
    await again.close()


async def test_without_inputs_and_seats_held_it_is_the_headless_run(tmp_path: Path) -> None:
    record, blueprint = begin(tmp_path / "game.mlt", NEW)
    session = session_of(record)
    await session.open()
    await session.run_until(3 * DAY, heed_needs=False)
    await stands(session)
    alone = World(blueprint, 7)
    alone.advance(3 * DAY)
    assert session.world.digest() == alone.digest()
    await session.close()
