"""A world that costs nothing and has every measure of the doctrine: the toy's deaths, and zeros."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sim.doctrine import MeasureSpec
from sim.experiment.model import Column, Kind, Reading, Spec, Value
from sim.experiment.scenario_model import columns_of
from sim.experiment.toy import Toy


@dataclass(frozen=True, slots=True)
class TrivialWorld:
    """The toy with the columns of a real scenario."""

    columns: tuple[Column, ...]
    identity: Mapping[str, str] = field(
        default_factory=lambda: {"scenario_hash": "trivial", "doctrine_hash": "", "model_version": "1", "options": ""}
    )

    @classmethod
    def of(cls, catalogue: Mapping[str, MeasureSpec]) -> TrivialWorld:
        """A world with these measures."""
        return cls(tuple(column for spec in catalogue.values() for column in columns_of(spec)))

    def begin(self) -> None:
        """Nothing has to be prepared."""

    def run(self, spec: Spec) -> Reading:
        """Make one history."""
        deaths, attacks, *_ = (found := Toy().run(spec)).values
        return Reading(tuple(self._values(deaths, attacks)), found.digest)

    def _values(self, deaths: Value, attacks: Value) -> Iterator[Value]:
        assert isinstance(deaths, float)
        for column in self.columns:
            if column.name == "civilians_killed":
                yield round(deaths)
            elif column.name == "attacks_on_civilians" or column.name.endswith(".denominator"):
                yield attacks
            else:
                yield False if column.kind is Kind.FLAG else 0
