"""The whole game as lines of text and typed commands: for screen readers, scripts and tests."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TextIO, TypeAlias

from sim.errors import MissionError
from sim.exit_codes import ExitCode
from sim.net import plain_text as show
from sim.net.client import HostLink, Keeper
from sim.net.plain_words import NotUnderstood, duration, fill_form, moment, pick
from sim.net.protocol import Goodbye, Notice, ReceiptFor
from sim.printing import printable

Command: TypeAlias = Callable[[list[str], str], Awaitable[None]]

STEP: Final = "10m"
USUAL_RATIO: Final = 60.0
LONGEST_LINE: Final = 8_000
BACK: Final = "Type 'back' to go back to before the last input, 'again' to try once more, or 'quit'."

HELP: Final = (
    ("look", "the situation: clock, figures, decisions due, newest reports"),
    ("map", "places, who is where, routes, people moving"),
    ("inbox [N|all]", "the last ten reports, one in full, or all"),
    ("units | tasks | actors", "forces; orders and what became of them; counterparts and communities as assessed"),
    ("decisions", "questions before you, with their options"),
    ("decide ID OPTION [: words]", "answer one"),
    ("actions [KIND|ACTION]", "what you can direct, order or request; one in full"),
    ("order ACTION [UNIT] [PLACE] [4h] [: words]", "task a unit; the words after the action stand in any order"),
    ("request ACTION [SEAT] [PLACE] [: words]", "ask another seat"),
    ("direct ACTION [SEAT] [PLACE] [high] [delegate] [: words]", "give a direction"),
    ("report SEAT PRODUCT [: words]", "hand in a product: flash-report, sitrep, assessment"),
    ("objections", "contingents that object, and what was said"),
    ("ask ID", "ask what it would take"),
    ("levers [ID]", "what can be said or offered"),
    ("say ID LEVER... [4h] [: words]", "say it"),
    ("why SUBJECT", "why you believe what you believe about a place, a unit, a figure"),
    ("run [RATIO]", "let the clock run, 60 if nothing is said; it stops when something needs you"),
    ("until [D+1 06:00]", "jump ahead until something needs you, or to a time"),
    ("step [6h]", "jump ahead, ten minutes if nothing is said; stops when something needs you"),
    ("wait 30m", "jump ahead and do not stop for anything"),
    ("pause", "stop the clock"),
    ("seat [ID]", "who holds what; speak as one of your seats"),
    ("readahead | clock | end", "what you were told before; the time; the end screen"),
    ("back | again", "after a failure: go back to before the last input, or try once more as it is"),
    ("quit", "leave; everything is saved"),
)


class PlainGame:
    """One player's game as text. ``say`` takes the lines of output."""

    def __init__(self, link: HostLink, say: Callable[[str], None], *, waits: bool) -> None:
        self.link = link
        self.over = False
        self._say = say
        self._waits = waits
        self._seat = ""
        self._told: set[str] = set()
        self._asked: dict[str, Any] = {}
        self._stopped_at: tuple[Any, ...] | None = None
        self._unread = 0
        self._ended = False
        self._fresh = asyncio.Condition()
        self._commands: dict[str, Command] = {
            "actions": self._actions, "actors": self._shows(show.actors), "again": self._again, "ask": self._ask,
            "back": self._back,
            "clock": self._shows(show.clock), "decide": self._decide, "decisions": self._shows(show.decisions),
            "direct": self._direct, "end": self._shows(show.ending), "help": self._help, "inbox": self._inbox,
            "levers": self._levers, "look": self._shows(show.look), "map": self._shows(show.places),
            "objections": self._shows(show.objections), "order": self._order, "pause": self._pause,
            "quit": self._quit, "readahead": self._shows(show.readahead), "report": self._report,
            "request": self._request, "run": self._run, "say": self._speak, "seat": self._take_seat,
            "step": self._step, "tasks": self._shows(show.tasks), "units": self._shows(show.units),
            "until": self._until, "wait": self._wait, "why": self._why,
        }  # fmt: skip

    async def begin(self) -> bool:
        """Wait for the first view and print what must be read first; say whether there is a game."""
        await self.link.linked()
        if self.link.state == "ended":
            self._print([self.link.reason])
            return False
        if self.link.offer:
            self._print([self.link.offer, BACK])
            return True
        self._print(show.opening(self.link.view))
        self._print(show.look(self.link.view))
        self._told = {str(row["id"]) for row in show.rows(self.link.view, "inbox")}
        self._told |= {f"decision {row['id']}" for row in show.rows(self.link.view, "decisions")}
        self._stopped_at = self._standing()
        self._show_ending()
        return True

    async def obey(self, line: str) -> None:
        """Carry out one typed line."""
        words, text = _split(line)
        if not words:
            return
        try:
            name = pick(words[0], [{"id": name} for name in self._commands], "command")["id"]
            await self._commands[name](words[1:], text)
        except MissionError as error:
            self._print([error.message])

    async def follow(self) -> None:
        """Print what the host says until the link ends."""
        async for message in self.link.messages():
            match message:
                case Notice(level, text):
                    self._print([f"{level.upper()}: {text}"])
                    if self.link.offer:
                        self._print([BACK])
                case Goodbye(reason):
                    self._print([reason])
                case ReceiptFor():
                    pass
                case _:
                    self._tell_news()
            async with self._fresh:
                self._fresh.notify_all()
        async with self._fresh:
            self.over = True
            self._fresh.notify_all()

    def _tell_news(self) -> None:
        view = self.link.view
        for entry in show.rows(view, "inbox"):
            if str(entry["id"]) in self._told:
                continue
            self._told.add(str(entry["id"]))
            if entry.get("urgent"):
                self._print(show.report(view, entry))
            else:
                self._unread += 1
        for entry in show.rows(view, "decisions"):
            mark = f"decision {entry['id']}"
            if entry.get("state") == "open" and mark not in self._told:
                self._told.add(mark)
                self._print([f"DECISION {entry['id']}: {entry.get('title')}, due {entry.get('due')}. See 'decisions'."])
        standing = self._standing()
        if standing != self._stopped_at:
            self._stopped_at = standing
            if standing is not None:
                if self._unread:
                    self._print([f"{self._unread} new in the inbox."])
                    self._unread = 0
                self._print(show.clock(view))
        self._show_ending()

    def _standing(self) -> tuple[Any, ...] | None:
        """What identifies one halt of the clock; nothing while it runs."""
        clock = show.part(self.link.view, "clock")
        if clock.get("state") == "running":
            return None
        return (clock.get("state"), clock.get("tick"), clock.get("runs"), clock.get("reason"))

    def _show_ending(self) -> None:
        if not self._ended and show.part(self.link.view, "ending"):
            self._ended = True
            self._print(show.ending(self.link.view))

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._say(printable(line))

    def _shows(self, lines: Callable[[show.View], Iterator[str]]) -> Command:
        async def command(words: list[str], text: str) -> None:
            found = list(lines(self.link.view))
            self._print(found or ["Nothing."])

        return command

    async def _help(self, words: list[str], text: str) -> None:
        for usage, what in HELP:
            self._print([f"{usage}: {what}"])
        self._print(["Names may be cut short while they stay clear. Free words go after a colon."])

    async def _inbox(self, words: list[str], text: str) -> None:
        entries = show.rows(self.link.view, "inbox")
        if words and words[0] != "all":
            self._print(show.report(self.link.view, pick(words[0], entries, "report")))
            return
        for entry in entries if words else entries[-10:]:
            self._print(show.report_line(self.link.view, entry))
        self._unread = 0
        if not entries:
            self._print(["Nothing yet."])

    async def _actions(self, words: list[str], text: str) -> None:
        word = words[0] if words else ""
        kinds = {"order": "order", "request": "request", "direct": "direction"}
        kinds |= {"direction": "direction", "report": "report"}
        if word in kinds or not word:
            lines = list(show.forms(self.link.view, kind=kinds.get(word, "")))
        else:
            actions = [{"id": form["action"]} for form in show.rows(self.link.view, "forms")]
            action = pick(word, list({entry["id"]: entry for entry in actions}.values()), "action")["id"]
            lines = list(show.forms(self.link.view, action=action))
        self._print(lines or ["Nothing."])

    async def _order(self, words: list[str], text: str) -> None:
        await self._act(fill_form(self.link.view, "order", words, text, self._seat))

    async def _request(self, words: list[str], text: str) -> None:
        await self._act(fill_form(self.link.view, "request", words, text, self._seat))

    async def _direct(self, words: list[str], text: str) -> None:
        await self._act(fill_form(self.link.view, "direction", words, text, self._seat))

    async def _decide(self, words: list[str], text: str) -> None:
        if len(words) != 2:
            raise NotUnderstood("Write: decide ID OPTION. See 'decisions'.")
        waiting = [row for row in show.rows(self.link.view, "decisions") if row.get("state") == "open"]
        decision = pick(words[0], waiting, "open decision")
        option = pick(words[1], decision.get("options", []), "option")
        await self._act(
            {
                "kind": "answer",
                "seat": decision["seat"],
                "decision": decision["id"],
                "option": option["id"],
                "text": text,
            }
        )

    async def _ask(self, words: list[str], text: str) -> None:
        objection = self._objection(words)
        await self._act(
            {"kind": "levers", "seat": objection["seat"], "objection": objection["id"], "ask": True, "text": text}
        )

    async def _speak(self, words: list[str], text: str) -> None:
        objection = self._objection(words)
        offered = objection.get("levers") or self.link.view["single"].get("levers") or []
        hours = 0.0
        levers = []
        for word in words[1:]:
            if word[:1].isdigit():
                hours = duration(word) / 3_600_000
            else:
                levers.append(pick(word, offered, "lever")["id"])
        if not levers and not text:
            raise NotUnderstood("Say what? Write: say ID LEVER... : words. See 'levers'.")
        await self._act(
            {
                "kind": "levers",
                "seat": objection["seat"],
                "objection": objection["id"],
                "levers": levers,
                "hours": hours,
                "text": text,
            }
        )

    async def _levers(self, words: list[str], text: str) -> None:
        objection = self._objection(words) if words else {}
        self._print(list(show.levers(self.link.view, objection)) or ["Nothing."])

    def _objection(self, words: Sequence[str]) -> show.Row:
        if not words:
            raise NotUnderstood("Which objection? See 'objections'.")
        objections = show.rows(self.link.view, "objections")
        of_unit = [row for row in objections if str(row.get("unit")).casefold().startswith(words[0].casefold())]
        return of_unit[0] if len(of_unit) == 1 else pick(words[0], objections, "objection")

    async def _why(self, words: list[str], text: str) -> None:
        if not words:
            raise NotUnderstood("Why what? Name a place, a unit, an actor or a figure.")
        await self._act(
            {
                "kind": "asked-why",
                "seat": self._speaking(),
                "subject": words[0],
                "attribute": words[1] if len(words) > 1 else "",
            }
        )

    async def _report(self, words: list[str], text: str) -> None:
        if len(words) != 2:
            raise NotUnderstood("Write: report SEAT PRODUCT : words.")
        to = pick(words[0], show.rows(self.link.view, "seats"), "seat")["id"]
        await self._act({"kind": "submit", "seat": self._speaking(), "to": to, "product": words[1], "text": text})

    def _speaking(self) -> str:
        mine = show.part(self.link.view, "seat").get("ids") or [""]
        return self._seat or str(mine[0])

    async def _take_seat(self, words: list[str], text: str) -> None:
        if words:
            mine = [row for row in show.rows(self.link.view, "seats") if row.get("by_me")]
            self._seat = str(pick(words[0], mine, "seat of yours")["id"])
        self._print(show.seats(self.link.view))
        self._print([f"You speak as {show.seat_title(self.link.view, self._speaking())}."])

    async def _run(self, words: list[str], text: str) -> None:
        try:
            ratio = float(words[0].lower().lstrip("x")) if words else USUAL_RATIO
        except ValueError:
            raise NotUnderstood(f"'{words[0]}' is no ratio. Write: run 60.") from None
        await self._turn_clock("run", ratio=ratio, wait=False)

    async def _until(self, words: list[str], text: str) -> None:
        to = moment(" ".join(words), self.link.view) if words and words != ["needs"] else "needs"
        await self._turn_clock("until", to=to)

    async def _step(self, words: list[str], text: str) -> None:
        await self._turn_clock("step", to=self._now() + duration("".join(words) or STEP))

    async def _wait(self, words: list[str], text: str) -> None:
        await self._turn_clock("until", to=self._now() + duration("".join(words) or STEP), heed=False)

    async def _pause(self, words: list[str], text: str) -> None:
        await self._turn_clock("pause", wait=False)

    def _now(self) -> int:
        return int(show.part(self.link.view, "clock").get("tick", 0))

    async def _turn_clock(self, action: str, *, wait: bool = True, **how: Any) -> None:
        receipt = await self.link.clock(action, **how)
        if not receipt.accepted:
            self._print([receipt.reason])
        elif wait and self._waits:
            await self._until_it_stands(int(receipt.ref or 0))

    async def _until_it_stands(self, runs: int) -> None:
        def stands() -> bool:
            clock = show.part(self.link.view, "clock")
            stopped = clock.get("state") != "running" and int(clock.get("runs", 0)) >= runs
            return self.over or stopped or self.link.state != "linked"

        async with self._fresh:
            await self._fresh.wait_for(stands)

    async def _back(self, words: list[str], text: str) -> None:
        if self.link.offer:
            await self.link.go_back()
        else:
            receipt = await self.link.clock("reopen")
            self._print(["Gone back." if receipt.accepted else receipt.reason])

    async def _again(self, words: list[str], text: str) -> None:
        if self.link.offer:
            self.link.try_again()
        else:
            self._print(["There is nothing to try again."])

    async def _quit(self, words: list[str], text: str) -> None:
        self.over = True

    async def _act(self, entry: dict[str, Any]) -> None:
        receipt = await self.link.send_input(entry)
        if receipt.answer:
            self._print(receipt.answer)
        elif receipt.accepted:
            self._print([f"Sent. {receipt.ref}".rstrip()])
        else:
            self._print([f"Not accepted: {receipt.reason}"])


def play(url: str, token: str, seats: Sequence[str], path: Path, *, keeper: Keeper | None = None) -> int:
    """Play on the terminal, or with the lines of a pipe, until the player leaves; return an exit code."""
    return asyncio.run(_play(url, token, seats, keeper, sys.stdin, sys.stdout))


async def _play(
    url: str, token: str, seats: Sequence[str], keeper: Keeper | None, source: TextIO, target: TextIO
) -> int:
    loop = asyncio.get_running_loop()
    typed: asyncio.Queue[str | None] = asyncio.Queue()
    at_terminal = source.isatty()

    unread = False

    def say(line: str) -> None:
        nonlocal unread
        if unread:
            return
        try:
            target.write(line + "\n")
            target.flush()
        except BrokenPipeError:
            unread = True
            typed.put_nowait(None)

    threading.Thread(target=_read_lines, args=(source, loop, typed), daemon=True, name="typed").start()
    async with HostLink(url, token, seats, keeper=keeper) as link:
        game = PlainGame(link, say, waits=not at_terminal)
        if at_terminal:
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(signal.SIGINT, lambda: typed.put_nowait("pause"))
        if not await game.begin():
            return ExitCode.LINK
        following = asyncio.create_task(game.follow())
        ended = asyncio.create_task(_gone(following, typed))
        while not (game.over or unread) and (line := await typed.get()) is not None:
            await game.obey(line)
        lost = link.state == "ended"
        say(show.BANNER)
        ended.cancel()
    await asyncio.gather(following, ended, return_exceptions=True)
    if unread:
        return ExitCode.PIPE_CLOSED
    return ExitCode.LINK if lost else ExitCode.OK


async def _gone(following: asyncio.Task[None], typed: asyncio.Queue[str | None]) -> None:
    await asyncio.wait([following])
    typed.put_nowait(None)


def _read_lines(source: TextIO, loop: asyncio.AbstractEventLoop, typed: asyncio.Queue[str | None]) -> None:
    line: str | None = ""
    while line is not None:
        try:
            line = source.readline(LONGEST_LINE) or None
        except (OSError, ValueError):
            line = None
        try:
            loop.call_soon_threadsafe(typed.put_nowait, line)
        except RuntimeError:
            return


def _split(line: str) -> tuple[list[str], str]:
    """Words before the first lone colon, free text after it."""
    before, colon, text = line.strip().partition(":")
    while colon and before[-1:].isdigit() and text[:1].isdigit():
        # A colon within a time of day is none.
        more, colon, text = text.partition(":")
        before = f"{before}:{more}"
    try:
        words = shlex.split(before)
    except ValueError:
        words = before.split()
    return words, text.strip()
