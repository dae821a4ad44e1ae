"""The command ``mlt``.

stdout is the result, stderr the story, the exit code one of ``ExitCode``. Every import that costs
something stands inside the command that needs it: ``mlt --help`` must answer at once, and ``play``
starts the host before it pays for the screens.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper

from sim import printing
from sim.cli import deployments, exercises, experiments
from sim.cli.app import app
from sim.errors import MissionError
from sim.exit_codes import ExitCode, exit_code

__all__ = ["app", "deployments", "exercises", "experiments", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code. User errors are told, never traced."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A title in another script must not end a run on a terminal that cannot write it.
            stream.reconfigure(errors="replace")
    try:
        code = _carry_out(argv)
        printing.flush()
    except printing.PipeClosed:
        code = ExitCode.PIPE_CLOSED
    except OSError as error:
        code = _tell_storage(error)
    return code


def _carry_out(argv: Sequence[str] | None) -> int:
    code: int = ExitCode.OK
    try:
        app(args=None if argv is None else list(argv), prog_name="mlt")
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else ExitCode.OK
    except MissionError as error:
        printing.story(f"{error.title}: {error.message}")
        code = exit_code(error)
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    return code


def _tell_storage(error: OSError) -> ExitCode:
    place = f"{error.filename}: " if error.filename else ""
    printing.story(f"A file could not be read or written: {place}{error.strerror or error}.")
    return ExitCode.STORAGE
