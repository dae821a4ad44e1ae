"""What an experiment varies on purpose: the scenario's options, constants of the model, and contributors' caveats."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.experiment.faults import UnknownCaveat

if TYPE_CHECKING:
    from sim.engine.blueprint import Blueprint, CaveatSpec


@dataclass(frozen=True, slots=True)
class CaveatChange:
    """A caveat of a contributor, kept or taken away, declared or not, and how rigid; nothing keeps what it says."""

    contributor: str
    caveat: str
    on: bool = True
    rigidity: float | None = None
    """Points."""
    declared: bool | None = None

    def of(self, caveat: CaveatSpec) -> CaveatSpec:
        """The caveat as changed, whether it is on or not."""
        return dataclasses.replace(
            caveat,
            rigidity=caveat.rigidity if self.rigidity is None else self.rigidity,
            declared=caveat.declared if self.declared is None else self.declared,
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """What one design point has that the scenario as written has not."""

    options: Mapping[str, str] = field(default_factory=dict)
    """Choices by option of the scenario."""
    parameters: Mapping[str, float] = field(default_factory=dict)
    """Values by parameter, in its unit."""
    caveats: tuple[CaveatChange, ...] = ()


AS_WRITTEN = Setting()
"""The scenario as its author wrote it."""


def with_caveats(blueprint: Blueprint, changes: Sequence[CaveatChange]) -> Blueprint:
    """A blueprint in which contributors' caveats are changed; one that is off is taken away.

    Raises:
        UnknownCaveat: for a contributor or a caveat that this blueprint does not have.
    """
    contributors = dict(blueprint.contributors)
    for change in changes:
        if change.contributor not in contributors:
            raise UnknownCaveat(change.contributor, change.caveat, caveats_of(blueprint))
        contributor = contributors[change.contributor]
        if change.caveat not in {caveat.id for caveat in blueprint.contributors[change.contributor].caveats}:
            raise UnknownCaveat(change.contributor, change.caveat, caveats_of(blueprint))
        caveats = tuple(
            change.of(caveat) if caveat.id == change.caveat else caveat
            for caveat in contributor.caveats
            if caveat.id != change.caveat or change.on
        )
        contributors[change.contributor] = dataclasses.replace(contributor, caveats=caveats)
    return dataclasses.replace(blueprint, contributors=contributors)


def caveats_of(blueprint: Blueprint) -> tuple[str, ...]:
    """Every caveat of a blueprint as it is written on the command line: ``CONTRIBUTOR/CAVEAT``, by name."""
    return tuple(sorted(f"{id_}/{caveat.id}" for id_, one in blueprint.contributors.items() for caveat in one.caveats))
