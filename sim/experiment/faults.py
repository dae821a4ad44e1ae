"""What can go wrong with an experiment, each with its own class and its mend."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from sim.errors import MissionError

_LONGEST: Final = 80
"""Characters of a name that are compared with those there are."""
_MOST_SHOWN: Final = 20
"""Names that an error lists."""


class ExperimentError(MissionError):
    """An experiment that cannot be carried out as asked."""

    title = "This experiment is not possible"


class BadQuestion(ExperimentError):
    """A question that cannot be answered as it was put: an unknown pattern or measure, a target without a unit."""

    title = "This question makes no sense"


class MissingExtra(ExperimentError):
    """A part of the program that is not installed."""

    title = "A part of the program is not installed"

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f'{what}. Install it with: python -m pip install ".[{extra}]"')


class UnknownPattern(BadQuestion):
    """A pattern that the scenario does not have."""

    def __init__(self, pattern: str, known: Sequence[str]) -> None:
        self.pattern = pattern
        super().__init__(f"'{pattern:.60}' is no pattern of this scenario. {hint(pattern, known, 'Patterns')}")


class UnknownMeasure(BadQuestion):
    """A measure that the doctrine does not have."""

    def __init__(self, measure: str, known: Sequence[str]) -> None:
        self.measure = measure
        super().__init__(f"'{measure:.60}' is no measure. {hint(measure, known, 'Measures')}")


class UnknownPlayer(BadQuestion):
    """A player model that there is not."""

    def __init__(self, player: str, known: Sequence[str]) -> None:
        self.player = player
        super().__init__(f"'{player:.60}' is no player model. {hint(player, known, 'Player models')}")


class UnknownCaveat(BadQuestion):
    """A caveat that a scenario, with the pattern and the options at hand, does not have."""

    def __init__(self, contributor: str, caveat: str, known: Sequence[str]) -> None:
        self.contributor, self.caveat = contributor, caveat
        wanted = f"{contributor}/{caveat}"
        super().__init__(f"'{wanted:.80}' is no caveat of a contributor here. {hint(wanted, known, 'Caveats')}")


class BadDesign(BadQuestion):
    """A design that cannot be made, such as Sobol' points by another number than a power of two."""


class BadFactor(BadQuestion):
    """What is to be varied, written in a way that cannot be used."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"'{text:.80}': {why}")


def hint(wanted: str, known: Sequence[str], what: str) -> str:
    """What may have been meant, and what there is: the end of an error's message."""
    near = get_close_matches(wanted[:_LONGEST], known, 3, 0.6)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    if not known:
        return f"{what}: none."
    if len(known) > _MOST_SHOWN:
        return meant.rstrip() or f"{what}: {', '.join(known[:_MOST_SHOWN])} and {len(known) - _MOST_SHOWN} more."
    return f"{meant}{what}: {', '.join(known)}."


class BadQuantity(BadQuestion):
    """A quantity to compare patterns by that cannot be read, or that there is no such thing as."""

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(f"'{text:.60}' is no quantity to compare by: {reason}")


class BadTarget(BadQuestion):
    """A precision to run for that cannot be read, or that no number of runs would reach."""

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(f"'{text:.60}' is no target to stop at: {reason}")


class NoWorthwhileDifference(BadQuestion):
    """A question that needs to know which difference is worth acting on, of a measure that does not say."""

    def __init__(self, quantity: str, why: str) -> None:
        self.quantity = quantity
        super().__init__(
            f"{quantity:.60}: {why}. Ask for another quantity, or give the measure a direction and a worthwhile "
            "difference under doctrine: measures: in the scenario."
        )


class FolderError(ExperimentError):
    """Something is wrong with the folder of an experiment; ``path`` names it or the file in it."""

    title = "The folder of the experiment"

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(f"{path}: {message}")


class NotAnExperiment(FolderError):
    """A folder without an experiment, where one was to be, or with something else in it."""


class FolderInUse(FolderError):
    """Another process writes to the folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "another command is writing to this folder. Wait for it, or choose another folder.")


class DamagedManifest(FolderError):
    """``experiment.json`` is not what this program wrote."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            path,
            f"this file does not describe an experiment ({why}). Put back the file as it was written, or choose "
            "another folder.",
        )


class DamagedDesign(FolderError):
    """``design.parquet`` does not say what was varied."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            path,
            f"this file does not say what was varied ({why}). Give the command that began the experiment again: it "
            "writes the file anew.",
        )


class NewerExperiment(FolderError):
    """A folder that a later version of the program wrote."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        self.found, self.known = found, known
        super().__init__(
            path,
            f"written in format {found!s:.20}; this program reads formats up to {known}. Use a newer version of it.",
        )


class AnotherExperiment(FolderError):
    """A folder that holds an experiment, but not this one."""

    def __init__(self, path: Path, differing: Sequence[tuple[str, str, str]]) -> None:
        self.differing = tuple(differing)
        super().__init__(
            path,
            f"this folder holds another experiment: {_then_and_now(differing)}. Choose another folder, or ask the "
            "same question again.",
        )


class ModelChanged(FolderError):
    """Scenario, doctrine or model are not those that the folder was begun with."""

    def __init__(self, path: Path, differing: Sequence[tuple[str, str, str]]) -> None:
        self.differing = tuple(differing)
        super().__init__(
            path,
            f"what is run has changed since this folder was begun: {_then_and_now(differing)}. Runs of two versions "
            "are never mixed: choose another folder, or go back to the version it was begun with.",
        )


class DamagedRows(FolderError):
    """A file of results that cannot be read, or belongs to another experiment."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            path,
            f"this file of results is damaged ({why}). Delete it and give the same command again: the runs that stood "
            "in it are made again and come out the same.",
        )


class RowsMoved(FolderError):
    """A file of results that was there a moment ago."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, "another command has just put these results into another file. Give the same command again."
        )


class DiskFull(FolderError):
    """No room for more results."""

    def __init__(self, path: Path, runs: int | None) -> None:
        self.runs = runs
        kept = "What was written before is" if runs is None else f"{runs:,} runs are written and"
        super().__init__(
            path,
            f"the disk is full. {kept} kept. Make room and give the same command again: it goes on where it stopped.",
        )


class CannotWrite(FolderError):
    """Results cannot be written for a reason other than a full disk."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            path,
            f"cannot be written ({error.strerror or error}). Choose a folder that you may write to; what was written "
            "before is kept.",
        )


class ModelCannotBegin(ExperimentError):
    """The model could not be set up in a worker."""

    title = "The workers could not begin"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"A worker could not set up what is to be run ({why:.300}). Every worker needs this program as it is "
            "installed here; with --workers 0 everything runs in one process, which shows more."
        )


class WorkersDie(ExperimentError):
    """Workers die before they have anything to do."""

    title = "The workers die"

    def __init__(self) -> None:
        super().__init__(
            "Worker processes die before their first run: too little memory, or a script that starts runs without "
            "asking first whether it is the main program. Give fewer workers (--workers 1, or 0 for none), and in a "
            'script write:  if __name__ == "__main__": sim.compare(...)'
        )


class ExecutorFailed(ExperimentError):
    """The executor that was passed in does not work any more."""

    title = "The executor gave up"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The executor that was passed in takes no more work ({why:.300}). What was finished is kept: pass a new "
            "executor and the work goes on where it stopped."
        )


class ClusterAway(ExperimentError):
    """No Dask cluster answers."""

    title = "The cluster is away"

    def __init__(self, address: str, why: str) -> None:
        self.address = address
        super().__init__(
            f"The cluster at {address:.200} {why:.300}. What was finished is kept. Look whether its scheduler and its "
            "workers run (dask scheduler, dask worker), or leave --cluster out."
        )


class ClusterDiffers(ExperimentError):
    """Workers of a cluster would not make the same runs."""

    title = "The cluster has another version"

    def __init__(self, worker: str, what: str, there: str, here: str) -> None:
        self.worker, self.what, self.there, self.here = worker, what, there, here
        super().__init__(
            f"Worker {worker:.200} has {what} {there:.200}, here it is {here:.200}: its runs would not be the same. "
            f"Install {what} {here:.200} on every worker."
        )


class ReportNotWritten(FolderError):
    """A file of a report that cannot be written."""

    title = "The report could not be written"

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            path,
            f"{error.strerror or type(error).__name__}. The results are safe: make room, or give a folder that you may "
            "write to, and ask for the report again.",
        )


def _then_and_now(differing: Sequence[tuple[str, str, str]]) -> str:
    return "; ".join(f"{name:.60} was {then:.120} and is now {now:.120}" for name, then, now in differing[:5])


class NothingToDeploy(ExperimentError):
    """A scenario in which no unit can be put anywhere else."""

    title = "There is nothing to deploy"

    def __init__(self, scenario: str) -> None:
        self.scenario = scenario
        super().__init__(
            f"{scenario} has no troops or police that could stand somewhere else. A pattern moves units of troops or "
            "formed police: add some under units, or compare patterns that you write yourself."
        )


class UnknownDeployment(BadQuestion):
    """A kind of deployment pattern that cannot be generated."""

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        self.kind = kind
        said = f"'{kind:.60}' is no kind of pattern that can be generated." if kind else "No kind of pattern is named."
        super().__init__(f"{said} {hint(kind, known, 'Kinds')}")


class PatternIsThere(BadQuestion):
    """A pattern whose id the scenario file has given to another one."""

    title = "The scenario has a pattern of this name"

    def __init__(self, pattern: str, scenario: str) -> None:
        self.pattern = pattern
        super().__init__(
            f"{scenario} already has a pattern {pattern!r}. Remove it or rename it there, or give this one another id."
        )


class NotWritten(ExperimentError):
    """A scenario file that was not written."""

    title = "The file was not written"

    def __init__(self, file: str, reason: str, mend: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}: {reason} {mend}")
