"""A column as the run has it: armed men on the road, whoever rides with them, and how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.agenda import At
from sim.engine.journal import EventId
from sim.engine.marches import Mark
from sim.engine.ticks import Tick

if TYPE_CHECKING:
    from sim.engine.armed_group import GroupState

NONE, MOVING, HALTED, CROSSED, ARRIVED, TURNED = "none", "moving", "halted", "crossed", "arrived", "turned"
ASSAULT, PROBE, RAID, DEPART, WITHDRAW, REINFORCE = "assault", "probe", "raid", "depart", "withdraw", "reinforce"
LEAVING: Final = (DEPART, WITHDRAW)
"""Purposes of men who go away from something; nobody bars them."""


class Column:
    """Armed men on the road, with whoever rides with them."""

    __slots__ = (
        "civilians", "commander", "crossed", "friction", "group", "halts", "index", "km", "lost", "marks", "met",
        "name", "origin", "passed", "purpose", "row", "set_off", "state", "strength", "struck", "timer", "toward",
        "until", "warned",
    )  # fmt: skip

    def __init__(self, group: GroupState, name: str, origin: str, toward: str, strength: int, purpose: str) -> None:
        self.group = group
        self.name = name
        self.origin = origin
        self.toward = toward
        self.strength = strength
        self.purpose = purpose
        self.civilians = 0
        """People on the trucks who carry no arms: families, herders, traders."""
        self.commander = 0
        """Which of the group's commanders leads it."""
        self.friction = 1.0
        self.marks: tuple[Mark, ...] = ()
        self.index = 0
        self.km = 0.0
        """Of the way, at the last mark or halt."""
        self.passed = origin
        """The last place it was at."""
        self.set_off: Tick = 0
        self.until: Tick = 0
        self.timer: At | None = None
        self.state = MOVING
        self.row: EventId = 0
        self.lost = 0
        self.halts = 0
        self.crossed = False
        """It stands beyond a line that it was told of."""
        self.struck = False
        """It was fired on."""
        self.warned: EventId | None = None
        """It was told to turn back, on the road."""
        self.met: list[str] = []
        """Units and lines at which it has decided already."""

    @property
    def on_the_way(self) -> bool:
        """It still goes where it set out for."""
        return self.state in (MOVING, CROSSED, HALTED)

    @property
    def inside(self) -> bool:
        """It has crossed a line that it was told of, and goes on."""
        return self.crossed and self.on_the_way

    @property
    def heads(self) -> int:
        """Everybody who can be counted on the trucks."""
        return self.strength + self.civilians
