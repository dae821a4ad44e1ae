"""Deployment patterns for a scenario's own force and map, to compare before one writes any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sim.experiment.deploying.concentrated import hub_and_reserve, point
from sim.experiment.deploying.force import Force
from sim.experiment.deploying.knowledge import Knowledge
from sim.experiment.deploying.plan import GeneratedPattern, Plan, fresh
from sim.experiment.deploying.spread import area, temporary_bases
from sim.experiment.faults import UnknownDeployment

if TYPE_CHECKING:
    from sim.scenario import Scenario

KINDS: Final[Mapping[str, Callable[[Plan], None]]] = {
    "point": point,
    "area": area,
    "hub-and-reserve": hub_and_reserve,
    "tob": temporary_bases,
}
"""What can be generated, by the word with which one asks for it."""


def generated(scenario: Scenario, kinds: Sequence[str] = tuple(KINDS)) -> Mapping[str, GeneratedPattern]:
    """Deployment patterns of these kinds, by their ids, each once and in the order asked for.

    A pattern has its kind's name as id, or one with ``-generated`` where the scenario has a pattern of that name. The
    same file always gives the same patterns; which answers were chosen to its options makes no difference.

    Args:
        kinds: words of `KINDS`.

    Raises:
        UnknownDeployment: for a word that is no kind, or none at all.
        NothingToDeploy: for a scenario without units that could stand elsewhere.
    """
    if not kinds:
        raise UnknownDeployment("", tuple(KINDS))
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownDeployment(kind, tuple(KINDS))
    force = Force(Knowledge(scenario))
    made: dict[str, GeneratedPattern] = {}
    for kind in dict.fromkeys(kinds):
        plan = Plan(force, _id(kind, scenario), kind)
        KINDS[kind](plan)
        made[plan.id] = plan.finished(tuple(made.values()))
    return made


def _id(kind: str, scenario: Scenario) -> str:
    return kind if kind not in scenario.patterns else fresh(f"{kind}-generated", {*scenario.patterns})
