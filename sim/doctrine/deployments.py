"""The rules by which deployment patterns are generated.

No run depends on them, so they are no catalogue of the doctrine: records do not keep them, scenarios do not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from sim.doctrine.building import DoctrineError
from sim.doctrine.catalogue import Confidence

DEPLOYMENTS: Final = "deployments"


@dataclass(frozen=True, slots=True)
class DeploymentRule:
    """One number that decides where a generated pattern puts units."""

    id: str
    value: float
    unit: str
    source: str
    confidence: Confidence
    note: str = ""

    def __post_init__(self) -> None:
        if self.value < 0.0:
            raise ValueError(f"the value {self.value:g} is below 0.")


@cache
def deployment_rules() -> Mapping[str, DeploymentRule]:
    """The shipped rules, read once a process.

    Raises:
        DoctrineError: when the file is missing or wrong.
    """
    # PyYAML is only for who reads files.
    from sim.doctrine.files import entries

    found = entries(DeploymentRule, DEPLOYMENTS)
    missing = [name for name in RULES if name not in found]
    if missing:
        raise DoctrineError(f"{DEPLOYMENTS}.yaml", missing[0], "missing. Reinstall the package.")
    return found


RULES: Final = (
    "threat.horizon_days", "threat.unnamed_share", "reach.hours", "reach.covered_hours",
    "reach.unreached_hours", "reserve.share", "reserve.repeat_hours", "reserve.minutes_least",
    "reserve.minutes_usual", "reserve.minutes_most", "area.most_at_a_place", "air.kept", "air.platoons_per_aircraft", "tob.most_bases", "tob.heads", "tob.least_heads", "tob.longest_days",
    "tob.least_hours_from_base", "supply.repeat_hours", "supply.hours_least", "supply.hours_usual",
    "supply.hours_most",
)  # fmt: skip
"""Rules that generating reads."""
