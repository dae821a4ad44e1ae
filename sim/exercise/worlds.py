"""What an exercise asks of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from sim.engine.inputs import Input, Receipt
from sim.engine.journal import Row
from sim.engine.world import NEVER, Stopped, StopWhen


class Rows(Protocol):
    """The journal as an exercise uses it."""

    marks: list[tuple[int, str]]
    count: int

    def rows(self, start: int = 0) -> Iterator[Row]: ...


class Playable(Protocol):
    """A world that can be played: a pure function of how it was made and of its inputs."""

    @property
    def now(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def horizon(self) -> int: ...

    @property
    def journal(self) -> Rows: ...

    def advance(self, to: int, stop: StopWhen = NEVER) -> Stopped: ...

    def apply(self, entry: Input) -> Receipt: ...

    def digest(self) -> str: ...


WorldFactory: TypeAlias = Callable[[], Playable]
"""Makes the world of an exercise anew, before its first input."""

Snapshots: TypeAlias = Callable[[Any], Mapping[str, Mapping[str, Any]]]
"""Takes what each seat sees now, as JSON data by seat."""

Outcome: TypeAlias = Callable[[Any], Mapping[str, Any]]
"""Tells how a finished world came out, as JSON data."""
