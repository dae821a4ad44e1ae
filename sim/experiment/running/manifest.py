"""What an experiment is: everything that decides its rows, and the question that was asked of them."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.experiment.faults import AnotherExperiment, DamagedManifest, ModelChanged, NewerExperiment
from sim.experiment.model import Column, Kind, Model
from sim.versions import MODEL_VERSION, PACKAGE_VERSION

FORMAT: Final = 1
"""Version of the folder."""

Varied: TypeAlias = NDArray[np.float64] | NDArray[np.str_]

SCENARIO_HASH: Final = "scenario_hash"
VERSION_OF_MODEL: Final = "model_version"


class Design:
    """What is varied: a line for each design point and draw, a column for each parameter."""

    def __init__(
        self,
        points: Sequence[int] | NDArray[np.int64],
        draws: Sequence[int] | NDArray[np.int64],
        columns: Mapping[str, Sequence[float] | Sequence[str] | Varied],
    ) -> None:
        """Args:
        points, draws: one of each a line.
        columns: by the name of what is varied, a number or a word a line.
        """
        self.points = np.asarray(points, dtype=np.int64)
        self.draws = np.asarray(draws, dtype=np.int64)
        self.columns: dict[str, Varied] = {name: _varied(column) for name, column in columns.items()}
        lines = {len(self.points), len(self.draws), *(len(column) for column in self.columns.values())}
        if len(lines) != 1:
            raise ValueError(f"a design with columns of {sorted(lines)} lines")
        keys = np.stack([self.points, self.draws], axis=1)
        if len(np.unique(keys, axis=0)) != len(keys):
            raise ValueError("a design with two lines for one point and draw")

    def __len__(self) -> int:
        return len(self.points)

    @property
    def hash(self) -> str:
        """SHA-256 of its values."""
        mixed = sha256(json.dumps(list(self.columns)).encode())
        for own in (self.points, self.draws):
            mixed.update(own.astype("<i8").tobytes())
        for column in self.columns.values():
            if column.dtype.kind == "f":
                mixed.update(column.astype("<f8").tobytes())
            else:
                mixed.update(json.dumps([str(word) for word in column]).encode())
        return mixed.hexdigest()


def _varied(column: Sequence[float] | Sequence[str] | Varied) -> Varied:
    own = np.asarray(column)
    return own.astype(np.str_) if own.dtype.kind in "UO" else own.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in ``experiment.json``."""

    kind: str
    """``compare``, ``sweep``, ``assumptions`` or another word of the caller's."""
    identity: Mapping[str, str]
    """Of the model."""
    columns: tuple[Column, ...]
    patterns: tuple[str, ...]
    master_seed: int
    asked: Mapping[str, Any]
    """The question, as plain JSON. It decides how many runs are made, never what a run gives, so it may change."""
    design: Design | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    """What the folder was begun with; for people."""

    @classmethod
    def of(
        cls,
        model: Model,
        *,
        kind: str,
        patterns: Sequence[str],
        master_seed: int,
        asked: Mapping[str, Any] | None = None,
        design: Design | None = None,
    ) -> Manifest:
        """The manifest of an experiment with a model.

        Args:
            asked: the question, as plain JSON.
            design: what is varied.

        Raises:
            ValueError: when two columns of the rows would have one name.
        """
        names = [column.name for column in model.columns] + list(design.columns if design else ())
        twice = sorted({name for name in names if names.count(name) > 1 or name in FIXED})
        if twice:
            raise ValueError(f"columns that would stand twice in the results: {', '.join(twice)}")
        return cls(
            kind,
            dict(model.identity),
            tuple(model.columns),
            tuple(patterns),
            int(master_seed),
            dict(asked or {}),
            design,
            {
                "package": PACKAGE_VERSION,
                "model": str(MODEL_VERSION),
                "python": platform.python_version(),
                "numpy": np.__version__,
            },
        )

    @property
    def experiment(self) -> str:
        """SHA-256 of everything that decides the rows: the same here, the same rows."""
        text = json.dumps(self._deciding(), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    def with_design(self, design: Design) -> Manifest:
        """The same with what is varied."""
        return replace(self, design=design)

    def _deciding(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "identity": dict(self.identity),
            "columns": [[column.name, column.kind.value] for column in self.columns],
            "patterns": list(self.patterns),
            "master_seed": self.master_seed,
            "design": self.design.hash if self.design else None,
        }

    def text(self) -> str:
        """As it stands in the file."""
        data = {"format": FORMAT, "experiment": self.experiment, **self._deciding()}
        data |= {"asked": dict(self.asked), "versions": dict(self.versions)}
        return json.dumps(data, ensure_ascii=True, allow_nan=False, indent=1) + "\n"

    def check_same(self, other: Manifest, folder: Path) -> None:
        """Look whether work on one may go on with the other.

        Args:
            other: what is wanted now.

        Raises:
            ModelChanged: when scenario, doctrine or model are others than at the start.
            AnotherExperiment: when something else was asked.
        """
        if self.experiment == other.experiment:
            return
        differing = []
        for name, mine, others in (
            ("kind", self.kind, other.kind),
            ("patterns", ", ".join(self.patterns), ", ".join(other.patterns)),
            ("master seed", str(self.master_seed), str(other.master_seed)),
        ):
            if mine != others:
                differing.append((name, mine, others))
        if differing:
            raise AnotherExperiment(folder, differing)
        for name in sorted({*self.identity, *other.identity}):
            mine, others = self.identity.get(name, "nothing"), other.identity.get(name, "nothing")
            if mine != others:
                differing.append((name, mine, others))
        if differing:
            raise ModelChanged(folder, differing)
        if self.columns != other.columns:
            raise ModelChanged(folder, [("columns", _named(self.columns), _named(other.columns))])
        raise AnotherExperiment(folder, [("what is varied", _lines(self.design), _lines(other.design))])


FIXED: Final = (
    "scenario_hash model_version experiment design_point draw replication pattern seed status digest "
    "failure_stage failure_type failure_message"
).split()
"""Columns of every experiment, before the parameters varied and the model's own."""


def _named(columns: Sequence[Column]) -> str:
    return f"{len(columns)} ({sha256(repr(columns).encode()).hexdigest()[:8]})"


def _lines(design: Design | None) -> str:
    return "nothing" if design is None else f"{len(design)} lines of {len(design.columns)} ({design.hash[:8]})"


@dataclass(frozen=True, slots=True)
class Stored:
    """A manifest as it was found: its design stands in another file."""

    manifest: Manifest
    design_hash: str | None
    experiment: str


def parsed(text: str, path: Path) -> Stored:
    """Read a manifest, which may come from anybody.

    Raises:
        DamagedManifest: when it is not one.
        NewerExperiment: when a later version wrote it.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedManifest(path, "it is not JSON") from error
    if not isinstance(data, dict):
        raise DamagedManifest(path, "it is no JSON object")
    made_with = _read(data, "format", int, path)
    if made_with > FORMAT:
        raise NewerExperiment(path, made_with, FORMAT)
    if made_with != FORMAT:
        raise DamagedManifest(path, "its 'format' makes no sense")
    design = data.get("design")
    if design is not None and not isinstance(design, str):
        raise DamagedManifest(path, "its 'design' is no text")
    manifest = Manifest(
        kind=_read(data, "kind", str, path),
        identity=_texts(data, "identity", path),
        columns=_columns(data, path),
        patterns=_patterns(data, path),
        master_seed=_read(data, "master_seed", int, path),
        asked=_read(data, "asked", dict, path),
        versions=_texts(data, "versions", path),
    )
    return Stored(manifest, design, _read(data, "experiment", str, path))


def _read(data: Mapping[str, Any], key: str, kind: type, path: Path) -> Any:
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise DamagedManifest(path, f"its '{key}' is missing or of a wrong type")
    return value


def _texts(data: Mapping[str, Any], key: str, path: Path) -> dict[str, str]:
    own = _read(data, key, dict, path)
    if not all(isinstance(value, str) for value in own.values()):
        raise DamagedManifest(path, f"its '{key}' holds something else than text")
    return dict(own)


def _columns(data: Mapping[str, Any], path: Path) -> tuple[Column, ...]:
    found = []
    for pair in _read(data, "columns", list, path):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise DamagedManifest(path, "its 'columns' are no pairs of name and kind")
        name, kind = pair
        if kind not in set(Kind):
            raise DamagedManifest(path, f"column {name[:60]!r} has the unknown kind {kind[:60]!r}")
        found.append(Column(name, Kind(kind)))
    if len({column.name for column in found} | set(FIXED)) != len(found) + len(FIXED):
        raise DamagedManifest(path, "two of its 'columns' have one name")
    return tuple(found)


def _patterns(data: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    found = _read(data, "patterns", list, path)
    if not found or not all(isinstance(name, str) for name in found) or len(set(found)) != len(found):
        raise DamagedManifest(path, "its 'patterns' are no list of different names")
    return tuple(found)
