"""An exercise with people in it: a world, its file and its clock.

An input is stamped, made durable, applied and acknowledged, in this order; while it is on its way to
the disk the world stands still. Opening a file replays its inputs up to the tick that was reached
and stands there, paused.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from sim.engine.inputs import NAMES, AskedWhy, BadInput, Input, Receipt, SeatHeld, decode, encode
from sim.engine.journal import WINDOW
from sim.engine.ticks import MINUTE
from sim.engine.world import NEVER, Stopped, StopWhen
from sim.exercise.chronicle import Chronicle
from sim.exercise.clock import BUDGET_S, FASTEST, MILLISECONDS, WALL_TICK_S, ClockRefused, ClockState, Pacer, State
from sim.exercise.record import Record, RecordError, StoredInput
from sim.exercise.worlds import Outcome, Playable, Snapshots, WorldFactory

log = logging.getLogger(__name__)

STEP: Final = 10 * MINUTE
JUMP_SLICE: Final = 15 * MINUTE
SLICE_S: Final = 0.01
OWN_COMMANDS: Final = "session/"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something everybody at the table is told about the exercise itself."""

    level: Literal["info", "warning", "error"]
    text: str


class Session:
    """Owns the record it is given, and closes it.

    Args:
        record: the open exercise file.
        world_factory: makes the world before its first input; called again to go back.
        snapshots: what each seat sees, stored every six hours and at the end.
        outcome: how a finished world came out, stored with it.
        on_change: called whenever there may be something new to show.
        on_notice: called with what everybody must be told.
    """

    def __init__(
        self,
        record: Record,
        world_factory: WorldFactory,
        *,
        snapshots: Snapshots | None = None,
        outcome: Outcome | None = None,
        on_change: Callable[[], None] = lambda: None,
        on_notice: Callable[[Notice], None] = lambda notice: None,
        wall: Callable[[], float] = time.monotonic,
    ) -> None:
        self.record = record
        self.unwritten: RecordError | None = None
        """Why the last word could not be stored when the session was closed."""
        self.world: Playable = world_factory()
        self.held: set[str] = set()
        self.on_change = on_change
        self.on_notice = on_notice
        self._factory = world_factory
        self._chronicle = Chronicle(record, self._watch, snapshots, outcome)
        self._wall = wall
        self._state: State = "opening"
        self._pacer = Pacer()
        self._until: int | None = None
        self._heed_needs = True
        self._for_needs = False
        self._reason = ""
        self._seat = ""
        self._about = ""
        self._runs = 0
        self._turn = asyncio.Lock()
        self._going = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._driver: asyncio.Task[None] | None = None

    @property
    def turn(self) -> asyncio.Lock:
        """Held while the world moves or an input is on its way; whoever shows the world takes it."""
        return self._turn

    @property
    def state(self) -> State:
        """What the clock is doing."""
        return self._state

    def clock(self) -> ClockState:
        """Return the clock as everybody sees it."""
        running = self._state == "running"
        until: int | Literal["needs"] | None = "needs" if self._for_needs else self._until
        return ClockState(
            tick=self.world.now,
            state=self._state,
            ratio=self._pacer.ratio,
            until=until if running else None,
            lag=running and self._pacer.behind,
            reason=self._reason,
            seat=self._seat,
            about=self._about,
            runs=self._runs,
        )

    async def open(self, *, withdraw_last: bool = False) -> None:
        """Replay to the reached tick and stand there. An input that cannot be applied is made void.

        Args:
            withdraw_last: leave out the last input, for a file on which replaying kills the process.
        """
        async with self._turn:
            last = self.last_input() if withdraw_last else None
            if last is not None:
                await self._withdraw(last)
            await self._rebuild()
            self._watch(self.record.note_clock(self.world.now, "open"))
            if self._state != "failed":
                self._state = "paused"
                if self.world.now >= self.world.end:
                    await self._finish()
        self._driver = asyncio.create_task(self._drive(), name="exercise clock")
        self.on_change()

    async def close(self) -> None:
        """Stop, store what a review needs, and let go of the file."""
        async with self._turn:
            if self._driver is not None:
                # Within the turn it has nothing half done.
                self._driver.cancel()
                await asyncio.gather(self._driver, return_exceptions=True)
                self._driver = None
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        async with self._turn:
            try:
                if self._state == "running":
                    self._state = "paused"
                if self._state in ("paused", "ended"):
                    await self._chronicle.stand(self.world, "close")
                    await self._chronicle.journal(self.world)
            except RecordError as error:
                self.unwritten = error
                log.error("closing: %s", error.message)
        await asyncio.to_thread(self.record.close)

    async def submit(self, seat: str, command: str, data: object) -> Receipt:
        """Take an input from a seat. Sending the same command id again gives the same receipt.

        Raises:
            RecordError: it could not be made durable; it does not count, and the clock has stopped.
        """
        return await self._finish_whatever(self._submit(seat, command, data))

    async def hold_seats(self, seats: Iterable[str], *, released: Iterable[str] = ()) -> None:
        """People take seats (their policies stop) and leave others (their policies go on)."""
        await self._finish_whatever(self._hold(sorted(set(seats)), sorted(set(released))))

    async def pause(self, reason: str = "") -> None:
        """Stop the clock where it stands."""
        async with self._turn:
            if self._state == "running":
                await self._stop(reason=reason)

    async def run(self, ratio: float, *, heed_needs: bool = True) -> None:
        """Let the clock run at a ratio until it is stopped or something needs a held seat."""
        if not 0 < ratio <= FASTEST:
            raise ClockRefused(f"A ratio is above 0 and at most {FASTEST:g}, not {ratio:g}.")
        await self._start(ratio, None, heed_needs=heed_needs)

    async def run_until(self, to: int | Literal["needs"], *, ratio: float = 0.0, heed_needs: bool = True) -> None:
        """Run to a tick, or until something needs a held seat; a ratio of 0 is a jump."""
        if not 0 <= ratio <= FASTEST:
            raise ClockRefused(f"A ratio is from 0 (a jump) to {FASTEST:g}, not {ratio:g}.")
        if to == "needs":
            await self._start(ratio, None, heed_needs=True, for_needs=True)
            return
        if to <= self.world.now:
            raise ClockRefused("That time has passed. The clock only runs forward.")
        await self._start(ratio, to, heed_needs=heed_needs)

    async def step(self, to: int | None = None) -> None:
        """Jump ten minutes ahead, or to a tick."""
        await self.run_until(self.world.now + STEP if to is None else to)

    async def reopen(self) -> int:
        """Go back to before the last input, which becomes void, and stand there; return its number."""
        return await self._finish_whatever(self._reopen())

    def last_input(self) -> StoredInput | None:
        """Return the last input that counts, the one :meth:`reopen` would withdraw."""
        counted = (entry for entry in reversed(self.record.inputs) if entry.status != "void")
        return next((entry for entry in counted if not entry.command.startswith(OWN_COMMANDS)), None)

    async def _finish_whatever(self, work: Coroutine[Any, Any, T]) -> T:
        # A connection that goes away must not leave a durable input without its effect on the world.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _submit(self, seat: str, command: str, data: object) -> Receipt:
        async with self._turn:
            known = self.record.find(seat, command)
            if known is not None:
                return known.receipt or self._refusal("This input could not be applied and does not count.")
            try:
                entry = decode(data)
            except BadInput as error:
                return self._refusal(error.message)
            refusal = self._why_not(seat, entry)
            if refusal:
                return self._refusal(refusal)
            receipt = await self._take(seat, command, entry)
        self.on_change()
        return receipt

    def _why_not(self, seat: str, entry: Input) -> str:
        if entry.seat != seat:
            return f"This input names the seat '{entry.seat:.40}', but it was sent by '{seat:.40}'."
        if self._state == "failed":
            return "The world has failed; go back to before the last input first."
        if self._state == "opening":
            return "The exercise is still being opened."
        if self._state == "ended" and not isinstance(entry, AskedWhy):
            return "The exercise has ended; nothing can be done any more, but you can still ask why."
        return ""

    def _refusal(self, reason: str) -> Receipt:
        return Receipt(accepted=False, tick=self.world.now, sequence=0, reason=reason)

    async def _take(self, seat: str, command: str, entry: Input) -> Receipt:
        number = self.record.next_sequence()
        stored = StoredInput(number, self.world.now, seat, command, encode(entry), "pending")
        try:
            await asyncio.wrap_future(self.record.add_input(stored))
        except RecordError as error:
            self._halt(error)
            raise
        self.record.admit(stored)
        return await self._apply(stored, entry)

    async def _apply(self, stored: StoredInput, entry: Input) -> Receipt:
        try:
            receipt = self.world.apply(entry)
        except Exception as error:
            trace = traceback.format_exc()
            log.error("input %d (%s) could not be applied\n%s", stored.sequence, NAMES[type(entry)], bare(error))
            receipt = self._refusal(
                "An error in the program kept this from being applied. It does not count; everything before it does."
            )
            try:
                await asyncio.wrap_future(self.record.settle(stored.sequence, "void", receipt, trace))
            except RecordError:
                # Opening the file again finds the same error and stores it then.
                self._fail(error)
                raise
            await self._rebuild()
            await self._stand_still(f"Input {stored.sequence} could not be applied and was made void.")
            self.on_notice(Notice("error", f"Input {stored.sequence} was made void: {receipt.reason}"))
            return receipt
        self._watch(self.record.settle(stored.sequence, "applied" if receipt.accepted else "refused", receipt))
        self._note_held(entry, receipt)
        return receipt

    def _note_held(self, entry: Input, receipt: Receipt) -> None:
        if isinstance(entry, SeatHeld) and receipt.accepted:
            (self.held.add if entry.held else self.held.discard)(entry.seat)

    async def _hold(self, seats: list[str], released: list[str]) -> None:
        async with self._turn:
            if self._state in ("ended", "failed", "opening"):
                return
            for seat, held in [(seat, False) for seat in released] + [(seat, True) for seat in seats]:
                if held != (seat in self.held):
                    await self._take_own(SeatHeld(seat=seat, held=held))
        self.on_change()

    async def _take_own(self, entry: Input) -> Receipt:
        return await self._take(entry.seat, f"{OWN_COMMANDS}{self.record.next_sequence()}", entry)

    async def _rebuild(self) -> None:
        """Make the world again from the record, making void whatever cannot be applied."""
        while not await self._replay():
            pass

    async def _replay(self) -> bool:
        self.world = world = self._factory()
        self.held.clear()
        self._chronicle.forget()
        for stored in self.record.inputs:
            if stored.status == "void":
                continue
            entry = decode(stored.data)
            if not self._replay_to(stored.tick):
                return True
            try:
                receipt = world.apply(entry)
            except Exception:
                log.error("replay: input %d cannot be applied and is made void", stored.sequence)
                await asyncio.wrap_future(self.record.settle(stored.sequence, "void", None, traceback.format_exc()))
                return False
            if stored.status == "pending":
                self._watch(self.record.settle(stored.sequence, "applied" if receipt.accepted else "refused", receipt))
            self._note_held(entry, receipt)
            await asyncio.sleep(0)
        self._replay_to(self.record.reached)
        self._compare_with_record()
        return True

    def _replay_to(self, tick: int) -> bool:
        world = self.world
        try:
            while world.now < tick:
                world.advance(min(tick, self._chronicle.next_picture(world.now)))
                self._chronicle.picture(world)
        except Exception as error:
            self._fail(error)
            return False
        return True

    def _compare_with_record(self) -> None:
        stored = self.record.marks
        for rows, digest in self.world.journal.marks:
            if stored.get(rows, digest) != digest:
                text = (
                    f"This machine replays the exercise differently from row {rows - WINDOW} of its journal on. "
                    "It goes on from here; 'mlt verify' says where the runs part."
                )
                log.warning("%s", text)
                self._watch(self.record.note_clock(self.world.now, "differs", 0.0, text))
                self.on_notice(Notice("warning", text))
                return

    async def _reopen(self) -> int:
        async with self._turn:
            last = self.last_input()
            if last is None:
                raise ClockRefused("There is no input to go back to. Start the scenario anew.")
            seated = sorted(self.held)
            await self._withdraw(last)
            self._state = "paused"
            await self._rebuild()
            if self._state == "paused":
                for seat in seated:
                    if seat not in self.held:
                        await self._take_own(SeatHeld(seat=seat, held=True))
                await self._stand_still(f"Went back to before input {last.sequence}.")
        self.on_change()
        return last.sequence

    async def _withdraw(self, entry: StoredInput) -> None:
        log.warning("going back to before input %d, tick %d", entry.sequence, entry.tick)
        await asyncio.wrap_future(self.record.withdraw_from(entry.sequence, "withdrawn after a failure"))

    async def _start(self, ratio: float, to: int | None, *, heed_needs: bool, for_needs: bool = False) -> None:
        async with self._turn:
            if self._state == "ended":
                raise ClockRefused("The exercise has ended; its clock does not run any more.")
            if self._state not in ("paused", "running"):
                raise ClockRefused("The world has failed; go back to before the last input first.")
            self._pacer.start(self.world.now, ratio)
            self._until, self._heed_needs, self._for_needs = to, heed_needs, for_needs
            self._reason = self._seat = self._about = ""
            self._state = "running"
            self._runs += 1
            self._chronicle.started(self._wall())
            self._watch(self.record.note_clock(self.world.now, "run" if ratio else "jump", ratio))
        self._going.set()
        self.on_change()

    async def _drive(self) -> None:
        last = self._wall()
        while True:
            if self._state != "running":
                self._going.clear()
                await self._going.wait()
                last = self._wall()
            async with self._turn:
                now = self._wall()
                if self._state == "running":
                    await self._turn_the_world(now - last)
                last = now
            self.on_change()
            spent = self._wall() - now
            await asyncio.sleep(max(0.0, WALL_TICK_S - spent) if self._pacer.ratio else 0.0)

    async def _turn_the_world(self, wall_s: float) -> None:
        try:
            stopped = self._advance(wall_s)
        except Exception as error:
            self._fail(error)
            return
        try:
            if self.world.now >= self.world.end:
                await self._finish()
            elif stopped.reason == "needs":
                await self._stop("Something needs you.", stopped)
            elif self._until is not None and self.world.now >= self._until:
                await self._stop("The time you asked for has come.")
            else:
                self._chronicle.reach(self.world, self._wall())
        except RecordError as error:
            self._halt(error)

    def _advance(self, wall_s: float) -> Stopped:
        self._pacer.add(wall_s)
        world, ratio = self.world, self._pacer.ratio
        goal = min(world.end, world.end if self._until is None else self._until)
        piece = JUMP_SLICE
        if ratio:
            goal = min(goal, int(self._pacer.target))
            piece = max(1, int(ratio * SLICE_S * MILLISECONDS))
        stop = StopWhen(frozenset(self.held)) if self._heed_needs else NEVER
        stopped = Stopped(world.now, "reached")
        deadline = time.perf_counter() + BUDGET_S
        while world.now < goal and stopped.reason != "needs":
            stopped = world.advance(min(goal, world.now + piece, self._chronicle.next_picture(world.now)), stop)
            self._chronicle.picture(world)
            if time.perf_counter() > deadline:
                break
        if self._pacer.settle(world.now):
            self._watch(self.record.note_clock(world.now, "lag", ratio))
        return stopped

    async def _stop(self, reason: str = "", stopped: Stopped | None = None) -> None:
        self._state = "paused"
        self._until, self._for_needs = None, False
        self._reason = reason
        self._seat, self._about = (stopped.seat, stopped.about) if stopped else ("", "")
        await self._chronicle.stand(self.world, "pause", reason)

    async def _stand_still(self, reason: str) -> None:
        if self._state in ("running", "paused"):
            await self._stop(reason)

    async def _finish(self) -> None:
        """The scored time is over: policies take every seat, the epilogue runs, everything is stored."""
        self._state = "paused"
        self._reason = self._seat = self._about = ""
        world = self.world
        if self.record.finished is None:
            try:
                for seat in sorted(self.held):
                    await self._take_own(SeatHeld(seat=seat, held=False))
                world = self.world
                while world.now < world.horizon:
                    world.advance(min(world.horizon, self._chronicle.next_picture(world.now)))
                    self._chronicle.picture(world)
                    await asyncio.sleep(0)
                await self._chronicle.finish(world)
            except RecordError as error:
                self.on_notice(Notice("error", error.message))
            except Exception as error:
                self._fail(error)
                return
        self._state = "ended"

    def _fail(self, error: Exception) -> None:
        log.error("the world failed at tick %d\n%s", self.world.now, bare(error))
        self._state = "failed"
        self._until, self._for_needs = None, False
        last = self.last_input()
        way_out = (
            f"You can go back to before input {last.sequence}."
            if last is not None
            else "There is no input to go back to; start the scenario anew with another seed."
        )
        self._reason = (
            f"An error in the program stopped the world ({type(error).__name__}). "
            f"Everything acknowledged is safe. {way_out}"
        )
        self.on_notice(Notice("error", self._reason))
        self.on_change()

    def _halt(self, error: RecordError) -> None:
        """The file cannot be written: stand still and say so."""
        if self._state == "running":
            self._state = "paused"
            self._until, self._for_needs = None, False
        if self._reason != error.title:
            # A player who tries again and again must not fill the log as well.
            log.error("%s: %s", error.title, error.message)
        self._reason = error.title
        self.on_notice(Notice("error", error.message))
        self.on_change()

    def _watch(self, future: Future[Any]) -> None:
        waiting = asyncio.ensure_future(asyncio.wrap_future(future))
        self._tasks.add(waiting)

        def done(task: asyncio.Task[Any] | asyncio.Future[Any]) -> None:
            self._tasks.discard(waiting)
            if not task.cancelled() and isinstance(task.exception(), RecordError):
                error = task.exception()
                assert isinstance(error, RecordError)
                self._halt(error)

        waiting.add_done_callback(done)


def bare(error: BaseException) -> str:
    """Where an error came from, without its message, which may quote a player."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{type(error).__name__}"
