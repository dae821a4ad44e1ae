"""How soon play is there: ``python -m benchmarks.start [--rounds N]``.

Times from the start of the process to the first frame and to the first live map, in multiples of the first
frame of an empty Textual application, each through a pseudo-terminal, the three interleaved. The map is that
of a saved game, since a new one shows the warning and the read-ahead first; the host starts with it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.pseudo_terminal import PseudoTerminal, python

FRAME_LIMIT = 2.0
MAP_LIMIT = 4.0
HELP_LIMIT = 8.0


def first(command: list[str], pattern: bytes, environ: dict[str, str]) -> float:
    """Seconds until *pattern* is in the output."""
    with PseudoTerminal(command, environ) as terminal:
        return terminal.until(pattern, 60.0) - terminal.started


def process(command: list[str]) -> float:
    """Seconds that a command takes."""
    import time

    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scenario", default="saraf_umra")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "begun.mlt"
        home = {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        run = ["-m", "sim.cli", "run", wanted.scenario, "--until", "12", "--save", str(saved)]
        subprocess.run(python(*run), check=True, stdout=subprocess.DEVNULL)
        empty, frame, live, bare, helped = [], [], [], [], []
        for number in range(wanted.rounds + 1):
            empty.append(first(python("-m", "benchmarks.empty_app"), b"pressed 0 times", home))
            # Each start has a copy of its own: the host of the one before may still be closing its file.
            games = [shutil.copy(saved, Path(folder) / f"{name}-{number}.mlt") for name in ("frame", "live")]
            play = [python("-m", "sim.cli", "play", str(game)) for game in games]
            frame.append(first(play[0], b"EXERCISE EXERCISE EXERCISE", home))
            live.append(first(play[1], rb"Area of operations[\s\S]*(?:km|\xc2\xb0E)", home))
            bare.append(process(python("-c", "pass")))
            helped.append(process(python("-m", "sim.cli", "--help")))
            if not number:
                # The first round fills the caches of the disk and of Python.
                for times in (empty, frame, live, bare, helped):
                    times.clear()
    unit = median(empty)
    print(f"empty Textual app, first frame   {unit * 1000:6.0f} ms")
    shown = [("play, first frame", frame, unit, FRAME_LIMIT), ("play, first live map", live, unit, MAP_LIMIT)]
    shown.append(("mlt --help, in bare interpreters", helped, median(bare), HELP_LIMIT))
    within = True
    for name, times, base, limit in shown:
        multiple = median(times) / base
        within &= multiple <= limit
        print(f"{name:32} {median(times) * 1000:6.0f} ms  {multiple:4.2f} times (at most {limit:g})")
    return 0 if within else 1


if __name__ == "__main__":
    raise SystemExit(main())
