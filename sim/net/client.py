"""A seat's end of the link to the host: keeps the view up to date and comes back when the link is lost."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, Literal, Protocol, TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from sim.errors import MissionError
from sim.net.protocol import (
    LARGEST_VIEW,
    Act,
    Bye,
    ClientMessage,
    Clock,
    Delta,
    Goodbye,
    Hello,
    HostMessage,
    Notice,
    ProtocolError,
    ReceiptFor,
    Resync,
    Snapshot,
    merge,
    read_host,
    write,
)

FIRST_RETRY_S: Final = 0.2
LAST_RETRY_S: Final = 3.0

# At its most talkative the library logs headers, and with them the token.
_wire = logging.getLogger("sim.net.wire")
_wire.setLevel(logging.WARNING)

LinkState: TypeAlias = Literal["linking", "linked", "lost", "ended"]


class Keeper(Protocol):
    """Whoever keeps the host running; both methods may take seconds and run in a thread."""

    def address(self) -> tuple[str, str]:
        """Return URL and token of a running host, starting one if need be."""

    def go_back(self) -> tuple[str, str]:
        """Start the host on the exercise as it was before its last input."""


class HostLink:
    """The link of one client.

    ``state`` is ``linking`` at first, ``linked``, ``lost`` while it tries to come back, ``ended`` for
    good. ``view`` is the merged view, ``{"single": {...}, "tables": {...}}``. ``offer`` is the text of an
    offer to go back to before the last input, when coming back is useless.
    """

    def __init__(self, url: str, token: str, seats: Sequence[str], *, keeper: Keeper | None = None) -> None:
        self.state: LinkState = "linking"
        self.view: dict[str, Any] = {"single": {}, "tables": {}}
        self.version = 0
        self.offer = ""
        self.reason = ""
        """Why the link is lost or ended."""
        self._url, self._token = url, token
        self._seats = tuple(seats)
        self._keeper = keeper
        self._connection: ClientConnection | None = None
        self._queue: asyncio.Queue[HostMessage | None] = asyncio.Queue()
        self._waiting: dict[str, tuple[ClientMessage, asyncio.Future[ReceiptFor]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._linked = asyncio.Event()
        self._retry = asyncio.Event()
        self._synced = False

    async def __aenter__(self) -> HostLink:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def start(self) -> None:
        """Begin to link, in the background."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_linked(), name="link")

    async def close(self) -> None:
        """Say goodbye and end the link."""
        self.state, self.reason = "ended", self.reason or "The link was closed."
        if self._connection is not None:
            with contextlib.suppress(ConnectionClosed, OSError):
                await self._connection.send(write(Bye()))
                await self._connection.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._end("The link was closed.")

    async def linked(self) -> None:
        """Wait until the first view is here, or the link has ended."""
        await self._linked.wait()

    async def messages(self) -> AsyncIterator[HostMessage]:
        """Yield what the host says, each message after it was merged into ``view``; ends with the link."""
        self.start()
        while (message := await self._queue.get()) is not None:
            yield message

    async def send_input(self, data: Mapping[str, Any], command: str | None = None) -> ReceiptFor:
        """Send an input and wait for its receipt, over a lost link too: it is sent again under its id."""
        return await self._request(Act(command or secrets.token_hex(8), data))

    async def clock(
        self,
        action: str,
        *,
        ratio: float = 0.0,
        to: int | Literal["needs"] | None = None,
        heed: bool = True,
    ) -> ReceiptFor:
        """Tell the clock what to do. On a lost link this fails at once: a late start would surprise."""
        id = secrets.token_hex(8)
        if self.state != "linked":
            return ReceiptFor(id, False, "The link to the host is lost.")
        return await self._request(Clock(id, action, ratio, to, heed))

    async def go_back(self) -> None:
        """Take the offer: go on from before the last input."""
        if self._keeper is None:
            raise ProtocolError("Only whoever started the host can go back.")
        self._url, self._token = await asyncio.to_thread(self._keeper.go_back)
        self.offer = ""
        self._retry.set()

    def try_again(self) -> None:
        """Decline the offer: start the host on the game as it is once more."""
        self.offer = ""
        self._retry.set()

    async def _request(self, message: Act | Clock) -> ReceiptFor:
        if self.state == "ended":
            return ReceiptFor(message.id, False, self.reason or "The link has ended.")
        answer: asyncio.Future[ReceiptFor] = asyncio.get_running_loop().create_future()
        self._waiting[message.id] = (message, answer)
        try:
            await self._send(message)
            return await answer
        finally:
            self._waiting.pop(message.id, None)

    async def _send(self, message: ClientMessage) -> None:
        if self._connection is not None and self._synced:
            with contextlib.suppress(ConnectionClosed, OSError):
                await self._connection.send(write(message))

    async def _keep_linked(self) -> None:
        pause = FIRST_RETRY_S
        try:
            while self.state != "ended":
                if await self._link_once():
                    pause = FIRST_RETRY_S
                if self._is_over():
                    break
                self._lose()
                await asyncio.sleep(pause)
                pause = min(LAST_RETRY_S, pause * 2)
                await self._find_host()
        finally:
            self._end(self.reason or "The link was closed.")

    def _is_over(self) -> bool:
        return self.state == "ended"

    async def _link_once(self) -> bool:
        """Link and listen until the connection ends; say whether it ever worked."""
        try:
            async with connect(
                self._url,
                additional_headers={"Authorization": f"Bearer {self._token}"},
                compression=None,
                max_size=LARGEST_VIEW,
                proxy=None,
                ping_interval=5,
                ping_timeout=20,
                logger=_wire,
            ) as connection:
                self._connection = connection
                await connection.send(write(Hello(self._seats, have=self.version or None)))
                async for text in connection:
                    await self._hear(text)
        except InvalidStatus as refusal:
            code = refusal.response.status_code
            self.reason = (
                "The host does not accept this token." if code == 401 else f"The host refused the link (HTTP {code})."
            )
            self.state = "ended"
        except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError, EOFError):
            pass
        except ProtocolError as error:
            self.reason = error.message
        finally:
            worked, self._synced = self._synced, False
            self._connection = None
        return worked

    async def _hear(self, text: str | bytes) -> None:
        message = read_host(text)
        match message:
            case Snapshot(version, view):
                self.view = {"single": dict(view["single"]), "tables": {n: dict(r) for n, r in view["tables"].items()}}
                self.version = version
                self.state, self.reason = "linked", ""
                self._synced = True
                self._linked.set()
                for waiting, _ in list(self._waiting.values()):
                    await self._send(waiting)
            case Delta(base, version, single, tables):
                if base != self.version:
                    await self._send(Resync())
                    return
                merge(self.view, single, tables)
                self.version = version
            case ReceiptFor(id):
                _, answer = self._waiting.get(id, (None, None))
                if answer is not None and not answer.done():
                    answer.set_result(message)
            case Goodbye(reason, final):
                self.reason = reason
                if final:
                    self.state = "ended"
            case Notice():
                pass
        self._queue.put_nowait(message)

    async def _find_host(self) -> None:
        if self._keeper is None:
            return
        try:
            self._url, self._token = await asyncio.to_thread(self._keeper.address)
        except MissionError as error:
            self.offer = self.reason = error.message
            self._queue.put_nowait(Notice("error", error.message))
            self._linked.set()
            self._retry.clear()
            await self._retry.wait()

    def _lose(self) -> None:
        if self.state == "linked":
            self.state = "lost"
            self._queue.put_nowait(Notice("warning", "LINK LOST. Everything acknowledged is safe; coming back."))
        for id, (message, answer) in list(self._waiting.items()):
            if isinstance(message, Clock) and not answer.done():
                answer.set_result(ReceiptFor(id, False, "The link to the host was lost."))

    def _end(self, reason: str) -> None:
        self.state = "ended"
        self.reason = self.reason or reason
        for id, (_, answer) in list(self._waiting.items()):
            if not answer.done():
                answer.set_result(ReceiptFor(id, False, self.reason))
        self._linked.set()
        self._queue.put_nowait(None)
