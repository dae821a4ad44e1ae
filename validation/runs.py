"""Runs by the thousand: in processes, with an estimate of the time left, kept so that a stopped command goes on.

A job is a function of one task that gives a list of plain rows. Every task has a key; what a key gave is kept in a
file named after the model that gave it, so results of another model are never taken for those of this one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.doctrine import source_texts
from sim.engine.blueprint import Blueprint, compile_scenario
from sim.engine.journal import Row as JournalRow
from sim.engine.kinds import Kind
from sim.engine.world import World
from sim.errors import MissionError
from sim.scenario import Scenario, load
from sim.scenario.shipped import library
from sim.versions import MODEL_VERSION

ROOT = Path(__file__).parents[1]


class CannotBegin(MissionError):
    """A run that could not even be set up."""

    title = "This run is not possible"


Row = dict[str, Any]
Job = Callable[[Any], list[Row]]


@cache
def blueprint(scenario: str, pattern: str) -> Blueprint:
    """A shipped scenario, or a file of this folder's, compiled once a process; no pattern is its own default."""
    return compile_scenario(_loaded(scenario), pattern or None)


def _loaded(scenario: str) -> Scenario:
    return load(ROOT / scenario if scenario.endswith(".yaml") else scenario)


@cache
def patterns(scenario: str) -> tuple[str, ...]:
    """The patterns of a shipped scenario; none where it is not shipped."""
    return tuple(load(scenario).patterns) if scenario in library() else ()


def world(scenario: str, pattern: str, seed: int, values: Mapping[str, float] | None = None) -> World:
    """A run about to begin, with some of the constants replaced.

    What the scenario itself sets stays: it is a statement about its case, not about the world.
    """
    compiled = blueprint(scenario, pattern)
    shipped = _defaults()
    free = {id_: value for id_, value in (values or {}).items() if compiled.parameters.get(id_) == shipped[id_]}
    try:
        return World(compiled, seed, parameters=free)
    except MissionError:
        raise
    except Exception as error:
        # A set of assumptions that no world can be made of is a finding, not the end of thousands of runs.
        raise CannotBegin(f"{scenario}, seed {seed}: {type(error).__name__}: {error}") from error


@cache
def _defaults() -> dict[str, float]:
    from sim.doctrine import load_doctrine

    return {id_: parameter.value for id_, parameter in load_doctrine().parameters.items()}


def rows_of(run: World, *wanted: Kind) -> Iterator[JournalRow]:
    """The rows of a run of some kinds; the others are not decoded, which is most of the time a run takes."""
    journal = run.journal
    return (journal.row(event) for event in range(journal.count) if journal.kind(event) in wanted)


def digest(*texts: str) -> str:
    made = hashlib.sha256()
    for text in texts:
        made.update(text.encode())
        made.update(b"\0")
    return made.hexdigest()[:16]


def model_hash(scenario: str) -> str:
    """What decides the outcome of a run: engine, doctrine and scenario. Calibrated draws are no part of a run."""
    return digest(engine_hash(scenario), *source_texts().values())


def engine_hash(scenario: str) -> str:
    """The same without the doctrine: what a change of a constant leaves alone."""
    engine = sorted((ROOT / "sim" / "engine").glob("*.py"))
    texts = (path.read_text(encoding="utf-8") for path in engine)
    return digest(str(MODEL_VERSION), *texts, _loaded(scenario).source_text)


def blocks(runs: int, size: int = 10) -> list[tuple[int, int]]:
    """Seeds 1 to ``runs`` in blocks, first and last of each: a task is worth its way to a process and back."""
    return [(first, min(first + size - 1, runs)) for first in range(1, runs + 1, size)]


@dataclass
class Runner:
    """Where results are kept, and how many processes make them."""

    store: Path
    workers: int = os.cpu_count() or 1
    quiet: bool = False

    def results(self, name: str, job: Job, tasks: Mapping[str, Any], model: str) -> dict[str, list[Row]]:
        """What each task gives, by key, in the order of the tasks whatever the order of finishing.

        Args:
            name: of the file the results are kept in.
            model: hash of everything that decides a result beside its task.
        """
        self.store.mkdir(parents=True, exist_ok=True)
        path = self.store / f"{name}.{model}.jsonl"
        found = _kept(path)
        missing = [key for key in tasks if key not in found]
        if missing:
            with path.open("a", encoding="utf-8") as file:
                for key, rows in self._made(name, job, missing, tasks):
                    file.write(json.dumps({"key": key, "rows": rows}) + "\n")
                    file.flush()
                    # What is read back tomorrow is what is used today.
                    found[key] = json.loads(json.dumps(rows))
        return {key: found[key] for key in tasks}

    def _made(
        self, name: str, job: Job, missing: Sequence[str], tasks: Mapping[str, Any]
    ) -> Iterator[tuple[str, list[Row]]]:
        began = said = time.monotonic()
        with ProcessPoolExecutor(self.workers) as pool:
            waiting: dict[Future[list[Row]], str] = {pool.submit(job, tasks[key]): key for key in missing}
            for done, future in enumerate(as_completed(waiting), start=1):
                yield waiting[future], future.result()
                now = time.monotonic()
                if not self.quiet and (now - said >= 5 or done == len(missing)):
                    said = now
                    left = (now - began) / done * (len(missing) - done)
                    print(f"{name}: {done} of {len(missing)}, {left / 60:.1f} min left", file=sys.stderr)


def _kept(path: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue  # the line that was being written when the command was stopped
            found[entry["key"]] = entry["rows"]
    return found
