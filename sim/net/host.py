"""The process that holds an exercise and serves it to its seats over a WebSocket on loopback.

It is started by a client (``launch``), reads what to open and the token from its standard input,
prints one line of JSON and lives as long as that input stays open. Run as ``python -m sim.net.host``.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import hashlib
import hmac
import json
import logging
import logging.handlers
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeAlias

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, SecurityError
from websockets.http11 import Request, Response

from sim.engine.inputs import CONTROL_KINDS
from sim.engine.world import World
from sim.errors import MissionError
from sim.exercise.clock import ClockState
from sim.exercise.record import Record, RecordError
from sim.exercise.session import Notice as Told
from sim.exercise.session import Session, bare
from sim.exercise.worlds import Outcome, Snapshots, WorldFactory
from sim.exit_codes import ExitCode
from sim.net.outbox import Outbox
from sim.net.protocol import (
    LARGEST_MESSAGE,
    Act,
    Bye,
    ClientMessage,
    Clock,
    Goodbye,
    Hello,
    HostMessage,
    Notice,
    ProtocolError,
    ReceiptFor,
    Resync,
    read_client,
    seats_wanted,
    write,
)
from sim.versions import PROTOCOL

log = logging.getLogger(__name__)

# At its most talkative the library logs headers, and with them the token.
_wire = logging.getLogger("sim.net.wire")
_wire.setLevel(logging.WARNING)

LOOPBACK: Final = "127.0.0.1"
SHOW_EVERY_S: Final = 0.2
HELLO_WITHIN_S: Final = 10.0
PING_EVERY_S: Final = 5.0
PING_WITHIN_S: Final = 10.0
CLOSE_WITHIN_S: Final = 1.0
MOST_CLIENTS: Final = 32
MOST_FAULTS: Final = 10
MESSAGES_PER_S: Final = 100.0
BURST: Final = 200.0
LARGEST_REQUEST: Final = 8 * 1024 * 1024

View: TypeAlias = Callable[[Any, tuple[str, ...], ClockState, frozenset[str]], dict[str, Any]]
"""Makes the view of some seats: world, seats, clock, seats held by people."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Everything a host needs to know about one exercise."""

    record: Record
    world_factory: WorldFactory
    view: View
    seats: tuple[str, ...]
    """The seats a person may hold, in the exercise's order."""
    team: tuple[str, ...]
    """The seats of somebody who leads the whole team."""
    snapshots: Snapshots | None = None
    outcome: Outcome | None = None


@dataclass(slots=True, eq=False)
class _Client:
    connection: ServerConnection
    seats: tuple[str, ...]
    outbox: Outbox
    faults: int = 0


class Throttle:
    """Lets a burst through and then a steady rate; whoever sends faster waits."""

    def __init__(self, rate: float = MESSAGES_PER_S, burst: float = BURST) -> None:
        self._rate, self._burst = rate, burst
        self._left = burst
        self._at = time.monotonic()

    def wait_s(self) -> float:
        """Count one message; return how long to wait before handling it."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate) - 1
        self._at = now
        return max(0.0, -self._left / self._rate)


class Host:
    """Serves one session to its clients."""

    def __init__(self, session: Session, view: View, seats: Sequence[str], team: Sequence[str], token: str) -> None:
        self._session = session
        self._view = view
        self._seats = tuple(seats)
        self._team = tuple(team)
        self._key = _hash(token)
        self._clients: set[_Client] = set()
        self._changed = asyncio.Event()
        self._server: Server | None = None
        self._shower: asyncio.Task[None] | None = None
        session.on_change = self._changed.set
        session.on_notice = self._tell_all

    async def start(self) -> int:
        """Listen on a free port of the loopback interface and return it."""
        self._server = await serve(
            self._serve,
            LOOPBACK,
            0,
            process_request=self._let_in,
            # A browser always sends an Origin; no page may speak for a seat.
            origins=[None],
            compression=None,
            max_size=LARGEST_MESSAGE,
            ping_interval=PING_EVERY_S,
            ping_timeout=PING_WITHIN_S,
            close_timeout=CLOSE_WITHIN_S,
            server_header=None,
            logger=_wire,
        )
        self._shower = asyncio.create_task(self._show(), name="views")
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def stop(self, reason: str) -> None:
        """Say goodbye to everybody and stop listening."""
        for client in list(self._clients):
            with contextlib.suppress(ConnectionClosed, OSError):
                async with asyncio.timeout(1):
                    await client.connection.send(write(Goodbye(reason)))
        if self._shower is not None:
            self._shower.cancel()
            await asyncio.gather(self._shower, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _let_in(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            given = request.headers.get("Authorization", "")
        except (SecurityError, LookupError):
            given = ""
        scheme, _, token = given.partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(_hash(token), self._key):
            return connection.respond(HTTPStatus.UNAUTHORIZED, "This exercise is joined with its token.\n")
        if len(self._clients) >= MOST_CLIENTS:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "The table is full.\n")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        try:
            client = await self._greet(connection)
        except (ProtocolError, RecordError) as error:
            await _say(connection, Goodbye(error.message))
            return
        except (TimeoutError, ConnectionClosed):
            return
        except Exception as error:
            log.error("a seat could not be shown its view\n%s", bare(error))
            await _say(connection, Goodbye(f"An error in the program keeps this seat out ({type(error).__name__})."))
            return
        sender = asyncio.create_task(_empty(client), name="outbox")
        try:
            await self._listen(client)
        except ConnectionClosed:
            pass
        finally:
            self._clients.discard(client)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            if not self._clients:
                with contextlib.suppress(RecordError):
                    await self._session.pause("Nobody is at the table.")

    async def _greet(self, connection: ServerConnection) -> _Client:
        async with asyncio.timeout(HELLO_WITHIN_S):
            hello = read_client(await connection.recv())
        if not isinstance(hello, Hello):
            raise ProtocolError("The first message is a hello.")
        if hello.protocol != PROTOCOL:
            raise ProtocolError(
                f"This host speaks protocol {PROTOCOL}, the client {hello.protocol}. Both sides need one version."
            )
        client = _Client(connection, seats_wanted(hello.seats, self._seats, self._team), Outbox())
        taken = {seat for other in self._clients for seat in other.seats} | set(client.seats)
        self._clients.add(client)
        try:
            await self._session.hold_seats(client.seats, released=self._session.held - taken)
            async with self._session.turn:
                client.outbox.show(self._view_for(client.seats))
        except BaseException:
            self._clients.discard(client)
            raise
        reason = self._session.clock().reason
        if self._session.state == "failed" and reason:
            client.outbox.tell(Notice("error", reason))
        return client

    async def _listen(self, client: _Client) -> None:
        throttle = Throttle()
        async for text in client.connection:
            if wait := throttle.wait_s():
                await asyncio.sleep(wait)
            try:
                message = read_client(text)
            except ProtocolError as error:
                client.faults += 1
                client.outbox.tell(Notice("warning", error.message))
                if client.faults >= MOST_FAULTS:
                    await _say(client.connection, Goodbye("Too many messages that mean nothing."))
                    return
                continue
            if isinstance(message, Bye):
                return
            await self._handle(client, message)

    async def _handle(self, client: _Client, message: ClientMessage) -> None:
        match message:
            case Act(id, entry):
                receipt = await self._act(client, id, entry)
                await self._show_to([client])
                client.outbox.tell(receipt)
            case Clock():
                receipt = await self._turn_clock(message)
                await self._show_to([client])
                client.outbox.tell(receipt)
            case Resync():
                client.outbox.resync()
            case _:
                client.outbox.tell(Notice("warning", "You have been greeted already."))

    async def _act(self, client: _Client, id: str, entry: Mapping[str, Any]) -> ReceiptFor:
        seat = entry.get("seat")
        if seat not in client.seats:
            return ReceiptFor(id, False, f"You do not hold the seat {str(seat)!r:.60}.")
        if entry.get("kind") in CONTROL_KINDS:
            return ReceiptFor(id, False, "Only control can do that.")
        if entry.get("kind") == "seat-held":
            return ReceiptFor(id, False, "Seats are taken and left by joining and leaving the exercise.")
        try:
            receipt = await self._session.submit(seat, id, entry)
        except MissionError as error:
            return ReceiptFor(id, False, error.message)
        return ReceiptFor(id, receipt.accepted, receipt.reason, receipt.ref, receipt.answer)

    async def _turn_clock(self, message: Clock) -> ReceiptFor:
        session = self._session
        try:
            match message.action:
                case "pause":
                    await session.pause()
                case "run":
                    await session.run(message.ratio, heed_needs=message.heed)
                case "step":
                    await session.step(None if message.to == "needs" else message.to)
                case "reopen":
                    await session.reopen()
                case _:
                    if message.to is None:
                        return ReceiptFor(message.id, False, "Until when? Give a time, or 'needs'.")
                    await session.run_until(message.to, ratio=message.ratio, heed_needs=message.heed)
        except MissionError as error:
            return ReceiptFor(message.id, False, error.message)
        return ReceiptFor(message.id, True, ref=str(session.clock().runs))

    async def _show(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._show_to(list(self._clients))
            except Exception as error:
                log.error("showing failed\n%s", bare(error))
                self._tell_all(Told("error", f"The screen cannot be brought up to date ({type(error).__name__})."))
                await asyncio.sleep(1)
            await asyncio.sleep(SHOW_EVERY_S)

    async def _show_to(self, clients: Sequence[_Client]) -> None:
        async with self._session.turn:
            views = {seats: self._view_for(seats) for seats in {client.seats for client in clients}}
        for client in clients:
            client.outbox.show(views[client.seats])

    def _view_for(self, seats: tuple[str, ...]) -> dict[str, Any]:
        session = self._session
        return self._view(session.world, seats, session.clock(), frozenset(session.held))

    def _tell_all(self, notice: Told) -> None:
        for client in self._clients:
            client.outbox.tell(Notice(notice.level, notice.text))


async def _empty(client: _Client) -> None:
    try:
        while True:
            await client.outbox.wake.wait()
            for message in client.outbox.take():
                await client.connection.send(write(message))
    except ConnectionClosed:
        return


async def _say(connection: ServerConnection, message: HostMessage) -> None:
    with contextlib.suppress(ConnectionClosed, OSError):
        await connection.send(write(message))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


Stage: TypeAlias = Callable[[Mapping[str, Any]], Staged]
"""Opens the exercise a request names: ``path``, and ``new`` when it is to be made first."""


def stage_exercise(request: Mapping[str, Any]) -> Staged:
    """Make or open an exercise in the real world.

    Raises:
        ScenarioError, RecordError: when it cannot be played.
    """
    from sim.exercise.snapshots import Snapshooter
    from sim.exercise.staging import begin, go_on, leadership_team, playable_seats
    from sim.exercise.view import Views, outcome
    from sim.exercise.wording import Wording

    path = Path(request["path"])
    record, blueprint = begin(path, request["new"]) if request.get("new") else go_on(path)
    views = Views(blueprint, seed=record.origin.seed, path=str(path))
    return Staged(
        record=record,
        world_factory=lambda: World(blueprint, record.origin.seed, parameters=record.origin.parameters),
        view=views.view,
        seats=playable_seats(blueprint),
        team=leadership_team(blueprint),
        snapshots=Snapshooter(Wording(blueprint)).take,
        outcome=outcome,
    )


def main(stage: Stage | None = None) -> int:
    """Read the request from standard input, serve until it closes, and return the exit code."""
    faulthandler.enable()
    answer = sys.stdout
    sys.stdout = sys.stderr
    try:
        request = json.loads(sys.stdin.buffer.readline(LARGEST_REQUEST))
        _log_to(request.get("log"))
        staged = (stage or stage_exercise)(request)
    except MissionError as error:
        print(json.dumps(_refusal(error)), file=answer, flush=True)
        return 1
    return asyncio.run(_host(staged, request, answer))


async def _host(staged: Staged, request: Mapping[str, Any], answer: Any) -> int:
    session = Session(staged.record, staged.world_factory, snapshots=staged.snapshots, outcome=staged.outcome)
    host = Host(session, staged.view, staged.seats, staged.team, request["token"])
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, over.set)
    threading.Thread(target=_watch_stdin, args=(loop, over), daemon=True, name="parent").start()
    try:
        await session.open(withdraw_last=bool(request.get("withdraw_last")))
        port = await host.start()
        # A collection over everything loaded so far took 30-50 ms; it cannot become garbage any more.
        gc.collect()
        gc.freeze()
        ready = {
            "port": port,
            "pid": os.getpid(),
            "tick": session.world.now,
            "inputs": len(staged.record.inputs),
            "seats": list(staged.seats),
        }
        print(json.dumps(ready), file=answer, flush=True)
        log.info("serving, tick %d, %d inputs", session.world.now, len(staged.record.inputs))
        await over.wait()
        log.info("leaving")
        code = 0
    except MissionError as error:
        print(json.dumps(_refusal(error)), file=answer, flush=True)
        code = 1
    finally:
        await host.stop("The exercise has been closed.")
        await session.close()
    return code if session.unwritten is None else int(ExitCode.STORAGE)


def _refusal(error: MissionError) -> dict[str, str]:
    cause = type(error)
    return {"error": error.message, "title": error.title, "cause": f"{cause.__module__}.{cause.__qualname__}"}


def _watch_stdin(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    # The pipe closes even when the parent is killed outright, which no signal handler would see.
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(over.set)


def _log_to(path: object) -> None:
    if not isinstance(path, str):
        return
    handler = logging.handlers.RotatingFileHandler(Path(path), maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


if __name__ == "__main__":
    sys.exit(main())
