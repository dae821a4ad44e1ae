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

from sim.exercise.record import open_record
from sim.exercise.replay import replayed, verify
from sim.net.client import HostLink
from sim.net.launch import HostFailed, HostKeeper, HostKeepsDying, start_host
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
    """200 inputs while the clock runs; the host is killed at 30 random moments and started again each time."""
    luck = random.Random(11)
    keeper = keep(path)
    host = keeper.start({"seed": 5})
    receipts: dict[str, ReceiptFor] = {}
    kills = 0

    async def kill_now_and_then() -> None:
        nonlocal kills
        while kills < 30:
            await asyncio.sleep(luck.uniform(0.01, 0.25))
            current = keeper._host
            if current is not None and current.alive() and link.state == "linked":
                current.process.send_signal(signal.SIGKILL)
                kills += 1

    async with HostLink(host.url, host.token, ("*",), keeper=keeper) as link:
        killing = asyncio.create_task(kill_now_and_then())
        number = 0
        while number < 200 or not killing.done():
            if link.offer:
                # Killed twice where nothing had been done: the offer is declined by trying again.
                keeper._deaths = 0
                link._retry.set()
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
    assert kills == 30
    stored = counted(path)
    for command, receipt in receipts.items():
        assert stored[command].accepted == receipt.accepted
        assert stored[command].ref == receipt.ref
    assert len(receipts) >= 200


def test_a_client_killed_at_random_moments_loses_nothing_acknowledged(tmp_path: Path, path: Path) -> None:
    """The client is killed, its host leaves with it, the next one goes on from the same file."""
    luck = random.Random(12)
    acknowledged: list[str] = []
    new: dict[str, Any] | None = {"seed": 5}
    for round_ in range(12):
        client = _start_client(path, tmp_path, f"r{round_}", new)
        assert client.stdout is not None
        new = None
        deadline = time.monotonic() + luck.uniform(0.4, 1.2)
        os.set_blocking(client.stdout.fileno(), False)
        text = b""
        while time.monotonic() < deadline:
            text += client.stdout.read() or b""
            time.sleep(0.01)
        if round_ % 2:
            host = json.loads(text.split(b"\n")[0])["host"] if text else 0
            if host:
                os.kill(host, signal.SIGKILL)
        client.kill()
        client.wait()
        text += client.stdout.read() or b""
        client.stdout.close()
        acknowledged += [line.split()[1].decode() for line in text.split(b"\n")[:-1] if line.startswith(b"ok ")]
        _wait_until_free(path)
    stored = counted(path)
    assert acknowledged
    assert set(acknowledged) <= set(stored)


CLIENT = """
import asyncio, json, sys
from pathlib import Path
from sim.net.client import HostLink
from sim.net.launch import start_host
path, log, prefix, new = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
host = start_host(path, new=new, log_folder=log, command=sys.argv[5:])
print(json.dumps({"host": host.process.pid}), flush=True)
async def main():
    async with HostLink(host.url, host.token, ("*",)) as link:
        await link.linked()
        await link.clock("run", ratio=600.0, heed=False)
        for number in range(10_000):
            command = f"{prefix}-{number}"
            receipt = await link.send_input({"kind": "order", "seat": "head-of-mission", "action": "x"}, command)
            if receipt.accepted:
                print("ok", command, flush=True)
            await asyncio.sleep(0.01)
asyncio.run(main())
"""


def _start_client(path: Path, log: Path, prefix: str, new: dict[str, Any] | None) -> subprocess.Popen[bytes]:
    root = Path(sys.modules["sim"].__path__[0]).parent
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(path), str(log), prefix, json.dumps(new), *TOY_HOST],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
    )


def _wait_until_free(path: Path) -> None:
    for _ in range(100):
        try:
            open_record(path).close()
        except Exception:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the host of a dead client did not leave")


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
        with pytest.raises(HostKeepsDying):
            keeper.address()
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
