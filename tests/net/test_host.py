"""The host: who gets in, what a seat may do and see, and that one seat cannot spoil it for the others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sim.exercise.record import create
from sim.exercise.session import Session
from sim.net.client import HostLink
from sim.net.host import Host, Throttle, View
from sim.net.protocol import Goodbye, Hello, Notice, ReceiptFor, Snapshot, read_host, write
from toy_world import SEATS, ToyWorld, toy_origin, toy_view

HEAD, POLICE = SEATS
TOKEN = "a token"


@dataclass
class Table:
    """A host of the toy world in this process."""

    session: Session
    url: str

    def link(self, *seats: str) -> HostLink:
        return HostLink(self.url, TOKEN, seats or ("*",))

    @asynccontextmanager
    async def joined(self, *seats: str) -> AsyncIterator[HostLink]:
        async with self.link(*seats) as link:
            await asyncio.wait_for(link.linked(), 5)
            assert link.state == "linked", link.reason
            yield link

    def raw(self, token: str = TOKEN, **options: Any) -> connect:
        headers = {"Authorization": f"Bearer {token}"}
        return connect(self.url, additional_headers=headers, proxy=None, compression=None, **options)


@asynccontextmanager
async def table(tmp_path: Path, *, view: View = toy_view) -> AsyncIterator[Table]:
    session = Session(create(tmp_path / "game.mlt", toy_origin()), lambda: ToyWorld(3))
    host = Host(session, view, SEATS, SEATS, TOKEN)
    await session.open()
    port = await host.start()
    try:
        yield Table(session, f"ws://127.0.0.1:{port}")
    finally:
        await host.stop("The test is over.")
        await session.close()


def order(seat: str = HEAD, action: str = "patrol", text: str = "") -> dict[str, Any]:
    return {"kind": "order", "seat": seat, "action": action, "text": text}


async def hello(connection: ClientConnection, *seats: str) -> Snapshot:
    await connection.send(write(Hello(seats or ("*",))))
    message = read_host(await connection.recv())
    assert isinstance(message, Snapshot)
    return message


async def receipt(connection: ClientConnection) -> ReceiptFor:
    while True:
        message = read_host(await connection.recv())
        if isinstance(message, ReceiptFor):
            return message


async def test_a_wrong_token_is_turned_away_before_anything_is_said(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
            with pytest.raises(InvalidStatus) as refusal:
                await connect(at.url, additional_headers=headers, proxy=None)
            assert refusal.value.response.status_code == 401


async def test_a_page_in_a_browser_cannot_join_even_with_the_token(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        for origin in ("http://127.0.0.1", "https://example.org", "null"):
            with pytest.raises(InvalidStatus) as refusal:
                await at.raw(origin=origin)
            assert refusal.value.response.status_code == 403


async def test_a_link_with_a_wrong_token_ends_and_says_why(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        link = HostLink(at.url, "wrong", ("*",))
        async with link:
            await asyncio.wait_for(link.linked(), 5)
        assert link.state == "ended"
        assert "token" in link.reason


async def test_who_joins_gets_a_snapshot_and_then_what_changes(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.joined() as link:
        assert link.view["single"]["seat"]["ids"] == list(SEATS)
        before = link.view["tables"]["places"]["town"]
        receipt = await link.send_input(order())
        assert receipt.accepted
        assert link.view["tables"]["places"]["town"] != before
        assert link.version == 2


async def test_each_seat_sees_only_what_it_was_told(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.joined(HEAD) as head, at.joined(POLICE) as police:
        assert (await head.clock("until", to=10 * 24 * 3_600_000 - 1, heed=False)).accepted
        while not (at.session.state == "paused" and head.view["single"]["clock"]["tick"] == at.session.world.now):
            await asyncio.sleep(0.05)
        await police.send_input(order(POLICE))
        for link, seat in ((head, HEAD), (police, POLICE)):
            inbox = link.view["tables"]["inbox"].values()
            assert inbox
            assert {row["seat"] for row in inbox} == {seat}


async def test_joining_holds_the_seats_and_another_choice_releases_them(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        async with at.joined(HEAD):
            assert at.session.held == {HEAD}
        async with at.joined(HEAD):
            pass
        assert len(at.session.record.inputs) == 1
        async with at.joined(POLICE):
            assert at.session.held == {POLICE}


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (order(POLICE), "do not hold"),
        ({"kind": "order", "action": "patrol"}, "do not hold"),
        ({"kind": "seat-held", "seat": HEAD, "held": False}, "joining"),
        ({"kind": "rule", "seat": HEAD, "choice": "x", "outcome": "y"}, "control"),
        ({"kind": "launch", "seat": HEAD}, "no kind"),
        ({**order(), "action": 5}, "action"),
    ],
)
async def test_a_seat_cannot_act_beyond_itself(tmp_path: Path, entry: dict[str, Any], why: str) -> None:
    async with table(tmp_path) as at, at.joined(HEAD) as link:
        receipt = await link.send_input(entry)
        assert not receipt.accepted
        assert why in receipt.reason
        assert [stored.data["kind"] for stored in at.session.record.inputs] == ["seat-held"]


@pytest.mark.parametrize("seat", ["control", "nobody"])
async def test_a_seat_nobody_may_hold_is_refused(tmp_path: Path, seat: str) -> None:
    async with table(tmp_path) as at, at.link(seat) as link:
        await asyncio.wait_for(link.linked(), 5)
        assert link.state == "ended"
        assert seat in link.reason
        assert at.session.record.inputs == []


async def test_the_same_command_id_gives_the_same_receipt(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.raw() as connection:
        await hello(connection)
        message = json.dumps({"type": "input", "id": "once", "input": order()})
        answers = []
        for _ in range(3):
            await connection.send(message)
            answers.append(await receipt(connection))
        assert len(set(answers)) == 1
        assert [stored.command for stored in at.session.record.inputs].count("once") == 1


async def test_what_means_nothing_is_answered_and_after_a_while_shown_the_door(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.raw() as connection:
        await hello(connection)
        heard = []
        with pytest.raises(ConnectionClosed):
            for _ in range(50):
                await connection.send('{"type":"nonsense"}')
                heard.append(read_host(await asyncio.wait_for(connection.recv(), 5)))
        assert isinstance(heard[0], Notice)
        assert isinstance(heard[-1], Goodbye)
        assert at.session.state == "paused"


async def test_a_message_beyond_the_size_limit_ends_the_connection_only(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.joined(HEAD) as other, at.raw() as connection:
        await hello(connection, POLICE)
        with pytest.raises(ConnectionClosed):
            await connection.send(" " * 300_000)
            while True:
                await asyncio.wait_for(connection.recv(), 5)
        assert (await other.send_input(order())).accepted


async def test_somebody_who_says_nothing_first_is_not_served(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.raw() as connection:
        await connection.send('{"type":"resync"}')
        message = read_host(await connection.recv())
        assert isinstance(message, Goodbye)
        assert "hello" in message.reason


async def test_another_protocol_is_refused_with_the_mend(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.raw() as connection:
        await connection.send('{"type":"hello","protocol":99,"seats":["*"]}')
        message = read_host(await connection.recv())
        assert isinstance(message, Goodbye)
        assert "99" in message.reason


async def test_the_clock_pauses_when_the_last_client_is_gone(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        async with at.joined(HEAD) as first, at.joined(POLICE):
            assert (await first.clock("run", ratio=60.0, heed=False)).accepted
        for _ in range(100):
            if at.session.state == "paused":
                break
            await asyncio.sleep(0.02)
        assert at.session.state == "paused"


async def test_the_clock_goes_on_while_somebody_is_left(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.joined(HEAD) as stays:
        async with at.joined(POLICE):
            await stays.clock("run", ratio=60.0, heed=False)
        await asyncio.sleep(0.2)
        assert at.session.state == "running"


async def test_one_frozen_seat_does_not_stop_the_others(tmp_path: Path) -> None:
    def bulky(world: ToyWorld, *about: Any) -> dict[str, Any]:
        view = toy_view(world, *about)
        view["single"]["bulk"] = f"{world.state} " * 20_000
        return view

    async with table(tmp_path, view=bulky) as at, at.raw(max_queue=1) as frozen, at.joined(HEAD) as link:
        await frozen.send(write(Hello((POLICE,))))
        frozen.transport.pause_reading()
        loop = asyncio.get_running_loop()
        await link.clock("run", ratio=600.0, heed=False)
        slowest = 0.0
        for number in range(60):
            began = loop.time()
            assert (await link.send_input(order(text="x" * number))).accepted
            slowest = max(slowest, loop.time() - began)
        assert slowest < 2.0
        frozen.transport.abort()


async def test_a_bad_ratio_and_a_time_that_passed_are_refused_in_words(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.joined() as link:
        assert "ratio" in (await link.clock("run", ratio=-5.0)).reason
        assert "passed" in (await link.clock("until", to=0)).reason
        assert "when" in (await link.clock("until")).reason


async def test_a_full_disk_is_a_refusal_a_notice_and_a_pause(tmp_path: Path) -> None:
    async with table(tmp_path) as at, at.joined() as link:
        notices: list[Notice] = []

        async def listen() -> None:
            async for message in link.messages():
                if isinstance(message, Notice):
                    notices.append(message)

        listening = asyncio.create_task(listen())
        at.session.record.limit_pages(at.session.record.pages())
        answers = [await link.send_input(order(text="x" * 3000)) for _ in range(20)]
        refused = [answer for answer in answers if not answer.accepted]
        assert refused
        assert all("Free some space" in answer.reason for answer in refused)
        await asyncio.sleep(0.1)
        assert any("Free some space" in notice.text for notice in notices)
        listening.cancel()


async def test_a_view_that_cannot_be_made_keeps_the_seat_out_with_a_reason(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        session = at.session

        def broken(*_: Any) -> dict[str, Any]:
            raise KeyError("secret")

        host = Host(session, broken, SEATS, SEATS, TOKEN)
        port = await host.start()
        link = HostLink(f"ws://127.0.0.1:{port}", TOKEN, ("*",))
        async with link:
            await asyncio.wait_for(link.linked(), 5)
        assert "KeyError" in link.reason
        assert "secret" not in link.reason
        await host.stop("over")


def test_the_throttle_lets_a_burst_through_and_then_slows() -> None:
    throttle = Throttle(rate=10, burst=5)
    assert [throttle.wait_s() for _ in range(5)] == [0, 0, 0, 0, 0]
    assert throttle.wait_s() > 0
