"""Acting without an order: the commander on the spot, and the one within reach.

He already holds the authority, for self-defence and against imminent threats to civilians; having to ask
is the failure (S1 ch. 4, O4). Whether he uses it depends on who he is and on what was said beforehand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import kinds
from sim.engine.journal import EventId

if TYPE_CHECKING:
    from sim.engine.forces import UnitState
    from sim.engine.world import World


class Initiative:
    """Who acts on his own word."""

    __slots__ = (
        "_alerts", "_backing", "_clarity", "_let_fall", "_mindset", "_reach", "_reacts", "_spot", "_stood_by", "_world",
        "delegated",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        parameters = world.parameters
        self._spot = parameters["command.on_the_spot_base"]
        self._mindset = parameters["command.on_the_spot_mindset_weight"]
        self._clarity = parameters["command.on_the_spot_clarity_weight"]
        self._backing = parameters["command.on_the_spot_backing_weight"]
        self._stood_by = parameters["initiative.stood_by_gain"]
        self._let_fall = parameters["initiative.let_fall_cost"]
        self._reach = parameters["command.reaction_reach_km"]
        self._reacts = parameters["command.reaction_least_combat"]
        self._alerts: dict[str, int] = {}
        self.delegated: dict[str, EventId] = {}
        """Places whose commander was told beforehand that the decision is his."""

    def begin(self) -> None:
        self._world.ledger.open("backing", self._world.parameters["command.backing_start"])

    def on_the_spot(self, unit: UnitState, name: str, cause: EventId) -> bool:
        """Whether the commander who is there acts against an imminent threat without asking.

        Mindset, clarity of the intent issued beforehand, delegation, and how earlier commanders were
        backed; a caveat on lethal force counts against it (O4, S1 ch. 4).
        """
        world = self._world
        clarity = unit.spec.clarity
        if unit.place in self.delegated:
            clarity = 100.0
        restricted = any(caveat.force_level == "lethal" for caveat in world.caveats.of(unit))
        chance = self._spot
        chance += self._mindset * unit.spec.mindset / 100.0
        chance += self._clarity * clarity / 100.0
        chance += self._backing * world.ledger.value("backing") / 100.0
        chance = 0.0 if restricted else min(max(chance, 0.0), 1.0)
        causes = (cause, self.delegated[unit.place]) if unit.place in self.delegated else (cause,)
        outcome = world.chance.choose(
            name, {"acts": chance, "waits": 1.0 - chance}, causes=causes,
            terms={"mindset": unit.spec.mindset, "clarity": clarity, "backing": world.ledger.value("backing")},
        )  # fmt: skip
        world.journal.write(kinds.ON_THE_SPOT, world.now, unit.key, (outcome.row,), world.journal.name(outcome.outcome))
        return outcome.outcome == "acts"

    def alert(self, place: str, row: EventId) -> None:
        """An attack was noticed: the nearest commander within reach decides whether to go (F23)."""
        world = self._world
        for unit in world.forces.units.values():
            if unit.state not in ("ready", "executing") or not unit.place or unit.within or unit.place == place:
                continue
            if unit.capabilities.get("combat", 0.0) < self._reacts or world.places.km(unit.place, place) > self._reach:
                continue
            self._alerts[unit.id] = ordinal = self._alerts.get(unit.id, 0) + 1
            if self.on_the_spot(unit, f"reaction/{unit.id}#{ordinal}", row):
                world.command.react(unit, place, row)
            return

    def insisted(self, ground: str, row: EventId) -> None:
        """The leadership insisted: on bad faith that is an order; on any other ground a commander was let fall."""
        if ground not in ("bad-faith", "national-instruction"):
            self.let_fall(row, "insisted")

    def stood_by(self, row: EventId, reason: str, share: float = 1.0) -> None:
        """The leadership stands by somebody who acted; others hear of it."""
        self._world.standing("backing", share * self._stood_by, (row,), reason)

    def let_fall(self, row: EventId, reason: str, share: float = 1.0) -> None:
        """The leadership lets somebody fall who acted, or asked with reason; others hear of it."""
        self._world.standing("backing", -share * self._let_fall, (row,), reason)
