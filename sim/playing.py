"""Beginning a game, going on with one, saving a run and verifying a file: what the commands need of an exercise."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim import folders, printing
from sim.errors import MissionError
from sim.exit_codes import ExitCode

if TYPE_CHECKING:
    from sim.headless import Result
    from sim.net.launch import HostKeeper, HostProcess
    from sim.scenario import Scenario

PLAY_SEEDS: Final = 2**32
SMALLEST_SCREEN: Final = (80, 24)
WHOLE_TEAM: Final = "*"
SCENARIO_SUFFIXES: Final = frozenset({".yaml", ".yml"})

NOT_YET: Final = "ws://127.0.0.1:1"
"""Refuses at once; the link then asks its keeper, who answers as soon as the host is ready."""


@dataclass(frozen=True, slots=True)
class Game:
    """A game to be played: its file, and what to make it from if it does not exist yet."""

    path: Path
    new: Mapping[str, Any] | None = None


class NoSuchSeat(MissionError):
    """A seat that the scenario does not have, or that no person may hold."""

    title = "No such seat"

    def __init__(self, seat: str, seats: Sequence[str]) -> None:
        near = get_close_matches(seat, seats, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        super().__init__(
            f"'{seat:.60}' is no seat that can be held here. {hint}Seats: {', '.join(seats)}. "
            "Leave --seat out for the whole leadership team."
        )


class AnotherWorld(MissionError):
    """A record whose replay gives another world than the one it holds."""

    title = "The replay gives another world"

    def __init__(self, path: Path, difference: str) -> None:
        super().__init__(
            f"{path}: {difference}. Either the file was changed, or it was made on a platform whose arithmetic "
            "differs; what it stores can still be read, but going on from it leaves its own history."
        )


class NoTerminal(MissionError):
    """The screens cannot be shown here."""

    title = "The screens do not fit here"


def check_terminal() -> None:
    """Look whether the screens can be shown, before anything is made for them.

    Raises:
        NoTerminal: when there is none, or it is too small.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminal(
            "The screens need a terminal, and the input or the output is something else. "
            "Start it in a terminal, or add --plain for lines of text."
        )
    size = os.get_terminal_size(sys.stdout.fileno())
    if size.columns < SMALLEST_SCREEN[0] or size.lines < SMALLEST_SCREEN[1]:
        raise NoTerminal(
            f"This terminal has {size.columns} x {size.lines} characters, the screens need "
            f"{SMALLEST_SCREEN[0]} x {SMALLEST_SCREEN[1]}. Enlarge the window or choose a smaller font, "
            "or add --plain for lines of text."
        )


def existing_game(path: Path, seat: str | None) -> Game:
    """A game to go on with, its file looked at before anything is started.

    Raises:
        RecordError: when it is no exercise file that can be played here.
        NoSuchSeat: when its scenario has no such seat.
    """
    from sim.exercise.record import open_record

    with open_record(path) as record:
        origin = record.origin
    if seat is not None:
        from sim.scenario import load_text

        _check_seat(seat, load_text(origin.source, origin.scenario))
    return Game(path)


def new_game(
    scenario: str,
    *,
    seat: str | None = None,
    pattern: str | None = None,
    seed: int | None = None,
    options: Mapping[str, str] | None = None,
    save: Path | None = None,
) -> Game:
    """A game to begin. Without a seed one is drawn here and told, so that the same luck can be had again.

    Raises:
        ScenarioError: when the scenario, the pattern or an option cannot be used.
        AlreadyThere: when a file of that name exists.
        NoSuchSeat: when the scenario has no such seat.
    """
    from sim.scenario.shipped import library

    options = options or {}
    if seat or pattern or options or scenario not in library():
        # What was typed is judged here, where it can be told in a line. A plain start from the shelf needs no
        # judgement and is not made to wait for the 300 ms that the host pays meanwhile.
        from sim.headless import compile_for
        from sim.scenario import load

        loaded = load(scenario)
        compile_for(loaded, pattern=pattern, options=options)
        _check_seat(seat, loaded)
    if save is not None and save.exists():
        from sim.exercise.record import AlreadyThere

        raise AlreadyThere(save)
    if seed is None:
        import secrets

        seed = secrets.randbelow(PLAY_SEEDS)
    printing.story(f"Seed {seed}.")
    file = Path(scenario)
    if file.suffix in SCENARIO_SUFFIXES:
        scenario = str(file.absolute())
    path = save or next(folders.free_game_paths(file.stem, seed))
    return Game(path, {"scenario": scenario, "pattern": pattern, "seed": seed, "options": dict(options)})


def lead(game: Game, seat: str | None, *, plain: bool) -> int:
    """Play a game until the player leaves, and tell where it is saved; return the exit code.

    Raises:
        HostFailed: when the host could not be started.
    """
    from sim.net.launch import HostKeeper

    keeper = HostKeeper(game.path, log_folder=folders.log_folder())
    show = _plain if plain else _screens
    with ThreadPoolExecutor(1, thread_name_prefix="host") as threads:
        # The host starts while the screens are imported: neither waits for the other.
        starting = threads.submit(keeper.start, game.new)
        left = 0
        try:
            code = show(starting, keeper, game, (seat,) if seat else None)
        finally:
            left = keeper.close()
            if starting.exception() is None:
                printing.story(f"Saved: {game.path}")
                printing.story(f"Go on with: mlt play {shlex.quote(str(game.path))}")
    # The screens have shown why a host did not start; here it becomes the exit code.
    starting.result()
    if left == ExitCode.STORAGE:
        printing.story(
            "The last of it could not be written: make room on the disk. What was acknowledged is in the file."
        )
        return left
    return code


def save(done: Result, scenario: Scenario, path: Path) -> None:
    """Save a run without people as an exercise file like any other, what each seat saw included.

    Raises:
        RecordError: when it cannot be written, or the name is taken.
    """
    from sim.engine.ticks import from_hours
    from sim.engine.world import World
    from sim.exercise.replay import save_run
    from sim.exercise.snapshots import Snapshooter
    from sim.exercise.staging import origin_of
    from sim.exercise.view import outcome
    from sim.exercise.wording import Wording

    blueprint = done.world.blueprint
    save_run(
        path,
        origin_of(scenario, blueprint, done.seed),
        World(blueprint, done.seed),
        from_hours(done.until),
        snapshots=Snapshooter(Wording(blueprint)).take,
        outcome=outcome,
    )


def verified(path: Path) -> str:
    """Replay an exercise file, compare every digest and receipt it holds, and say in a line what was found.

    Raises:
        RecordError: when it is no exercise file that can be replayed here.
        AnotherWorld: when the replay differs.
    """
    from sim.engine.ticks import to_hours
    from sim.exercise.record import open_record
    from sim.exercise.replay import verify
    from sim.exercise.staging import world_of

    with open_record(path) as record:
        verdict = verify(record, lambda: world_of(record.origin))
    if not verdict.same:
        raise AnotherWorld(path, verdict.difference)
    return (
        f"{path}: the same world. {to_hours(verdict.tick):,.1f} hours, {verdict.inputs} inputs, "
        f"{verdict.checked} digests compared, digest {verdict.digest}"
    )


def _check_seat(seat: str | None, scenario: Scenario) -> None:
    seats = [name for name, entry in scenario.seats.items() if entry.playable]
    if seat is not None and seat not in seats:
        raise NoSuchSeat(seat, seats)


def _plain(starting: Future[HostProcess], keeper: HostKeeper, game: Game, seats: tuple[str, ...] | None) -> int:
    from sim.net import plain

    host = starting.result()
    return plain.play(host.url, host.token, seats or (WHOLE_TEAM,), game.path, keeper=keeper)


class _Joining:
    """The keeper of a host that may not be ready yet: the screens draw meanwhile."""

    def __init__(self, starting: Future[HostProcess], keeper: HostKeeper) -> None:
        self._starting = starting
        self._keeper = keeper

    def address(self) -> tuple[str, str]:
        self._starting.result()
        return self._keeper.address()

    def go_back(self) -> tuple[str, str]:
        return self._keeper.go_back()


def _screens(starting: Future[HostProcess], keeper: HostKeeper, game: Game, seats: tuple[str, ...] | None) -> int:
    from sim.tui.app import play

    return play(NOT_YET, "", seats, str(game.path), keeper=_Joining(starting, keeper))
