"""The rules by which deployment patterns are generated.

No run depends on them, so they are no catalogue of the doctrine: no record keeps them, and no scenario changes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

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

    return entries(DeploymentRule, DEPLOYMENTS)
