"""What the number that ``mlt`` leaves behind means."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, Self

from sim.errors import MissionError


class ExitCode(IntEnum):
    """Exit codes of every ``mlt`` command, each with its meaning. A script may rely on them."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Self:
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    OK = 0, "Done as asked."
    FAULT = 1, "A fault of the program itself, with a traceback on stderr: worth a report."
    USAGE = 2, "The command line makes no sense: an unknown option, seat, pattern or value."
    SCENARIO = 3, "A scenario is missing, unreadable or has problems; each is named with its line and its mend."
    RECORD = 4, "An exercise file is missing, damaged, foreign, in use, or made by another version."
    DIFFERS = 5, "The record was replayed and gave another world; the first window that differs is named."
    STORAGE = 6, "A file could not be read or written: no space, no permission, or the name is taken."
    LINK = 7, "The host of the game did not start, or was lost and could not be brought back."
    TERMINAL = 8, "The terminal cannot show the screens: too small, or none at all."
    WORLD = 9, "The world failed while it ran. What was acknowledged is kept in the exercise file."
    SETTINGS = 10, "The settings file or a variable holds something that has no meaning."
    EXPERIMENT = (
        11,
        "An experiment's folder is foreign, changed or damaged, a part is not installed, or its cluster is away.",
    )
    INTERRUPTED = 130, "Stopped by Ctrl-C."
    PIPE_CLOSED = 141, "Whoever read stdout went away before everything was written."


_BY_CLASS: Final = {
    "sim.exercise.faults.AlreadyThere": ExitCode.STORAGE,
    "sim.exercise.faults.RecordFull": ExitCode.STORAGE,
    "sim.exercise.faults.RecordUnwritable": ExitCode.STORAGE,
    "sim.scenario.problems.UnknownVariant": ExitCode.USAGE,
    "sim.experiment.faults.BadQuestion": ExitCode.USAGE,
    "sim.playing.AnotherWorld": ExitCode.DIFFERS,
    "sim.playing.NoTerminal": ExitCode.TERMINAL,
}
_BY_ROOM: Final = {
    "sim.scenario": ExitCode.SCENARIO,
    "sim.doctrine": ExitCode.SCENARIO,
    "sim.engine": ExitCode.WORLD,
    "sim.exercise": ExitCode.RECORD,
    "sim.experiment": ExitCode.EXPERIMENT,
    "sim.net": ExitCode.LINK,
    "sim.tui": ExitCode.SETTINGS,
}


def exit_code(error: MissionError) -> ExitCode:
    """The code an error ends a command with: by its class, or else by the room it comes from.

    Names stand in for classes so that nothing is imported only to be told apart.
    """
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    # What a host refused for has its class in the host's process; here is only its name.
    cause: str = getattr(error, "cause", "")
    for name in (cause, *names):
        if name in _BY_CLASS:
            return _BY_CLASS[name]
    return _BY_ROOM.get(".".join((cause or names[0]).split(".")[:2]), ExitCode.USAGE)
