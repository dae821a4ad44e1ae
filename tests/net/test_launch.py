"""The host as a process: killed at any moment, nothing acknowledged is lost and the game goes on."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.engine.inputs import Receipt, decode
from sim.exercise.record import RecordInUse, open_record
from sim.exercise.replay import replayed, verify
from sim.exercise.staging import world_of
from sim.net.client import HostLink
from sim.net.launch import HostFailed, HostKeeper, start_host
from sim.net.protocol import ReceiptFor
from toy_world import ToyWorld

HEAD = "head-of-mission"
TOY_HOST = [sys.executable, str(Path(__file__).parent / "toy_host.py")]
Keep = Callable[[Path], HostKeeper]


def order(action: str = "patrol", text: str = "") -> dict[str, Any]:
    return {"kind": "order", "seat": HEAD, "action": action, "text": text}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "game.mlt"


def counted(path: Path) -> dict[str, ReceiptFor]:
    """What the file holds, by command id."""
    with open_record(path) as record:
        assert verify(record, lambda: ToyWorld(record.origin.seed)).same
        return {
            stored.command: ReceiptFor(stored.command, stored.receipt.accepted, ref=stored.receipt.ref)
            for stored in record.inputs
            if stored.receipt is not None
        }


def test_a_host_starts_answers_and_leaves(path: Path, keep: Keep) -> None:
    keeper = keep(path)
    host = keeper.start({"seed": 5})
    assert host.alive()
    assert (host.tick, host.inputs) == (0, 0)
    assert HEAD in host.seats
    assert host.token not in repr(host)
    keeper.close()
    assert host.process.returncode == 0
    assert not Path(f"{path}-journal").exists()


def test_a_file_that_cannot_be_opened_is_told_in_the_hosts_words(path: Path, keep: Keep) -> None:
    path.write_text("something else, and long enough to look at" * 10)
    with pytest.raises(HostFailed, match="not an exercise file") as failure:
        keep(path).start()
    assert failure.value.cause == "sim.exercise.faults.NotAnExercise"
    assert not failure.value.died


def test_a_file_in_use_is_told(path: Path, keep: Keep) -> None:
    keep(path).start({"seed": 5})
    with pytest.raises(HostFailed, match="another program"):
        keep(path).start()


def test_a_host_that_dies_at_once_is_told_with_its_log(tmp_path: Path, path: Path) -> None:
    with pytest.raises(HostFailed, match=r"host\.err") as failure:
        start_host(path, log_folder=tmp_path, command=[sys.executable, "-c", "raise SystemExit(3)"])
    assert failure.value.died


def test_the_host_ends_when_whoever_started_it_is_killed(tmp_path: Path, path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from sim.net.launch import start_host\n"
        "host = start_host(Path(sys.argv[1]), new={'seed': 5}, log_folder=Path(sys.argv[2]), command=sys.argv[3:])\n"
        "print(host.process.pid, flush=True); time.sleep(60)"
    )
    root = Path(sys.modules["sim"].__path__[0]).parent
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(path), str(tmp_path), *TOY_HOST], stdout=subprocess.PIPE, cwd=root
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert os.getsid(pid) != os.getsid(parent.pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        if not _runs(pid):
            break
        time.sleep(0.05)
    assert not _runs(pid)
    open_record(path).close()


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_host_killed_at_random_moments_loses_nothing_acknowledged(path: Path, keep: Keep) -> None:
    """The host is killed while inputs come in and the clock runs, and started again each time."""
    luck = random.Random(11)
    keeper = keep(path)
    host = keeper.start({"seed": 5})
    receipts: dict[str, ReceiptFor] = {}
    kills = 0

    async def kill_now_and_then() -> None:
        nonlocal kills
        while kills < 8:
            await asyncio.sleep(luck.uniform(0.01, 0.25))
            current = keeper._host
            if current is not None and current.alive() and link.state == "linked":
                current.process.send_signal(signal.SIGKILL)
                kills += 1

    async with HostLink(host.url, host.token, ("*",), keeper=keeper) as link:
        killing = asyncio.create_task(kill_now_and_then())
        number = 0
        while number < 60 or not killing.done():
            if link.offer:
                # Killed twice where nothing had been done.
                link.try_again()
            if number % 7 == 0:
                await link.clock("run", ratio=600.0, heed=False)
            command = f"c{number}"
            try:
                receipts[command] = await asyncio.wait_for(link.send_input(order(), command), 5)
            except TimeoutError:
                continue
            number += 1
            await asyncio.sleep(0 if killing.done() else 0.02)
        await killing
    keeper.close()
    assert kills == 8
    stored = counted(path)
    for command, receipt in receipts.items():
        assert stored[command].accepted == receipt.accepted
        assert stored[command].ref == receipt.ref
    assert len(receipts) >= 60


def test_a_game_of_the_real_world_survives_thirty_kills(tmp_path: Path, path: Path) -> None:
    """Ten clients one after the other: host killed twice under each, then the client, or client and host at once."""
    luck = random.Random(12)
    acknowledged: dict[str, str] = {}
    kills = 0
    for round_ in range(10):
        client = Player(path, tmp_path, round_)
        for _ in range(2):
            client.play(luck.uniform(0.02, 0.25), at_least=7)
            os.kill(client.host(), signal.SIGKILL)
            kills += 1
        client.play(luck.uniform(0.02, 0.25), at_least=7)
        if round_ % 2:
            os.kill(client.host(), signal.SIGKILL)
        client.kill()
        kills += 1
        acknowledged |= client.acknowledged
        stored = _when_free(path)
        for command, receipt in acknowledged.items():
            assert stored[command] == receipt, (round_, command)
    assert kills == 30
    assert len(acknowledged) >= 200
    with open_record(path) as record:
        verdict = verify(record, lambda: world_of(record.origin))
        assert verdict.same, verdict.difference
        assert not [entry for entry in record.inputs if entry.status == "void"]


class Player:
    """A client in a process of its own, which plays the whole team as fast as it can."""

    def __init__(self, path: Path, log: Path, round_: int) -> None:
        new = {"scenario": "saraf_umra", "seed": 9, "pattern": None, "options": {}} if round_ == 0 else None
        self.acknowledged: dict[str, str] = {}
        self._hosts: list[int] = []
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-c", PLAYER, str(path), str(log), f"r{round_}", json.dumps(new)],
            stdout=subprocess.PIPE,
            cwd=Path(sys.modules["sim"].__path__[0]).parent,
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)

    def play(self, seconds: float, *, at_least: int) -> None:
        """Let it play for a while after so many more answers, on a host that has not been killed yet."""
        many, hosts = len(self.acknowledged), len(self._hosts)
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < many + at_least or len(self._hosts) == hosts:
            assert time.monotonic() < deadline
            assert self._process.poll() is None
            self._read()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._read()

    def host(self) -> int:
        """The process id of its host."""
        return self._hosts[-1]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._read()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        *lines, self._rest = (self._rest + (self._process.stdout.read() or b"")).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "host" in said:
                self._hosts.append(said["host"])
            else:
                self.acknowledged[said["command"]] = said["receipt"]
        time.sleep(0.005)


PLAYER = """
import asyncio, json, random, sys
from pathlib import Path
from sim.net.client import HostLink
from sim.net.launch import HostKeeper
path, log, prefix, new = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
luck = random.Random(prefix)
keeper = HostKeeper(path, log_folder=log)
host = keeper.start(new)
def entry(view):
    tables = view["tables"]
    waiting = [row for row in tables["decisions"].values() if row["state"] == "open"]
    if waiting and luck.random() < 0.3:
        row = luck.choice(waiting)
        return {"kind": "answer", "seat": row["seat"], "decision": row["id"],
                "option": luck.choice(row["options"])["id"]}
    if luck.random() < 0.2:
        return {"kind": "asked-why", "seat": "head-of-mission", "subject": luck.choice(list(tables["places"]))}
    form = luck.choice([form for form in tables["forms"].values() if form["kind"] == "order"])
    first = {key: luck.choice(form[key])["id"] if form[key] else "" for key in ("units", "places", "targets")}
    return {"kind": "order", "seat": form["seat"], "action": form["action"], "unit": first["units"],
            "place": first["places"], "target": first["targets"]}
async def main():
    async with HostLink(host.url, host.token, ("*",), keeper=keeper) as link:
        told = None
        await link.linked()
        for number in range(100_000):
            current = keeper._host.process.pid
            if current != told and link.state == "linked":
                print(json.dumps({"host": current}), flush=True)
                told = current
            if number % 5 == 0 and link.state == "linked":
                await link.clock("run", ratio=600.0, heed=False)
            command = f"{prefix}-{number}"
            sending = asyncio.create_task(link.send_input(entry(link.view), command))
            while not sending.done():
                await asyncio.wait([sending], timeout=0.5)
                if link.offer:
                    # Killed twice at one place, from outside.
                    link.try_again()
            receipt = sending.result()
            text = json.dumps([receipt.accepted, receipt.reason, receipt.ref, list(receipt.answer)])
            print(json.dumps({"command": command, "receipt": text}), flush=True)
            await asyncio.sleep(0.005)
asyncio.run(main())
"""


def _when_free(path: Path) -> dict[str, str]:
    """The receipts in the file by command, as soon as the host of the dead client has let go of it."""
    for _ in range(200):
        try:
            record = open_record(path)
        except RecordInUse:
            time.sleep(0.05)
            continue
        with record:
            replay_receipts = {entry.command: _receipt_text(entry.receipt) for entry in record.inputs if entry.receipt}
            # Acknowledged and not settled yet: replaying gives the receipt.
            world = world_of(record.origin)
            for entry in record.inputs:
                world.advance(entry.tick)
                receipt = world.apply(decode(entry.data))
                replay_receipts.setdefault(entry.command, _receipt_text(receipt))
                assert replay_receipts[entry.command] == _receipt_text(receipt)
        return replay_receipts
    pytest.fail("the host of a dead client did not leave")


def _receipt_text(receipt: Receipt) -> str:
    return json.dumps([receipt.accepted, receipt.reason, receipt.ref, list(receipt.answer)])


async def test_an_input_that_kills_the_host_leads_to_the_offer_to_go_back(path: Path, keep: Keep) -> None:
    keeper = keep(path)
    host = keeper.start({"seed": 5})
    async with HostLink(host.url, host.token, ("*",), keeper=keeper) as link:
        await link.linked()
        assert (await link.send_input(order(), "good")).accepted
        deadly = asyncio.create_task(link.send_input(order("die"), "deadly"))
        for _ in range(200):
            if link.offer:
                break
            await asyncio.sleep(0.05)
        assert "before the last input" in link.offer
        link.try_again()
        assert not link.offer
        for _ in range(200):
            if link.offer:
                break
            await asyncio.sleep(0.05)
        assert "before the last input" in link.offer
        await link.go_back()
        assert not (await asyncio.wait_for(deadly, 10)).accepted
        assert (await link.send_input(order(), "after")).accepted
    keeper.close()
    with open_record(path) as record:
        states = {stored.command: stored.status for stored in record.inputs}
    assert (states["good"], states["deadly"], states["after"]) == ("applied", "void", "applied")


async def test_a_host_that_dies_later_at_the_same_place_leads_to_the_offer_too(path: Path, keep: Keep) -> None:
    keeper = keep(path)
    host = keeper.start({"seed": 5})
    async with HostLink(host.url, host.token, ("*",), keeper=keeper) as link:
        await link.linked()
        await link.send_input(order("die-later"), "deadly")
        for _ in range(400):
            if link.offer:
                break
            if link.state == "linked" and link.view["single"]["clock"]["state"] == "paused":
                await link.clock("until", to=link.view["single"]["clock"]["tick"] + 2 * 3_600_000, heed=False)
            await asyncio.sleep(0.02)
        assert link.offer
        await link.go_back()
        await asyncio.sleep(0.5)
        await link.clock("until", to=link.view["single"]["clock"]["tick"] + 3 * 3_600_000, heed=False)
        assert (await link.send_input(order(), "after")).accepted


async def test_a_restart_goes_on_with_the_same_world(path: Path, keep: Keep) -> None:
    keeper = keep(path)
    host = keeper.start({"seed": 5})
    async with HostLink(host.url, host.token, ("*",), keeper=keeper) as link:
        await link.linked()
        await link.clock("until", to=30 * 3_600_000, heed=False)
        receipt = await link.send_input(order(), "a")
        host.process.kill()
        again = await asyncio.wait_for(link.send_input(order(), "a"), 10)
        assert again == receipt
        assert link.view["single"]["clock"]["state"] == "paused"
    keeper.close()
    with open_record(path) as record:
        world = replayed(record, lambda: ToyWorld(5))
        assert world.now == record.reached


def test_the_log_holds_neither_the_token_nor_what_a_player_wrote(tmp_path: Path, path: Path, keep: Keep) -> None:
    keeper = keep(path)
    host = keeper.start({"seed": 5})

    async def play() -> None:
        async with HostLink(host.url, host.token, ("*",)) as link:
            await link.linked()
            await link.send_input(order("explode", text="words of a player"))
        bad = HostLink(host.url, "another-secret", ("*",))
        async with bad:
            await bad.linked()

    asyncio.run(play())
    keeper.close()
    written = "".join(file.read_text() for file in (tmp_path / "log").iterdir())
    assert "ToyFailure" in written
    for secret in (host.token, "another-secret", "words of a player"):
        assert secret not in written


def test_the_client_logs_no_token(caplog: pytest.LogCaptureFixture, path: Path, keep: Keep) -> None:
    host = keep(path).start({"seed": 5})
    with caplog.at_level(logging.DEBUG):

        async def join() -> None:
            async with HostLink(host.url, host.token, ("*",)) as link:
                await link.linked()

        asyncio.run(join())
    assert host.token not in caplog.text
