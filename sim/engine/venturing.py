"""What a column does at a line or before troops: goes on, waits, turns or fights, by what it expects (M11-M14).

Quantal response over what it would gain where it is going, less the answer that it expects and the loss it fears from
one, less what it has been talked into. Turning back costs something too: a commander who turns has to explain himself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.chance import Choice
from sim.engine.choosing import quantal_response, success_odds, weighted
from sim.engine.journal import EventId
from sim.engine.ledger import HIGHEST

if TYPE_CHECKING:
    from sim.engine.column import Column
    from sim.engine.forces import UnitState
    from sim.engine.world import World


class Venturing:
    """Odds of what a column does, and the choice."""

    __slots__ = (
        "_boldness", "_failure", "_gain", "_loss", "_odds_power", "_prepared", "_sharpness", "_turning", "_waiting",
        "_weighting", "_world",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        value = world.parameters
        self._sharpness = value["columns.sharpness"]
        self._weighting = value["columns.probability_weighting"]
        self._boldness = value["columns.boldness_base"]
        self._gain = value["columns.gain"]
        self._loss = value["columns.loss"]
        self._failure = value["columns.failure"]
        self._turning = value["columns.cost_turning"]
        self._waiting = value["columns.cost_waiting"]
        self._odds_power = value["columns.odds_power"]
        self._prepared = value["columns.prepared_odds"]

    def choose(self, name: str, column: Column, expected: float, causes: tuple[EventId, ...]) -> Choice:
        """On or back, where an answer is expected with a probability."""
        utilities = {
            "on": self._wanted(column) - self._loss * weighted(expected, self._weighting),
            "turn": -self._turning,
        }
        return self._world.chance.choose(
            name, quantal_response(utilities, self._sharpness), causes=causes,
            terms={"perceived-response": expected, "persuasion": self._world.groups.persuasion(column.group)},
        )  # fmt: skip

    def against(self, name: str, column: Column, unit: UnitState, causes: tuple[EventId, ...]) -> Choice:
        """Fight, wait or turn before troops who bar the road; they act as far as they are believed to."""
        world = self._world
        strength = world.forces.capability(unit, "combat")
        success = success_odds(column.strength, self._prepared * strength, self._odds_power)
        expected = world.deterrence.credibility(column.group.id) / HIGHEST
        utilities = {
            "fight": success * self._wanted(column) - (1.0 - success) * self._failure
            - self._loss * weighted(expected, self._weighting),
            "wait": -self._waiting,
            "turn": -self._turning,
        }  # fmt: skip
        return world.chance.choose(
            name, quantal_response(utilities, self._sharpness), causes=causes,
            terms={"perceived-response": expected, "odds": success, "band": float(column.strength)},
        )  # fmt: skip

    def _wanted(self, column: Column) -> float:
        """What being there is worth to it, less what it has been talked into."""
        group = column.group
        gain = group.aims.get(column.toward, self._gain)
        return gain * (self._boldness + group.aggression) - self._world.groups.persuasion(group)
