"""The seam between what is run and whoever runs it: which run, what it gives, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

Value: TypeAlias = float | int | bool | tuple[float, ...] | None
"""What a run leaves in one column; nothing where it is undefined."""


class Kind(StrEnum):
    """What a column holds; every kind may hold nothing."""

    AMOUNT = "amount"
    """A number."""
    COUNT = "count"
    """A whole number."""
    FLAG = "flag"
    """Yes or no."""
    SERIES = "series"
    """A number at each hour of the model's grid."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the results, known before the first run."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, order=True)
class Spec:
    """One run of an experiment. Its seed comes from draw and replication, never from the pattern.

    ``point`` is a combination of what is varied on purpose (0 where nothing is), ``draw`` a set of assumptions (0 for
    the values as shipped). Replication ids are not shared between draws.
    """

    point: int
    draw: int
    replication: int
    pattern: str
    seed: int = field(compare=False)


class Stage(StrEnum):
    """How far a run had come when it failed."""

    SETTING_UP = "setting up"
    RUNNING = "running"
    READING = "reading"
    LOST = "lost"
    """Whoever ran it died, twice."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run has no result. A run that raises is data, never the end of a batch."""

    stage: Stage
    type: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run gave: a value for each column of the model, in their order, and the digest of its history."""

    values: tuple[Value, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a run. ``seconds`` and ``worker`` say who did it and how fast; no result depends on them."""

    spec: Spec
    reading: Reading | None
    failure: Failure | None
    seconds: float
    worker: str


class RunFailed(Exception):
    """Raised by a model that knows how far it had come; any other exception counts as having failed while running."""

    def __init__(self, stage: Stage, cause: BaseException) -> None:
        super().__init__(stage, cause)
        self.stage = stage
        self.cause = cause


class Model(Protocol):
    """What is run. It is pickled once to each worker, and a run is a pure function of it and a spec."""

    @property
    def identity(self) -> Mapping[str, str]:
        """Everything that decides a result beside the spec, each named: what must be the same when work goes on.

        Of every model at least ``scenario_hash`` and ``model_version``; both stand in each row of the results.
        """

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its results."""

    def begin(self) -> None:
        """Called once in each worker, before its first run."""

    def run(self, spec: Spec) -> Reading:
        """Make one run. May raise anything."""
