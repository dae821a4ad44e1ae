"""The player models and the limits of load, read from the file beside this module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from sim.doctrine.catalogue import ForceLevel
from sim.experiment.faults import UnknownPlayer

FORCE: tuple[str, ...] = get_args(ForceLevel)
"""Levels of force, from none to the most."""


@dataclass(frozen=True, slots=True)
class Player:
    """A habit of play: who it is in a sentence, and what it needs to be played."""

    id: str
    title: str
    text: str
    looks_minutes: float = 0.0
    """How often it looks at its pictures, beside when something urgent or a decision comes."""
    pace: tuple[float, float] = (1.0, 1.0)
    """How many times longer than a standing order says it takes, from the least to the most."""
    least_minutes: float = 0.0
    """Below this it does nothing."""
    answers_at_share: float = 0.5
    """At which part of a decision's time it answers."""
    strongest: str = FORCE[-1]
    """The most force that it orders by itself."""
    hours_between_orders: float = 0.0
    """How long a seat waits between two orders of its own, on average."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person takes in."""

    reports_per_hour: float
    reports_per_hour_of: Mapping[str, float] = field(default_factory=dict)
    """By role, where it differs."""
    open_decisions: int = 2
    idle_share: float = 0.5
    """Above this share of hours without anything a seat is bored."""

    def reports(self, role: str) -> float:
        """How many reports an hour a role takes in."""
        return self.reports_per_hour_of.get(role, self.reports_per_hour)


@dataclass(frozen=True, slots=True)
class LeverageLimits:
    """From which share of outcome variance on a decision matters, and from which on nothing else does."""

    decoration: float
    trap_door: float
    least_histories: int
    """In fewer histories nothing is said about it."""


@dataclass(frozen=True, slots=True)
class Habits:
    """All of it."""

    players: Mapping[str, Player]
    load: Load
    leverage: LeverageLimits

    def named(self, ids: Iterable[str]) -> tuple[Player, ...]:
        """Player models by id.

        Raises:
            UnknownPlayer: when there is no such model.
        """
        chosen = tuple(dict.fromkeys(ids))
        for id_ in chosen:
            if id_ not in self.players:
                raise UnknownPlayer(id_, tuple(self.players))
        return tuple(self.players[id_] for id_ in chosen)


@cache
def habits() -> Habits:
    """The player models and limits as shipped, read once a process; a run that was sent a player needs no file."""
    import yaml

    read = yaml.safe_load(files("sim.experiment.rehearsing").joinpath("players.yaml").read_text(encoding="utf-8"))
    return Habits(
        {id_: _player(id_, entry) for id_, entry in read["players"].items()},
        Load(**read["load"]),
        LeverageLimits(**read["leverage"]),
    )


def _player(id_: str, entry: Mapping[str, Any]) -> Player:
    pace = tuple(entry.get("pace", (1.0, 1.0)))
    return Player(**{**entry, "id": id_, "pace": pace})
